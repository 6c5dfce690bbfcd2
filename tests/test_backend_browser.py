from odoo.tests import HttpCase, tagged

from .common import HelpdeskCommon

MENU = "helpdesk_service_portal.helpdesk_my_turn_menu"
APP = "helpdesk_mgmt.helpdesk_ticket_main_menu"

SCRIPT = """
(async () => {
    const until = async (what, test) => {
        for (let tries = 0; tries < 200; tries++) {
            const found = test();
            if (found) {
                return found;
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error(`Waited in vain for ${what}: ${document.body.innerText}`);
    };
    const one = (selector) => document.querySelector(selector);
    const menu = () => one("[data-menu-xmlid='%(menu)s']")?.textContent.trim();

    const click = async (what, selector) =>
        (await until(what, () => one(selector))).click();

    await click("the list of applications", ".o_navbar_apps_menu button");
    await click("the helpdesk", ".o_app[data-menu-xmlid='%(app)s']");
    const row = await until("the queue", () => one(".o_list_view .o_data_row"));
    await until("the count in the menu", () => menu() === "My turn (2)");
    if (!row.querySelector("[name=answer_due_date]").textContent.includes("was due")) {
        throw new Error(`The overdue ticket is not on top: ${row.textContent}`);
    }
    row.querySelector("[name=name]").click();
    const turn = await until("the turn line", () => one(".o_helpdesk_turn"));
    if (!turn.textContent.includes("The answer was due on")) {
        throw new Error(`Whose turn is it? ${turn.textContent}`);
    }
    await click("the button", "button[name=action_solve]");
    await until("the fresh count", () => menu() === "My turn (1)");
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestBackendBrowser(HelpdeskCommon, HttpCase):
    """An engineer opens the helpdesk in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Debian leaves this script of video calls out; its absence is an error in the
        # console of every page of the backend, and none of ours
        cls.env["ir.asset"].create(
            {
                "name": "No video calls in this test",
                "bundle": "web.assets_backend",
                "directive": "remove",
                "path": "mail/static/lib/selfie_segmentation/selfie_segmentation.js",
            }
        )

    def test_the_queue_opens_and_its_count_follows(self):
        """The helpdesk opens on "My turn", the count stands in the menu and falls when
        a ticket is solved; the ticket opens without an error of JavaScript."""
        overdue = self._create_ticket(name="Overdue", user_id=self.laura.id)
        overdue.answer_due_date = "2020-01-01 10:00:00"
        self._create_ticket(name="Free")
        self.browser_js(
            "/odoo",
            SCRIPT % {"menu": MENU, "app": APP},
            ready="!!document.querySelector('.o_navbar_apps_menu button')",
            timeout=180,
            login=self.laura.login,
        )
        self.assertEqual(overdue.stage_kind, "solved")

    def test_other_applications_ask_for_no_count(self):
        """No cost for users without helpdesk group."""
        calls = []
        self.patch(
            type(self.env["helpdesk.ticket"]),
            "get_my_turn_count",
            lambda ticket: calls.append(ticket.env.user.login) or 0,
        )
        self.browser_js(
            "/odoo",
            "setTimeout(() => console.log('test successful'), 1500)",
            ready="!!document.querySelector('.o_navbar_apps_menu button')",
            timeout=180,
            login=self.ines.login,
        )
        self.assertFalse(calls)
