# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from .browser import BrowserCase
from .portal_common import PortalCommon

PATIENCE = 40_000  # milliseconds: the first ticket page compiles the editor
REQUEST = "The exact name of the rate plan, as Expedia shows it"


class ScreensCase(PortalCommon, BrowserCase):
    """A ticket of each kind, and the pages of the portal in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets_by_kind = {
            kind: cls._create_ticket_of_kind(kind) for kind in cls.stages
        }

    @classmethod
    def _create_ticket_of_kind(cls, kind):
        ticket = cls._create_ticket(
            name=f"Bookings of next weekend are missing: {kind}",
            location_id=cls.location.id,
            user_id=cls.laura.id,
            waiting_party="Booking",
            priority="3",
        )
        ticket.with_user(cls.laura).message_post(
            body="See the file, please",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("plan.pdf", b"%PDF-1.4")],
        )
        if kind == "waiting_customer":
            ticket.action_wait_customer(REQUEST)
        else:
            ticket.stage_id = cls.stages[kind]
        return ticket

    def open_signed_in(self, browser, viewport, user=None, **options):
        """Return a page of a window in which ``user`` (Ana) has signed in."""
        page = self.open_page(browser, viewport, locale="en-US", **options)
        user = user or self.ana
        self.sign_in_by_form(page, user)
        return page

    def sign_in_by_form(self, page, user):
        BrowserCase.sign_in(self, page, user.login, user.login)
        page.wait_for_url("**/my**")

    def go(self, page, path):
        """Open a page and wait until its scripts have started."""
        page.goto(path)
        page.wait_for_selector(
            "body[is-ready=true]", state="attached", timeout=PATIENCE
        )
