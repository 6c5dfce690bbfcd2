# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import new_test_user, tagged

from .article_common import ArticleCase
from .browser import DESK, BrowserCase, requests_wait

PATIENCE = 180_000  # milliseconds: the first page compiles the builder
ADDRESS = "/odoo/action-website.website_preview?path=/support&enable_editor=1"


@tagged("post_install", "-at_install")
class TestHelpBuilder(ArticleCase, BrowserCase):
    """Odoo's website builder on the home of the help center."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.designer = new_test_user(
            cls.env,
            "designer@test.example",
            groups="base.group_user,website.group_website_designer",
            password="designer@test.example",
        )
        cls.designer.odoobot_state = "disabled"
        View = cls.env["ir.ui.view"]
        cls.last_view_id = View.search([], order="id desc", limit=1).id

    def sign_in(self, *args):
        """The browser's own; the HTTP session of the other tests is not needed."""
        if args and hasattr(args[0], "goto"):
            BrowserCase.sign_in(self, *args)

    def _drag(self, page, name):
        """Drag a group of blocks to the top of the page and choose one of them."""
        group = page.locator(".o_snippet[name=Content].o_draggable").first
        group.wait_for()
        # on a slow machine others wait too long for the cursor while it compiles
        self.problems.clear()
        box = group.bounding_box()
        page.mouse.move(box["x"] + 60, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] - 150, box["y"] + 80, steps=8)
        page.wait_for_timeout(500)
        frames = [frame for frame in page.frames if frame.url.endswith("/support")]
        zones = [
            frame.locator("#oe_structure_helpdesk_help_top .oe_drop_zone").first
            for frame in frames
        ]
        zone = next(zone for zone in zones if zone.count())
        box = zone.bounding_box()
        page.mouse.move(box["x"] + 200, box["y"] + box["height"] / 2, steps=10)
        page.wait_for_timeout(500)
        page.mouse.up()
        blocks = page.frame_locator(".modal iframe")
        block = blocks.locator(f".o_snippet_preview_wrap[data-snippet-id={name}]")
        block.wait_for(state="attached")
        block.scroll_into_view_if_needed()
        block.click()
        return next(f for f, z in zip(frames, zones, strict=True) if z is zone)

    def _check_saved(self):
        """Nothing but drop zones is saved: the rest is rendered for each reader."""
        with requests_wait():
            self.env.invalidate_all()
            views = self.env["ir.ui.view"].search(
                [
                    ("website_id", "!=", False),
                    ("key", "=like", "helpdesk_service_portal.%"),
                    ("id", ">", self.last_view_id),
                    ("inherit_id.key", "=like", "helpdesk_service_portal.help_%"),
                ]
            )
            blocks = self.env["ir.ui.view"].search(
                [
                    ("website_id", "!=", False),
                    ("key", "=like", "helpdesk_service_portal.%"),
                    ("inherit_id", "=", False),
                ]
            )
        self.assertFalse(blocks.mapped("key"))
        for view in views:
            self.assertIn("_oe_structure_helpdesk_help_", view.key)

    def test_drag_a_block(self):
        """Home: editable in Odoo's website builder (drop zones, our blocks as
        snippets): a block is dragged in and saved; each reader gets what is theirs.
        """
        only = self._create_article("For Spain only", visibility="connected")
        only.country_ids = self.spain
        names = [only.name, self.article.name]
        with self.browser() as browser:
            page = self.open_page(browser, DESK, locale="en-US")
            page.set_default_timeout(PATIENCE)
            with self.pictures_of_failures(page):
                self.sign_in(page, self.designer.login, self.designer.login)
                page.goto(ADDRESS)
                frame = self._drag(page, "s_help_articles")
                block = frame.locator(".s_help_articles")
                block.get_by_text(names[0]).first.wait_for()
                with page.expect_response("**/save**"):
                    page.locator("button[data-action=save]").click()
            self._check_saved()
            reader = self.open_page(browser, DESK, locale="en-US")
            reader.goto("/support")
            block = reader.locator("#oe_structure_helpdesk_help_top .s_help_articles")
            block.get_by_text(names[1]).first.wait_for()
            self.assertNotIn(names[0], reader.content(), "not even what was saved")
