from urllib.parse import urlencode

from odoo.tests import HttpCase, tagged

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestMailLink(HelpdeskCommon, HttpCase):
    """The button of a mail leads its reader to the ticket."""

    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket()

    def _open(self, **params):
        query = urlencode(
            {"model": "helpdesk.ticket", "res_id": self.ticket.id, **params}
        )
        return self.url_open(f"/mail/view?{query}")

    def test_a_customer_who_is_signed_in_comes_to_the_page_without_token(self):
        """S3-38 a link to the helpdesk where the status can be checked."""
        self.authenticate(self.ana.login, self.ana.login)
        answer = self._open(access_token=self.ticket.access_token)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(f"/my/ticket/{self.ticket.id}", answer.url)
        self.assertNotIn(self.ticket.access_token, answer.url)
        self.assertIn(self.ticket.name, answer.text)

    def test_who_is_not_signed_in_reads_the_ticket_by_the_token_of_the_mail(self):
        answer = self._open(access_token=self.ticket.access_token)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(self.ticket.name, answer.text)

    def test_a_wrong_token_opens_nothing(self):
        answer = self._open(access_token="wrong")
        self.assertIn("/web/login", answer.url)
        self.assertNotIn(self.ticket.name, answer.text)
