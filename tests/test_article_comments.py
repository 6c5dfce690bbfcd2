# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .article_common import ArticleCase


@tagged("post_install", "-at_install")
class TestArticleComments(ArticleCase):
    """Comments of signed-in people, and the community."""

    def _comment(self, text="Works with Expedia, too?", article=None):
        article = article or self.article
        return self.post(f"/support/article/{article.id}/comment", comment=text)

    def test_only_signed_in_people_comment(self):
        """S1-24 "Articles show '0 comments' (counter) and 'Sign in to leave a comment';
        only signed-in users comment".
        """
        page = self.open(self.article)
        self.assertEqual(
            self.words(page.xpath("//*[@name='comment_count']")[0]), "0 comments"
        )
        link = page.xpath("//p[@name='sign_in']/a")[0]
        self.assertEqual(link.text, "Sign in to leave a comment")
        self.assertIn(self.article.website_url.rpartition("-")[2], link.get("href"))
        self.assertIn("/web/login", self._comment().headers["Location"])
        self.assertFalse(self.env["helpdesk.article.comment"].search([]))
        self.sign_in(self.ana)
        self._comment()
        self.sign_in()
        page = self.open(self.article)
        self.assertEqual(
            self.words(page.xpath("//*[@name='comment_count']")[0]), "1 comment"
        )
        self.assertIn("Works with Expedia, too?", page.text_content())
        self.assertIn("Ana Pérez", page.text_content())

    def test_moderated(self):
        """Comments moderated if set: others see one once an editor has read it."""
        self.folder.comment_policy = "moderated"
        self.sign_in(self.ana)
        self._comment()
        self.assertIn("Expedia", self.open(self.article).text_content())
        self.sign_in(self.luis)
        page = self.open(self.article)
        self.assertNotIn("Expedia", page.text_content())
        self.assertIn("0 comments", self.words(page))
        line = self.env["helpdesk.article.inbox"].search([("kind", "=", "comment")])
        line.with_user(self.edith).action_publish_comment()
        self.assertTrue(line.is_done)
        page = self.open(self.article)
        self.assertIn("Expedia", page.text_content())
        self.assertIn("1 comment", self.words(page))

    def test_no_comments(self):
        self.folder.comment_policy = "none"
        self.sign_in(self.ana)
        self.assertFalse(self.open(self.article).xpath("//*[@id='comments']"))
        self._comment()
        self.assertFalse(self.env["helpdesk.article.comment"].search([]))

    def test_comments_are_text(self):
        """Bad input: what is written is shown as it was typed."""
        self.sign_in(self.ana)
        self._comment("<img src=x onerror=alert(1)> & more")
        self._comment("   ")
        self._comment("x" * 5000)
        page = self.open(self.article)
        comments = page.xpath("//p[contains(@class, 'o_hsp_kb_comment')]")
        shown = [p.text_content() for p in comments]
        self.assertEqual(shown, ["<img src=x onerror=alert(1)> & more"])

    def test_community(self):
        """S1-22 "It is entered by 'Community', then the publication or consultation of
        information and procedures". S1-23 "Users can send questions and proposals for
        improvement". An agent turns one into a ticket and back.
        """
        community = self._create_folder("Community", is_community=True)
        self._create_article("House rules", community)
        path = f"/support/folder/{community.id}/comment"
        self.assertIn("/web/login", self.post(path, comment="x").headers["Location"])
        self.sign_in(self.ana)
        self.post(path, comment="A night audit report\nwould help us")
        self.sign_in(self.luis)
        page = self.open(community)
        (form,) = page.xpath(f"//form[@action='{path}'][.//*[@id='comment']]")
        self.assertTrue(form.xpath(".//textarea[@name='comment']"))
        self.assertIn("House rules", page.text_content())
        self.assertIn("A night audit report", page.text_content())
        comment = self.env["helpdesk.article.comment"].search([])
        self.post(path, comment="Yes, please", parent=str(comment.id))
        self.assertEqual(comment.answer_ids.body, "Yes, please")
        mora = comment.with_user(self.mora)
        mora.action_create_ticket()
        ticket = comment.ticket_id
        self.assertEqual(ticket.partner_id, self.ana.partner_id)
        self.assertEqual(ticket.name, "A night audit report")
        self._answer(ticket, self.mora, "It comes in March")
        action = mora.action_answer_from_ticket()
        answer = comment.browse(action["res_id"])
        self.assertEqual(answer.body, "It comes in March")
        self.assertNotIn("March", self.open(community).text_content())
        answer.with_user(self.mora).action_publish()
        page = self.open(community)
        self.assertIn("It comes in March", page.text_content())
        self.assertNotIn(ticket.number, page.text_content())
        self.sign_in(self.ana)
        self.assertIn(ticket.number, self.open(community).text_content())

    def test_a_folder_that_is_no_community_takes_none(self):
        self.sign_in(self.ana)
        path = f"/support/folder/{self.folder.id}/comment"
        self.assertEqual(self.post(path, comment="x").status_code, 404)

    def test_the_thread_is_the_editors(self):
        """The thread of an article, its comments apart, is nobody's outside."""
        message = self.article.message_post(
            body="secret remark", subtype_xmlid="mail.mt_comment"
        )
        theirs = message.with_user(self.ana)
        with self.assertRaises(AccessError):
            theirs.read(["body"])
        found = theirs.search([("model", "=", "helpdesk.article")])
        self.assertFalse(found)
