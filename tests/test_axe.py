# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Every page of the portal, read by axe: light and dark, on a phone and a desktop."""

import re
from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .browser import DESK, PHONE
from .figures import FiguresCase
from .screens_common import ScreensCase

SIZES = {"phone": PHONE, "desktop": DESK}
SCHEMES = ("light", "dark")
REPAINT = 100  # milliseconds after which another scheme is painted everywhere
#: styles are read from the page: the portal lets no script load them from outside
OPTIONS = {"preload": False}
ARTICLE = """
    <h2>Before you begin</h2><p>Open <a href="/support">this page</a>.</p>
    <h2>Steps</h2><ol><li>One</li><li>Two</li></ol><pre>code --of it</pre>
    <table><thead><tr><th>Rate</th></tr></thead><tbody><tr><td>BAR</td></tr></tbody>
    </table><blockquote>Mind the gap</blockquote>
"""
STILL = "*, ::before, ::after { transition: none !important }"


@tagged("post_install", "-at_install")
class TestAxe(FiguresCase, ScreensCase):
    """Who cannot see, or not well, finds every page in order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["helpdesk.ticket.location"].create(
            {"name": "Hotel Sol Cancún", "partner_id": cls.hotel.id}
        )
        cls._create_ticket(location_id=cls.second.id)

    def setUp(self):
        super().setUp()
        self.violations = {}
        self.readings = 0

    def test_pages_of_a_visitor(self):
        """S0-05 … it can be seen without signing in: and heard, also in the dark."""
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, "en-US", reduced_motion="reduce")
            choose = self.luis.partner_id.sudo()
            choose.signup_prepare()
            token = choose._generate_signup_token()
            for path in (
                "/web/login",
                "/web/reset_password",
                "/web/get_password",
                "/web/reset_password?token=used",
                f"/web/reset_password?token={token}",
            ):
                self.go(page, path)
                self._read_page(page, path)
            self.go(page, "/web/get_password")
            for typed, sign in (
                ("nobody", "#login_error"),
                ("nobody@test.example", "[name=helpdesk_link_sent]"),
            ):
                page.fill("input[name=login]", typed)
                page.click("form.o_hsp_proof button[type=submit]")
                page.wait_for_selector(sign)
                self.wait_ready(page)
                self._read_page(page, f"get password {typed}")
            self.go(page, "/web/login")
            page.fill("input[name=login]", "nobody@test.example")
            page.fill("input[name=password]", "wrong")
            page.click(".oe_login_form button[type=submit]")
            page.locator(".oe_login_form .alert-danger").wait_for()
            self._read_page(page, "wrong password")
        self._assert_no_violation()

    def test_visitors_form_and_help_button(self):
        """S4-01, S4-02: the types, the form and its errors, the mailbox; the button,
        open, on a page of the website."""
        self.team.visitor_form = True
        self.env["website"].get_current_website().homepage_url = False
        self.env["helpdesk.visitor.request"]._take(
            {"name": "Nora", "address": "nora@new.example"},
            {"name": "Prices", "description": "<p>For forty rooms</p>"},
        )
        mail = self.env["mail.mail"].search([("email_to", "=", "nora@new.example")])
        link = re.search(r"/support/ticket/confirm/[\w-]+", mail.body_html)[0]
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, "en-US", reduced_motion="reduce")
            for path in (
                "/support/ticket",
                "/support/ticket?type=question",
                "/support/ticket/sent",
                link,
            ):
                self.go(page, path)
                self._read_page(page, path)
            self.go(page, "/support/ticket?type=question")
            page.click(".o_hsp_submit")
            page.locator(".o_hsp_errors").wait_for()
            self._read_page(page, "visitor's form with errors")
            self.go(page, "/")
            page.click(".o_hsp_launcher .button")
            self._read_page(page, "help button")
        self._assert_no_violation()

    def test_home_and_list(self):
        """S0-09, S0-25: home and list, full, narrowed, grouped, empty, with menu."""
        with self.browser() as browser:
            page = self.open_signed_in(browser, PHONE, reduced_motion="reduce")
            for path in (
                "/my",
                "/my/tickets",
                "/my/tickets?groupby=stage&filterby=done&search=bookings",
                "/my/tickets?search=zzzz&filterby=done",
                "/my/tickets?location=999999",
            ):
                self.go(page, path)
                self._read_page(page, path)
            page.locator(".o_hsp_options summary").click()
            page.locator(".o_hsp_legend summary").click()
            self._read_page(page, "menu and legend")
            first = self.open_signed_in(
                browser, PHONE, user=self.luis, reduced_motion="reduce"
            )
            for path in ("/my", "/my/tickets"):
                self.go(first, path)
                self._read_page(first, f"first visit {path}")
        self._assert_no_violation()

    def test_announcements(self):
        """S2-02 Informative banner: at home, above the form, by itself."""
        now = fields.Datetime.now()
        announcement = self.env["helpdesk.announcement"].create(
            {
                "name": "Reservations of Booking arrive late",
                "body": "<p>They arrive after an hour.</p>",
                "severity": "incident",
                "last_update": "Booking works on it.",
                "date_start": now - timedelta(hours=1),
                "date_end": now + timedelta(days=1),
                "ticket_id": self.tickets_by_kind["in_progress"].id,
                "is_published": True,
            }
        )
        path = f"/support/announcement/{announcement.id}"
        with self.browser() as browser:
            page = self.open_signed_in(browser, PHONE, reduced_motion="reduce")
            self.go(page, "/my")
            page.locator(".o_hsp_announcement summary").click()
            self._read_page(page, "home with an incident")
            for address in ("/new/ticket", path):
                self.go(page, address)
                self._read_page(page, f"incident: {address}")
            self._read_sheet(page, announcement.name, ".o_hsp_hint_announcement")
            self.go(page, path)
            page.locator("button[name='follow']").click()
            page.locator("[name='notice']").wait_for()
            self._read_page(page, "followed")
        self._assert_no_violation()
        self.assertEqual(announcement.affected_count, 1)

    def test_form_with_every_field(self):
        """S4-03 to S4-09, S2-35 to S2-43: types as cards, then every field, wrong."""
        self.team.type_cards = True
        Field = self.env["helpdesk.ticket.form.field"]
        names = [name for name, _label in Field._fields["name"].selection]
        Field.create(
            [
                {"team_id": self.team.id, "name": name, "is_required": name == "area"}
                for name in names
            ]
        )
        with self.browser() as browser:
            page = self.open_signed_in(browser, PHONE, reduced_motion="reduce")
            self.go(page, "/new/ticket")
            self._read_page(page, "types as cards")
            page.click(".o_hsp_type:has-text('Incident')")
            page.check("input[name=priority][value='3']")
            self._read_page(page, "every field")
            page.fill("#field_phone", "12")
            page.click(".o_hsp_submit")
            page.locator(".o_hsp_errors").wait_for()
            self._read_page(page, "every field, wrong")
        self._assert_no_violation()

    def test_form(self):
        """S3-09 A form for a new ticket: as it comes, and with its errors."""
        with self.browser() as browser:
            page = self.open_signed_in(browser, PHONE, reduced_motion="reduce")
            self.go(page, "/new/ticket")
            self._read_page(page, "form")
            page.locator("form.o_hsp_form").evaluate("form => form.noValidate = true")
            page.locator(".o_hsp_submit").click()
            page.locator(".o_hsp_errors").wait_for()
            self._read_page(page, "form with errors")
        self._assert_no_violation()

    def test_ticket_pages(self):
        """S3-16 to S3-20: the page of a ticket in each turn, more time, no ticket."""
        waiting = self.tickets_by_kind["waiting_customer"]
        waiting.auto_close_date = "2099-11-27 18:00:00"
        with self.browser() as browser:
            page = self.open_signed_in(browser, PHONE, reduced_motion="reduce")
            for kind, ticket in self.tickets_by_kind.items():
                self.go(page, f"/my/ticket/{ticket.id}")
                self._read_page(page, f"ticket: {kind}")
            for path in (f"/my/ticket/{waiting.id}/more-time", "/my/ticket/99999999"):
                self.go(page, path)
                self._read_page(page, path)
            self._read_forms_of_details(page, waiting)
            # the console tells of the ticket that does not exist
            self.forgive("404")
        self._assert_no_violation()

    def _read_forms_of_details(self, page, ticket):
        """S2-31, S2-26: what is changed in place, why not, and people in copy."""
        path = f"/my/ticket/{ticket.id}"
        for tail in ("edit/priority", "edit/status", "people"):
            self.go(page, f"{path}/{tail}")
            self._read_page(page, tail)
        page.set_viewport_size(PHONE)
        self.go(page, path)
        page.locator(".o_hsp_details_toggle").click()
        page.locator("[name=fact_status] .o_hsp_lock summary").click()
        page.locator("[data-field=priority]").click()
        page.locator(".o_hsp_edit_form").wait_for()
        self._read_page(page, "ticket: details open")

    def test_account(self):
        """S3-27 "Account security" → "Edit security settings", and the details."""
        with self.browser() as browser:
            page = self.open_signed_in(browser, PHONE, reduced_motion="reduce")
            for path in (
                "/my/profile",
                "/my/security",
                "/my/security/data",
                "/my/account",
                "/my/addresses",
            ):
                self.go(page, path)
                self._read_page(page, path)
        self._assert_no_violation()

    def test_help_center(self):
        """S2-07, S2-17 to S2-19, S4-33: a folder, an article before and after a vote,
        with comments, the community, and an address that leads nowhere."""
        Folder = self.env["helpdesk.article.category"]
        folder = Folder.create({"name": "Rules", "description": "What holds where"})
        inside = Folder.create({"name": "Channel", "parent_id": folder.id})
        community = Folder.create({"name": "Community", "is_community": True})
        article, other = self.env["helpdesk.article"].create(
            [
                {
                    "name": name,
                    "summary": "For those who sell on several channels",
                    "body": ARTICLE,
                    "category_ids": [Command.link(inside.id)],
                    "is_published": True,
                }
                for name in ("Map rates", "Map rooms")
            ]
        )
        other._vote(f"user:{self.ana.id}", is_helpful=False)
        for place in ({"article": article}, {"category": community}):
            Comment = self.env["helpdesk.article.comment"].with_user(self.ana)
            Comment._post("It would help to see a picture", **place)
        with self.browser() as browser:
            page = self.open_signed_in(browser, PHONE, reduced_motion="reduce")
            for record in (folder, inside, article, other, community):
                self.go(page, record.website_url)
                self._read_page(page, record.name)
            self.go(page, article.website_url)
            page.click("#helpful button[value=yes]")
            page.locator("#helpful [name=thanks]").wait_for()
            self._read_page(page, "voted")
            visitor = self.open_page(
                browser, PHONE, locale="en-US", reduced_motion="reduce"
            )
            for path in (article.website_url, "/support/rules-1/nothing-99999999"):
                self.go(visitor, path)
                self._read_page(visitor, f"visitor {path}")
            # the console tells of the address that leads nowhere
            self.forgive("404")
        self._assert_no_violation()

    def test_home_and_search_of_the_help_center(self):
        """S0-41, S2-01 Home and search of the help center, suggestions, hints and the
        sheet over the form."""
        Category = self.env["helpdesk.article.category"]
        base = Category.create({"name": "Channel", "home_section": "bases"})
        article = self.env["helpdesk.article"].create(
            {
                "name": "Bookings do not arrive",
                "body": "<h2>Steps</h2><p>Look for the number.</p>",
                "category_ids": [(6, 0, base.ids)],
                "is_published": True,
            }
        )
        with self.browser() as browser:
            page = self.open_signed_in(browser, PHONE, reduced_motion="reduce")
            for path in (
                "/support",
                "/support/search?search=bookings+arrive",
                "/support/search?search=zqxzqx",
            ):
                self.go(page, path)
                self._read_page(page, path)
            page.locator("main input[name=search]").first.fill("bookings arr")
            page.locator(".o_hsp_suggestions [role=option]").first.wait_for()
            self._read_page(page, "suggestions")
            self._read_sheet(page, article.name, ".o_hsp_hint_line")
            page.locator(".o_hsp_sheet button[name=done]").click()
            page.locator(".o_hsp_sheet_done").wait_for()
            self._read_page(page, "sheet, it solved it")
        self._assert_no_violation()

    def _read_sheet(self, page, subject, line):
        """Before the ticket: what opens over the form by a line under the subject."""
        self.go(page, "/new/ticket")
        page.locator("#field_subject").fill(subject)
        page.locator(line).first.click()
        page.locator("dialog.o_hsp_sheet[open]").wait_for()
        self._read_page(page, f"sheet {line}")

    def _read_page(self, page, name):
        """Let axe read the page in both sizes and schemes."""
        page.add_style_tag(content=STILL)
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.wait_for_timeout(REPAINT)
                self.readings += 1
                for rule in Axe().run(page, options=OPTIONS).response["violations"]:
                    for node in rule["nodes"]:
                        place = f"{rule['id']} {node['target']}: {node['html'][:120]}"
                        where = f"{name} {size} {scheme}"
                        self.violations.setdefault(place, []).append(where)

    def _assert_no_violation(self):
        self.tell(f"axe: {len(self.violations)} violations in {self.readings} readings")
        lines = [f"{what}\n    {where}" for what, where in self.violations.items()]
        self.assertFalse(lines, "\n" + "\n".join(lines))
