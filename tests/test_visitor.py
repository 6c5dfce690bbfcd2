# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models import helpdesk_visitor_form
from .figures import FiguresCase
from .portal_common import PDF, PortalCommon
from .statements import recorded_statements
from .test_proof_of_work import solve
from .test_rate_limit import real_connections

NEW, KNOWN = "nora@new.example", "ana@test.example"
PATH = "/support/ticket"


class VisitorCase(PortalCommon):
    """Nora, whom nobody knows, writes to the desk, which lets visitors write."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.visitor_form = True
        cls.env.company.helpdesk_team_id = cls.team
        cls.requests = cls.env["helpdesk.visitor.request"]
        # other desks of a demo database are not part of these stories
        cls.env["helpdesk.ticket.team"].search(
            [("id", "!=", cls.team.id)]
        ).visitor_form = False

    def setUp(self):
        super().setUp()
        self.enterContext(real_connections(self.env))
        self.env["mail.mail"].search([]).unlink()
        self.requests.search([]).unlink()
        self.authenticate(None, None)

    def send(self, address=NEW, files=None, proof=None, **form):
        """Fill in the form as a visitor and send it."""
        if proof is None:
            proof = solve(self.url_open("/web/proof", data={"a": "b"}).json())
        data = {
            "visitor_name": "Nora Vidal",
            "visitor_email": address,
            "subject": "Price of the channel manager",
            "description": "For forty rooms, please",
            "type": str(self.question.id),
            "proof": proof,
        }
        return self.post(PATH, data | form, files, csrf=False)

    def mails(self, address=NEW):
        return self.env["mail.mail"].search([("email_to", "=", address)], order="id")

    def link(self, address=NEW):
        """Return the path of the link in the newest mail to an address."""
        body = self.mails(address)[-1:].body_html
        return re.search(rf"{PATH}/confirm/[\w-]+", body)[0]

    def confirm(self, path=None, **data):
        """Press the button behind a link; the ticket is in ``self.path`` then."""
        return self.post(path or self.link(), {"confirm": "1", **data}, csrf=False)

    def new_tickets(self):
        name = "Price of the channel manager"
        return self.env["helpdesk.ticket"].search([("name", "=", name)])


@tagged("post_install", "-at_install")
class TestVisitorForm(FiguresCase, VisitorCase):
    """S4-01 "clicking opens the ticket page with the available types"; settled
    (S4-10): a visitor needs the address, besides title and description."""

    def test_types_first_as_cards_with_explanations(self):
        """S4-09 "After choosing the type, the information that type needs is asked"."""
        tree = self.get(PATH)
        cards = tree.xpath("//a[contains(@class, 'o_hsp_type_card')]")
        self.assertIn("Question", self.words(cards[0]))
        self.assertIn("You want to know how something works.", self.words(cards[0]))
        self.assertFalse(tree.xpath("//textarea"), "nothing is asked before")
        tree = self.get(cards[0].get("href"))
        chosen = tree.xpath("//input[@name='type'][@checked]/@value")
        self.assertEqual(chosen, [str(self.question.id)])
        self.assertTrue(tree.xpath("//textarea[@name='description']"))

    def test_types_and_teams_say_whether_visitors_may_write(self):
        """S4-01 "the available types": without login, if the team and type allow."""
        other = self._create_team("Back office", self.laura)
        self.incident.team_id = other
        self.env.ref("helpdesk_service_portal.type_request").visitor_form = False
        codes = self.env["helpdesk.ticket"]._visitor_types().mapped("code")
        self.assertIn("question", codes)
        self.assertNotIn("incident", codes, "its team takes no visitors")
        self.assertNotIn("request", codes, "the type is not offered")
        self.send(type=str(self.incident.id))
        self.assertIn("Choose one of the types listed.", self.text)
        self.assertFalse(self.requests.search([]))

    def test_who_may_not_write_signs_in_and_comes_back(self):
        """A link to a type that needs an account leads there after signing in."""
        other = self._create_team("Back office", self.laura)
        self.incident.team_id = other
        self.url_open_login(f"{PATH}?type=incident", "type%3Dincident")
        self.team.visitor_form = False
        self.url_open_login(PATH, "%2Fnew%2Fticket")

    def url_open_login(self, path, target):
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login?redirect=", response.headers["Location"])
        self.assertIn(target, response.headers["Location"])

    def test_who_is_signed_in_writes_in_the_portal(self):
        """S4-01 for customers: the same link is their own form, with what it asks."""
        self.sign_in()
        query = "type=incident&location=S1&category=Mail&product=PMS&subject=Hi"
        response = self.url_open(f"{PATH}?{query}", allow_redirects=False)
        target = response.headers["Location"]
        self.assertIn("/new/ticket?", target)
        for part in query.split("&"):
            self.assertIn(part, target)
        self.send()
        self.assertTrue(self.path.startswith("/new/ticket"), self.path)
        self.assertIn("For forty rooms, please", self.response.text, "nothing is lost")
        self.assertFalse(self.requests.search([]))

    def test_what_is_missing_is_said_and_nothing_is_lost(self):
        """S4-10 "Required: Title, Description"; of visitors name and address, too."""
        tree = self.send(
            address="nora", visitor_name=" ", subject="", files={"attachment": PDF_FILE}
        )
        for sentence in (
            "Write your name.",
            "Write your whole e-mail address, for example name@hotel.com.",
            "Write a subject.",
        ):
            self.assertIn(sentence, self.text)
        self.assertIn("For forty rooms, please", self.response.text)
        self.assertIn("receipt.pdf", self.text)
        token = tree.xpath("//input[@name='pending']/@value")
        self.send(pending=token)
        self.assertEqual(
            self.requests.search([])._get_files().mapped("name"), ["receipt.pdf"]
        )

    def test_files_are_limited_together(self):
        with patch.object(helpdesk_visitor_form, "MAX_FORM_BYTES", 10):
            self.send(files={"attachment": PDF_FILE})
        self.assertIn("too big together; the maximum is", self.text)
        self.assertFalse(self.requests.search([]))
        left = self.env["ir.attachment"].search([("name", "=", "receipt.pdf")])
        self.assertFalse(left, "what is refused is not kept")

    def test_looking_writes_nothing(self):
        """scale.md: every GET reads only."""
        self.send()
        for path in (PATH, f"{PATH}?type=question", f"{PATH}/sent", self.link()):
            with recorded_statements() as statements:
                self.get(path)
            self.assertFalse(
                [s for s in statements if re.match(r"\s*(INSERT|UPDATE|DELETE)", s)],
                path,
            )

    def test_many_types_take_no_more_statements(self):
        def count():
            self.env.flush_all()
            self.get(path)
            with recorded_statements() as statements:
                self.get(path)
            return len(statements)

        for path in (PATH, f"{PATH}?type=question"):
            few = count()
            self.env["helpdesk.ticket.type"].create(
                [
                    {"name": f"Type {number}", "team_id": self.team.id}
                    for number in range(20)
                ]
            )
            many = count()
            self.tell(f"{path}: {few} statements, with 20 more types {many}")
            self.assertEqual(few, many)

    def test_odd_input_gets_an_answer(self):
        for form in (
            {"type": "x"},
            {"category": "-1"},
            {"priority": "9"},
            {"visitor_email": "a@b\x00.example"},
            {"visitor_name": b"\xed\xa0\xbd\xff"},
            {"subject": "x" * 5000},
            {"description": "\x00"},
            {"submission_key": "'"},
        ):
            with self.subTest(form=form):
                self.send(**form)
        self.get(f"{PATH}?type=%00&subject=%ff&location=%27")
        self.get(f"{PATH}/confirm/%ff", status=404)


PDF_FILE = ("receipt.pdf", PDF, "application/pdf")


@tagged("post_install", "-at_install")
class TestVisitorMail(VisitorCase):
    """The mail to the unconfirmed address; no answer tells who is known."""

    def test_mail_holds_nothing_that_was_typed(self):
        """Else the form is a spam relay."""
        self.send(
            visitor_name="Win A Prize",
            subject="Buy cheap pills",
            description="See https://spam.example now",
        )
        mail = self.mails()
        text = f"{mail.subject} {mail.body_html} {mail.headers} {mail.email_from}"
        for word in ("Win", "Prize", "pills", "cheap", "spam.example"):
            self.assertNotIn(word, text)
        first = re.sub(rf"{PATH}/confirm/[\w-]+", "", mail.body_html)
        with self.clock():
            mail.unlink()
            self.send(address=KNOWN, subject="Another", description="Text")
        again = re.sub(rf"{PATH}/confirm/[\w-]+", "", self.mails(KNOWN).body_html)
        minute = re.compile(r"<strong>[^<]*\d\d?:\d\d[^<]*</strong>")
        self.assertEqual(minute.sub("", first), minute.sub("", again))

    def test_known_and_unknown_addresses_look_alike(self):
        """Existing accounts are not revealed: same page, same statements."""
        self.send(address="warm@up.example")
        seen = {}
        for address in (NEW, KNOWN):
            proof = solve(self.url_open("/web/proof", data={"a": "b"}).json())
            with recorded_statements() as statements:
                self.send(address=address, proof=proof)
            seen[address] = (
                self.text.replace(address, "*"),
                [re.sub(r"'[^']*'|\d+|\s+", " ", s) for s in statements],
            )
            self.assertEqual(len(self.mails(address)), 1)
        self.assertEqual(seen[NEW][0], seen[KNOWN][0])
        self.assertEqual(seen[NEW][1], seen[KNOWN][1])

    def test_programs_are_kept_out(self):
        """Honeypot: who fills in what nobody sees is told the same, and kept out."""
        self.send()
        expected = self.text.replace(f" to {NEW}.", ".")
        self.send(homepage="https://spam.example")
        self.assertEqual(self.text, expected)
        self.assertEqual(len(self.requests.search([])), 1)

    def test_without_proof_of_work_nothing_is_sent_and_nothing_lost(self):
        right = solve(self.url_open("/web/proof", data={"a": "b"}).json())
        self.send(proof=right)
        for proof in ("", "bm90aGluZw==", right):
            self.send(proof=proof, description="Once more")
            self.assertIn("Your browser's check came too late.", self.text)
            self.assertIn("Once more", self.response.text)
        self.assertEqual(len(self.requests.search([])), 1)
        self.send(proof="", files={"attachment": PDF_FILE})
        self.assertIn("Add your files again", self.text)
        left = self.env["ir.attachment"].search([("name", "=", "receipt.pdf")])
        self.assertFalse(left, "programs leave no files")

    def test_limits_per_address_and_network(self):
        set_param = self.env["ir.config_parameter"].set_param
        set_param("helpdesk_service_portal.limit.visitor", "2/3600")
        for _time in range(3):
            self.send()
        self.assertIn("That was too often in a short time.", self.text)
        self.assertIn("For forty rooms, please", self.response.text)
        self.assertEqual(len(self.mails()), 2)
        set_param("helpdesk_service_portal.limit.visitor_network", "2/3600")
        self.send(address="other@new.example")
        self.assertIn("That was too often in a short time.", self.text)
        self.assertFalse(self.mails("other@new.example"))

    def test_a_form_sent_twice_is_one_request(self):
        key = self.key(self.get(f"{PATH}?type=question"))
        for _time in range(2):
            self.send(submission_key=key)
            self.assertIn("look into your mailbox", self.text)
        self.assertEqual(len(self.mails()), 1)


@tagged("post_install", "-at_install")
class TestVisitorConfirm(VisitorCase):
    """It becomes a ticket when its link is opened and confirmed by POST; expires."""

    def test_get_shows_and_post_opens_the_ticket_once(self):
        """S4-26 "Files are stored in the ticket platform": with the ticket, then."""
        self.send(files={"attachment": PDF_FILE}, priority="2")
        self.assertFalse(self.new_tickets(), "waits for the mailbox")
        path = self.link()
        for _look in range(2):
            self.get(path)
            self.assertIn("Price of the channel manager", self.text)
            self.assertIn("For forty rooms, please", self.text)
            self.assertIn("receipt.pdf", self.text)
            self.assertEqual(self.response.headers["Cache-Control"], "no-store")
            self.assertEqual(self.response.headers["Referrer-Policy"], "no-referrer")
        self.assertFalse(self.new_tickets(), "looking sends nothing")
        self.confirm(path)
        ticket = self.new_tickets()
        self.assertEqual(len(ticket), 1)
        self.assertIn(f"/my/ticket/{ticket.id}", self.path)
        self.assertIn(ticket.number, self.text, "read without signing in")
        self.assertNotIn("Back to my tickets", self.text, "they have no list")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.type_id, self.question)
        self.assertEqual(ticket.priority, "2")
        self.assertIn("For forty rooms, please", ticket.description)
        self.assertFalse(ticket.user_id)
        web = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web")
        self.assertEqual(ticket.channel_id, web)
        self.assertEqual(
            self.env["ir.attachment"].search([("name", "=", "receipt.pdf")]).res_id,
            ticket.id,
        )
        self.confirm(path)
        self.get(path)
        self.assertIn(f"/my/ticket/{ticket.id}", self.path)
        self.assertEqual(self.new_tickets(), ticket, "once")

    def test_rehearsal_says_so(self):
        """Issue 9 "Rehearsal per team: … a banner everywhere": form, what was sent,
        and the request behind the link, whose mail went elsewhere."""
        self.team.rehearsal_email = "rehearsal@hoteldesk.example"
        banner = "This is a rehearsal."
        self.get(f"{PATH}?type={self.question.id}")
        self.assertIn(banner, self.text)
        self.send()
        self.assertEqual(self.path, f"{PATH}/sent")
        self.assertIn(banner, self.text)
        self.get(self.link())
        self.assertIn(banner, self.text)
        self.team.rehearsal_email = False
        for page in (f"{PATH}?type={self.question.id}", f"{PATH}/sent", self.link()):
            self.get(page)
            self.assertNotIn(banner, self.text, page)

    def test_a_new_contact_has_the_browsers_zone(self):
        """Dates are told in the zone of who reads them: that of the browser it was
        confirmed in, where nothing else is known."""
        self.send()
        self.opener.cookies.set("tz", "America/Cancun")
        self.confirm()
        self.assertEqual(self.new_tickets().partner_id.tz, "America/Cancun")
        self.send("tom@new.example", subject="Another price")
        self.opener.cookies.set("tz", "Mars/Base")
        self.confirm(self.link("tom@new.example"))
        tom = self.env["res.partner"].search([("email", "=", "tom@new.example")])
        self.assertFalse(tom.tz)

    def test_requester_is_found_or_created(self):
        """Who owns the mailbox asks: a customer we know, or a new contact."""
        self.send()
        self.confirm()
        nora = self.new_tickets().partner_id
        self.assertEqual((nora.name, nora.email), ("Nora Vidal", NEW))
        self.send(address=KNOWN, subject="Of Ana", visitor_name="Somebody")
        self.confirm(self.link(KNOWN))
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "Of Ana")])
        self.assertEqual(ticket.partner_id, self.ana.partner_id)
        self.assertEqual(ticket.partner_name, "Ana Pérez")
        self.assertEqual(ticket.location_id, self.location, "S0-15: their only one")

    def test_confirmed_ticket_is_acknowledged(self):
        """S4-31 "Mail notification on every change of the request": from the first."""
        self.send()
        self.confirm()
        message = self.new_tickets().message_ids.filtered(
            lambda m: m.message_type == "auto_comment"
        )
        self.assertTrue(message)
        self.assertEqual(message.notified_partner_ids, self.new_tickets().partner_id)

    def test_links_end_after_a_day_and_the_cron_deletes(self):
        self.send(files={"attachment": PDF_FILE})
        path, line = self.link(), self.requests.search([])
        kept = line._get_files()
        self.assertEqual(len(kept), 1)
        line.expiry_date = fields.Datetime.now()
        self.get(path, status=404)
        self.assertNotIn("Price", self.text)
        self.confirm_gone(path)
        cron = self.env.ref("helpdesk_service_portal.ir_cron_visitor_requests")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(line.exists())
        self.assertFalse(kept.exists())

    def confirm_gone(self, path):
        self.post(path, {"confirm": "1"}, status=404, csrf=False)
        self.assertFalse(self.new_tickets())

    def test_who_did_not_write_it_deletes_it(self):
        self.send()
        path = self.link()
        self.confirm(path, drop="1")
        self.assertIn("It is deleted", self.text)
        self.assertFalse(self.requests.search([]))
        self.confirm_gone(path)

    def test_what_was_deleted_meanwhile_is_left_out(self):
        category = self.env["helpdesk.ticket.category"].create({"name": "Prices"})
        self.send(category=str(category.id))
        category.unlink()
        self.confirm()
        self.assertEqual(len(self.new_tickets()), 1)

    def test_links_are_no_secrets_in_the_database(self):
        self.send()
        line, key = self.requests.search([]), self.link().rpartition("/")[2]
        self.assertNotIn(key, str(line.read()))
        self.assertEqual(self.requests._find(key), line)
        for wrong in (key[:-1], "", "ñ", None, line.key_hash):
            self.assertFalse(self.requests._find(wrong))
