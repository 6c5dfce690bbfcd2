import re

from lxml import html

from odoo import http
from odoo.tests import HttpCase

from .common import HelpdeskCommon

PDF = b"%PDF-1.7 receipt"
HELP = "help@desk.example"


class PortalCommon(HelpdeskCommon, HttpCase):
    """Ana in the portal: pages as trees, forms as she fills them in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.company.write(
            {
                "helpdesk_team_id": cls.team.id,
                "helpdesk_email": HELP,
                "helpdesk_phone": "+52 55 1000 2000",
                "helpdesk_whatsapp": "+52 55 1000 3000",
                "helpdesk_emergency_phone": "+52 55 1000 9999",
                "helpdesk_location_word": "hotel",
                "helpdesk_mgmt_portal_select_category": True,
                "helpdesk_mgmt_portal_category_id_required": False,
                "helpdesk_mgmt_portal_type": True,
            }
        )
        cls.question = cls.env.ref("helpdesk_service_portal.type_question")
        cls.incident = cls.env.ref("helpdesk_service_portal.type_incident")
        # what other desks of a demo database offer is not part of these stories
        cls.env["helpdesk.ticket.location"].search(
            [("id", "!=", cls.location.id), ("partner_id", "=", False)]
        ).show_in_portal = False

    def sign_in(self, user=None):
        """Open a session of ``user`` (Ana)."""
        user = user or self.ana
        self.authenticate(user.login, user.login)

    def get(self, path, status=200):
        """Return the page as a tree; its text is in ``self.text``."""
        return self._read(self.url_open(path), status)

    def post(self, path, data=None, files=None, status=200, csrf=True):
        """Post a form as the browser would and return the page that follows."""
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self._read(self.url_open(path, data=data, files=files), status)

    def send_ticket(self, files=None, status=200, csrf=True, **fields):
        """Fill in the form of a new ticket and send it."""
        data = {"subject": "No WiFi", "description": "Since this morning", **fields}
        return self.post("/submitted/ticket", data, files, status, csrf)

    def answer(self, ticket, message="It works again", files=None, **kw):
        """Write into the composer of a ticket's page and send it."""
        data = {"message": message, **kw.pop("fields", {})}
        return self.post(f"/my/ticket/{ticket.id}/message", data, files, **kw)

    def key(self, tree):
        """Return the one-time key of the form on a page."""
        return tree.xpath("//input[@name='submission_key']/@value")[0]

    def tickets(self, user=None):
        """Return the tickets of a customer, newest first."""
        partner = (user or self.ana).partner_id
        return self.env["helpdesk.ticket"].search(
            [("partner_id", "=", partner.id)], order="id desc"
        )

    def rows(self, tree):
        """Return the subjects listed on a page, in order, read or not."""
        return [
            self.words(node).removeprefix("New: ")
            for node in tree.xpath("//*[contains(@class, 'o_hsp_subject')]//a")
        ]

    def part(self, tree, name):
        """Return the text of a named part of the page, '' where there is none."""
        nodes = tree.xpath(f"//*[@name='{name}']")
        return self.words(nodes[0]) if nodes else ""

    def words(self, node):
        return " ".join(node.text_content().split())

    def _read(self, response, status):
        self.response = response
        self.assertEqual(response.status_code, status, response.text[:2000])
        tree = html.fromstring(response.content)
        main = tree.xpath("//main")
        self.text = self.words(main[0]) if main else ""
        self.path = re.sub(r"^https?://[^/]+", "", response.url)
        return tree
