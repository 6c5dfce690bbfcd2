# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time

from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase
from .call_common import SWITCHBOARD, CallCase
from .figures import FiguresCase

PATIENCE = 120_000  # milliseconds: the first page compiles the web client
CHAT = (
    "[10:32, 22/11/2026] Ana Pérez: No llegan reservas\n"
    "[10:33, 22/11/2026] Ana Pérez: Mire"
)
PASTE = """
([text, withPicture]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    if (withPicture) {
        const bytes = atob(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWj"
            + "R9awAAAABJRU5ErkJggg=="
        );
        const array = Uint8Array.from(bytes, (char) => char.charCodeAt(0));
        data.items.add(new File([array], "photo.png", {type: "image/png"}));
    }
    const node = document.querySelector("#call_text");
    const event = new ClipboardEvent(
        "paste", {clipboardData: data, bubbles: true, cancelable: true}
    );
    if (node.dispatchEvent(event) && text) {
        document.execCommand("insertText", false, text);
    }
}
"""


@tagged("post_install", "-at_install")
class TestCallBrowser(CallCase, FiguresCase, BrowserCase):
    """The contact center logs calls by keyboard alone, while the caller speaks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carla.odoobot_state = "disabled"
        cls.location.name = "Palmar Norte"
        cls.people = cls._open_switchboard()
        cls.ticket = cls._create_ticket(location_id=cls.location.id)
        cls.digits = cls.ticket.number.lstrip("HT0")

    def _open(self, browser, viewport=None):
        page = self.open_page(browser, viewport or DESK, locale="en-US")
        page.set_default_timeout(PATIENCE)
        self.sign_in(page, self.carla.login, self.carla.login)
        page.goto("/odoo/log-call")
        page.locator("#call_query:focus").wait_for()
        self.page, self.keys = page, 0
        return page

    def _type(self, text):
        self.keys += len(text)
        self.page.keyboard.type(text, delay=10)

    def _press(self, *names):
        for name in names:
            self.keys += name.count("+") + 1
            self.page.keyboard.press(name)

    def _focus(self, node_id):
        self.page.locator(f"#{node_id}:focus").wait_for()

    def _finish(self, case, text, *names):
        """Type what the caller tells, save, and tell how long all of it took."""
        self._focus("call_text")
        self._type(text)
        self._press(*names)
        if "Shift" in "".join(names):
            self._focus("call_solution")
            self._type("Restarted it")
            self._press("Control+Enter")
        self.page.locator(".o_call_next:focus").wait_for()
        seconds = time.monotonic() - self.began
        words = self.page.locator(".o_call_done").inner_text()
        self.tell(
            f"Log a call, {case}: {self.keys} keys, {len(text)} of them the text; "
            f"{seconds:.1f} s in the browser, about "
            f"{self.keys / 5 + seconds - self.keys * 0.01:.0f} s at five keys a second"
        )
        self.page.keyboard.press("Enter")
        self._focus("call_query")
        return words

    def _begin(self, query):
        self.began, self.keys = time.monotonic(), 0
        self._type(query)
        self._press("Enter")

    def _get_last(self, subject):
        self.env.invalidate_all()
        return self.env["helpdesk.ticket"].search([("name", "=", subject)])

    def test_five_cases_by_keyboard_alone(self):
        """S3-01 "C by phone [...] typed by contact-centre staff."""
        with self.browser() as browser:
            page = self._open(browser)
            with self.pictures_of_failures(page):
                self._begin("4448112233")
                words = self._finish("known caller", "Known caller", "Control+Enter")
                self.assertIn("A mail goes to ana@test.example", words)
                self._begin(SWITCHBOARD.replace(" ", ""))
                self._focus("call_who")
                self._press("3")
                self._finish("switchboard", "By the switchboard", "Control+Enter")
                self._begin("palmar")
                self._focus("call_who")
                self._type("Rosa Gil")
                self._press("Enter")
                words = self._finish("unknown caller", "Somebody new", "Control+Enter")
                self.assertIn("There is no e-mail address", words)
                self._begin(f"#{self.digits}")
                self._focus("call_who")
                self._type("ana")
                self._press("Enter")
                words = self._finish("note on open", "Still nothing", "Control+Enter")
                self.assertIn("Added to the ticket", words)
                self._begin("4448112233")
                words = self._finish(
                    "solved in the call", "Solved now", "Control+Shift+Enter"
                )
                self.assertIn("Saved and solved", words)
        self.assertEqual(self._get_last("Known caller").partner_id, self.person)
        self.assertIn(self._get_last("By the switchboard").partner_id, self.people)
        rosa = self._get_last("Somebody new")
        self.assertEqual(rosa.partner_id.name, "Rosa Gil")
        self.assertEqual(rosa.partner_id.parent_id, self.hotel)
        self.assertEqual(rosa.location_id, self.location)
        note = self.ticket._get_public_messages().filtered(
            lambda m: "Still nothing" in m.body
        )
        self.assertEqual(note[:1].author_id, self.person)
        self.assertEqual(self._get_last("Solved now").stage_kind, "solved")

    def test_a_call_is_handed_over_to_an_engineer(self):
        """The caller waits while somebody of the team takes over."""
        self.team.user_ids = self.laura
        self.env["mail.presence"].create({"user_id": self.laura.id, "status": "online"})
        with self.browser() as browser:
            page = self._open(browser)
            with self.pictures_of_failures(page):
                self._begin("4448112233")
                words = self._finish("handed over", "All is dark", "F9")
        ticket = self._get_last("All is dark")
        self.assertEqual(ticket.user_id, self.laura)
        self.assertIn(self.laura.name, words)

    def test_calls_side_by_side_survive_escape_and_reload(self):
        with self.browser() as browser:
            page = self._open(browser)
            with self.pictures_of_failures(page):
                self._type("4448112233")
                self._press("Enter")
                self._focus("call_text")
                self._type("First half")
                self._press("Escape", "Escape", "Escape")
                self.assertEqual(page.locator("#call_text").input_value(), "First half")
                self._press("F2")
                page.wait_for_function(
                    "() => document.querySelector('#call_query').value === ''"
                )
                self._focus("call_query")
                self._type("palmar")
                self._press("Enter")
                self._focus("call_who")
                self._press("Enter")
                self._focus("call_text")
                self._type("Second half")
                page.reload()
                page.locator(".o_call_tab").nth(1).wait_for()
                page.locator(".o_call_card").wait_for()
                self.assertEqual(page.locator(".o_call_tab").count(), 2)
                self.assertEqual(page.locator("#call_text").input_value(), "First half")
                self._press("F8")
                page.wait_for_function(
                    "() => document.querySelector('#call_text')?.value"
                    " === 'Second half'"
                )
                self._press("Control+Enter")
                page.locator(".o_call_next:focus").wait_for()
                page.reload()
                page.locator(".o_call_card").wait_for()
                self.assertEqual(
                    page.locator(".o_call_tab").count(), 1, "what is saved is no draft"
                )
        ticket = self._get_last("Second half")
        self.assertEqual(ticket.partner_id, self.hotel, "nobody gave a name")

    def test_details_appear_once_the_caller_is_confirmed(self):
        with self.browser() as browser:
            page = self._open(browser)
            with self.pictures_of_failures(page):
                self._type("4448112233")
                self._press("Enter")
                card = page.locator(".o_call_card")
                card.get_by_text(self.ticket.name).wait_for()
                self.assertNotIn("None since this morning", page.content())
                self.assertNotIn(self.person.email, page.content())
                self._focus("call_text")
                self._press("F4", "Space", "Tab", "Space", "Tab")
                self._type("wrong@test.example")
                self._press("Enter")
                card.get_by_text("That is not what we know").wait_for()
                self._press("Control+a")
                self._type(f"#{self.digits}")
                self._press("Enter")
                card.get_by_text("None since this morning").wait_for()
                card.get_by_text(self.person.email).wait_for()
                self._focus("call_text")

    def test_a_chat_is_pasted_with_its_times_and_pictures(self):
        with self.browser() as browser:
            page = self._open(browser)
            with self.pictures_of_failures(page):
                self._type("4448112233")
                self._press("Enter")
                self._focus("call_text")
                page.evaluate(PASTE, [CHAT, True])
                page.locator(".o_call_files img").wait_for()
                whatsapp = page.get_by_role("button", name="WhatsApp", exact=True)
                self.assertEqual(whatsapp.get_attribute("aria-pressed"), "true")
                self._press("Control+Enter")
                page.locator(".o_call_next:focus").wait_for()
        ticket = self._get_last("No llegan reservas")
        self.assertEqual(ticket.channel_id, self.whatsapp_channel)
        self.assertIn("10:33, 22/11/2026", ticket.description)
        self.assertEqual(len(ticket._get_public_attachments()), 1)

    def test_a_telephone_shows_it_in_one_column(self):
        with self.browser() as browser:
            page = self._open(browser, PHONE)
            with self.pictures_of_failures(page):
                self._type("4448112233")
                self._press("Enter")
                page.locator(".o_call_card").wait_for()
                wide = page.evaluate(
                    "() => document.documentElement.scrollWidth - window.innerWidth"
                )
                self.assertLessEqual(wide, 0)
                page.locator(".o_call_save").wait_for()
