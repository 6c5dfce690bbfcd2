import re
from pathlib import Path

from odoo.tests import tagged
from odoo.tools import file_path

from .browser import DESK, PHONE, BrowserCase, mail_server, send_queue

SUBJECT = "No entran reservas de Booking"
QUESTION = "Desde las 8 de la mañana no llega ninguna reserva. Adjunto el registro."
ANSWER = "Hola Ana: era el tipo de cambio, ya está corregido. ¿Entran ahora?"
FILE = Path(file_path("helpdesk_service_portal/demo/files/ficha-suite-vista-mar.pdf"))
REPLY = "Sí, acaba de entrar una. ¡Muchas gracias!"


@tagged("post_install", "-at_install")
class TestStory(BrowserCase):
    """A receptionist files a ticket and gets it solved, in Spanish, on demo data."""

    def setUp(self):
        super().setUp()
        self.ana = self._find("demo_user_ana")
        self.laura = self._find("demo_user_laura")
        if not self.ana:
            self.skipTest("the story is told on demo data, which are not installed")
        (self.ana | self.laura).lang = "es_ES"
        self.laura.notification_type = "email"
        for user, password in ((self.ana, "ana-demo"), (self.laura, "laura-demo")):
            user.password = password

    def _find(self, name):
        return self.env.ref(f"helpdesk_service_portal.{name}", raise_if_not_found=False)

    def test_story(self):
        """From sign-in to closing, by the hotel's receptionist and an engineer.

        S3-04 User name = work e-mail.
        S3-08 In the ticket panel, "Create new ticket".
        S3-10 Subject. S3-11 Location. S3-12 Category. S3-14 Description.
        S3-15 "Send" under the form saves the ticket for follow-up.
        S3-17 Title with (#number), status, "Reported by" company, contact and e-mail.
        S3-18 "Message and communication history": a chat with the engineer.
        S0-18 A file can be attached to the ticket itself.
        S0-19 "Send" delivers the query to support immediately.
        S0-20 The answer arrives in the portal and by mail; one mail per answer.
        S0-38 Clicking a ticket opens it and shows a "Reply" link.
        S0-39 "Reply" opens a text screen; "Send" posts the answer.
        D-02 After sending, the ticket page appears with a confirmation.
        """
        ana_email, laura_email = self.ana.email, self.laura.email
        ana_login, laura_login = self.ana.login, self.laura.login
        with mail_server(self.env) as inbox, self.browser() as browser:
            ana = self.open_page(browser, PHONE)
            laura = self.open_page(browser, DESK)
            with self.pictures_of_failures(ana, laura):
                self.sign_in(ana, ana_login, "ana-demo")
                number = self._file_ticket(ana, ana_email)
                self._read_mail(inbox, ana_email, number)
                self.sign_in(laura, laura_login, "laura-demo")
                self._answer(laura)
                self._read_mail(inbox, ana_email, "ya está corregido")
                self._read_answer_and_reply(ana, number)
                self._read_mail(inbox, laura_email, "acaba de entrar una")
                self._close(ana)
                answers = [
                    mail
                    for recipients, mail in inbox.mails
                    if ana_email in recipients
                    and "ya está corregido"
                    in mail.get_body(("plain", "html")).get_content()
                ]
                self.assertEqual(len(answers), 1, "one mail per answer")
        ticket = self.env["helpdesk.ticket"].search([("number", "=", number)])
        self.assertEqual(ticket.stage_kind, "solved")
        self.assertEqual(ticket.interaction_count, 3)
        self.assertEqual(ticket.location_id.name, "Hotel Sol Nuevo Vallarta")
        web = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web")
        self.assertEqual(ticket.channel_id, web)

    def _file_ticket(self, page, email):
        """File a ticket with a file and return its number."""
        page.wait_for_url("**/my**")
        page.get_by_role("link", name="Crear nuevo ticket").first.click()
        page.wait_for_selector("input[role=combobox]")
        page.get_by_label("Asunto").fill(SUBJECT)
        page.get_by_label("Descripción").fill(QUESTION)
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Adjuntar archivos").click()
        chooser.value.set_files(FILE)
        page.get_by_text(FILE.name).wait_for()
        page.get_by_label("Incidente").check()
        page.get_by_role("combobox", name="Categoría").click()
        page.get_by_role("option").first.click()
        page.locator(".o_hsp_send").get_by_role("button", name="Enviar").click()
        page.wait_for_url(re.compile(r"/my/ticket/\d+\?sent=1"))
        text = page.locator("#wrap").inner_text()
        for words in (SUBJECT, QUESTION, FILE.name, email, "Ana"):
            self.assertIn(words, text)
        return re.search(r"#(\w+)", page.locator("h1").inner_text())[1]

    def _read_mail(self, inbox, address, words):
        send_queue(self.env)  # nobody waits for the mail server
        mail = inbox.wait_for(address, words)
        self.assertTrue(mail, f"no mail to {address} with {words}: {inbox.mails}")
        self.assertIn(SUBJECT, mail["Subject"])
        return mail

    def _answer(self, page):
        """Answer in the web client, from the queue "Me toca"."""
        page.wait_for_url("**/odoo**")
        page.goto("/odoo/helpdesk-my-turn")
        page.get_by_role("cell", name=SUBJECT).first.click()
        page.get_by_role("button", name="Enviar mensaje").click()
        page.locator(".o-mail-Composer-input").fill(ANSWER)
        page.locator(".o-mail-Composer-send:not([disabled])").click()
        page.locator(".o-mail-Message", has_text="ya está corregido").wait_for()

    def _read_answer_and_reply(self, page, number):
        page.goto("/my/tickets")
        page.get_by_role("link", name=re.compile(SUBJECT)).first.click()
        self.assertIn(number, page.locator("h1").inner_text())
        history = page.get_by_role(
            "region", name="Historial de mensajes y comunicación"
        )
        history.get_by_text("ya está corregido").wait_for()
        page.locator("a.o_hsp_to_reply").first.wait_for(state="attached")
        page.get_by_label("Escribir un mensaje").last.fill(REPLY)
        page.locator("#reply").get_by_role("button", name="Enviar").last.click()
        page.wait_for_url("**answered=1**")
        history.get_by_text(REPLY).wait_for()

    def _close(self, page):
        page.get_by_text("Cerrar ticket", exact=True).click()
        page.get_by_role("button", name="Sí, cerrar ticket").click()
        page.wait_for_url("**closed=1**")
        self.assertIn("Resuelto", page.locator("[name=status]").inner_text())
