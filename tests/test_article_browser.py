# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo.tests import tagged

from .access_common import PNG
from .article_common import ArticleCase
from .browser import DESK, PHONE, BrowserCase, requests_wait

PATIENCE = 120_000  # milliseconds: the first page compiles the web client
VIDEO = """
    <div class="media_iframe_video"
         data-oe-expression="//www.youtube.com/embed/abcdefghijk">
        <div class="media_iframe_video_size"><br></div>
    </div>
"""
# What Word 365 puts on the clipboard, shortened.
WORD = """
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta name=ProgId content=Word.Document><style>p.MsoNormal {margin: 0cm}</style></head>
<body lang=ES style="tab-interval:35.4pt">
<p class=MsoTitle>Cierre de mes<o:p></o:p></p>
<p class=MsoNormal style="margin-bottom:8pt"><span style="font-family:Calibri;
mso-fareast-font-family:Calibri">Antes de <b>empezar</b>:<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpFirst style="mso-list:l0 level1 lfo1"><![if !supportLists]>
<span style="mso-list:Ignore">1.<span>&nbsp;&nbsp;</span></span><![endif]>Abra caja</p>
<p class=MsoListParagraphCxSpLast style="mso-list:l0 level1 lfo1"><![if !supportLists]>
<span style="mso-list:Ignore">2.<span>&nbsp;&nbsp;</span></span><![endif]>Imprima</p>
<table class=MsoTableGrid><tr><td style="border:solid 1pt"><p class=MsoNormal>IVA
</p></td></tr></table>
<p class=MsoNormal><!--[if gte vml 1]><v:shape id="p1"/><![endif]--><![if !vml]>
<img width=9 height=9 src="file:///C:/Users/ana/AppData/clip_image002.png"><![endif]></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
</body></html>
"""
PASTE = """
([html, rtf]) => {
    const field = document.querySelector(".o_field_widget[name=body]");
    const target = field.querySelector(".odoo-editor-editable");
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/rtf", rtf);
    data.setData("text/plain", "Cierre de mes");
    const options = {clipboardData: data, bubbles: true, cancelable: true};
    target.dispatchEvent(new ClipboardEvent("paste", options));
}
"""


@tagged("post_install", "-at_install")
class TestArticleBrowser(ArticleCase, BrowserCase):
    """An article in a real browser: read, voted on, printed, written."""

    def sign_in(self, *args):
        """The browser's own; the HTTP session of the other tests is not needed."""
        if args and hasattr(args[0], "goto"):
            BrowserCase.sign_in(self, *args)

    def test_vote_in_place(self):
        """S2-18, S2-19 "No → 'Sorry we could not be helpful' + comment box; after
        sending 'Comments sent …'": on the spot, by keyboard, without losing one's
        place.
        """
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, locale="en-US")
            page.goto(self.article.website_url)
            self.wait_ready(page)
            page.evaluate("window.still_here = true")
            page.focus("#helpful button[value=no]")
            page.keyboard.press("Enter")
            box = page.locator("#helpful textarea")
            box.wait_for()
            self.assertIn(
                "Sorry we could not be helpful",
                page.locator("#helpful").inner_text(),
            )
            page.keyboard.type("Step 3 is missing")
            self.assertEqual(box.input_value(), "Step 3 is missing", "it has the focus")
            page.get_by_role("button", name="Send comments").click()
            page.locator("#helpful [name=feedback_sent]").wait_for()
            page.click("#helpful button[value=yes]")
            page.locator("#helpful [name=thanks]").wait_for()
            self.assertTrue(page.evaluate("window.still_here"))
        self.env.invalidate_all()
        self.assertEqual(self.article.rating_ids.rating, 5)

    def test_reading_is_told_by_a_beacon(self):
        """Readers counted …, once per session."""
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, locale="en-US")
            for _time in range(2):
                with page.expect_response("**/read") as told:
                    page.goto(self.article.website_url)
                self.assertEqual(told.value.status, 204)
        self.assertEqual(self.env["helpdesk.article.view"].search_count([]), 1)

    def test_video_and_print(self):
        """Articles have videos, and a print style: S2-14 "Can be printed directly"."""
        self.article.body = f"<h2>One</h2><p>Text</p>{VIDEO}<h2>Two</h2>"
        with self.browser() as browser:
            page = self.open_page(browser, DESK, locale="en-US")
            page.goto(self.article.website_url)
            self.wait_ready(page)
            video = page.locator(".o_hsp_kb_text iframe")
            video.wait_for(state="attached")
            self.assertIn("youtube.com/embed/abcdefghijk", video.get_attribute("src"))
            page.evaluate("window.print = () => (window.printed = true)")
            page.click("button.o_hsp_print")
            self.assertTrue(page.evaluate("window.printed"))
            page.emulate_media(media="print")
            self.assertTrue(page.locator("h1").is_visible())
            self.assertTrue(page.locator("[name=text]").is_visible())
            for selector in (
                "header",
                "footer",
                ".o_hsp_rail",
                "#helpful",
                "#comments",
            ):
                self.assertFalse(page.locator(selector).first.is_visible(), selector)

    def test_paste_from_word(self):
        """Clean paste from Word with its images: titles, lists and tables stay, what
        only Word understands goes, pictures become files of the article.
        """
        picture = base64.b64decode(PNG).hex()
        rtf = r"{\rtf1{\pict{\*\picprop}\pngblip\picw9" + "\n" + picture + "}}"
        with self.browser() as browser:
            page = self.open_page(browser, DESK, locale="en-US")
            page.set_default_timeout(PATIENCE)
            with self.pictures_of_failures(page):
                self.sign_in(page, self.edith.login, self.edith.login)
                page.goto(f"/odoo/helpdesk-articles/{self.article.id}")
                editor = page.locator(
                    ".o_field_widget[name=body] .odoo-editor-editable"
                )
                editor.wait_for()
                editor.click()
                page.keyboard.press("Control+a")
                page.evaluate(PASTE, [WORD, rtf])
                editor.locator("li", has_text="Imprima").wait_for()
                page.click(".o_form_button_save")
                page.locator(".o_form_button_save").wait_for(state="hidden")
        with requests_wait():
            self.env.invalidate_all()
            body = str(self.article.body)
        for kept in ("<b>empezar</b>", "<ol", "Abra caja", "<table", "IVA", "<h1"):
            self.assertIn(kept, body.replace("strong>", "b>"))
        for gone in ("Mso", "mso-", "<o:p", "v:shape", "file:", "data:image"):
            self.assertNotIn(gone, body)
        self.assertNotRegex(body, r">\s*[12]\.", "numbers are the list's")
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.article"), ("res_id", "=", self.article.id)]
        )
        self.assertEqual(files.mapped("raw"), [base64.b64decode(PNG)])
        self.assertIn(f"/web/image/{files.id}/", body)
