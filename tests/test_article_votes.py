# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .article_common import ArticleCase

FEEDBACK = (
    "Comments sent. We appreciate your initiative and will try to fix the article"
)


@tagged("post_install", "-at_install")
class TestArticleVotes(ArticleCase):
    """Helpful or not."""

    def _section(self):
        return self.open(self.article).xpath("//section[@id='helpful']")[0]

    def test_yes(self):
        """S2-17 "Can be rated ('Was this article helpful?')". S2-18 "Yes → 'Great!
        Thanks for your feedback'".
        """
        section = self._section()
        self.assertIn("Was this article helpful?", self.words(section))
        buttons = section.xpath(".//form//button[@name='helpful']/@value")
        self.assertEqual(buttons, ["yes", "no"])
        self.assertNotIn("Great!", self.words(self._section()))
        response = self.vote(helpful="yes")
        self.assertEqual(response.status_code, 303)
        self.assertIn("Great! Thanks for your feedback", self.words(self._section()))
        self.assertEqual(self.article.rating_ids.rating, 5)

    def test_no_with_a_comment(self):
        """S2-19 "No → 'Sorry we could not be helpful' + comment box; after sending
        'Comments sent. We appreciate your initiative and will try to fix the article'".
        The comment is kept as rating feedback, never public.
        """
        self.sign_in(self.ana)
        self.vote(helpful="no")
        section = self._section()
        self.assertIn("Sorry we could not be helpful", self.words(section))
        self.assertTrue(section.xpath(".//textarea[@name='feedback']"))
        self.vote(feedback="Step 3 is missing")
        self.assertIn(FEEDBACK, self.words(self._section()))
        rating = self.article.rating_ids
        self.assertEqual(rating.feedback, "Step 3 is missing")
        self.assertEqual(rating.partner_id, self.ana.partner_id)
        self.assertFalse(self.article.message_ids.filtered("rating_ids"))
        for user in (self.ana, self.luis, None):
            self.sign_in(user)
            page = self.url_open(self.article.website_url)
            self.assertNotIn("Step 3 is missing", page.text)

    def test_one_vote_per_person_changeable(self):
        """One vote per person, changeable."""
        for answers in (("yes", "no"), ("no", "no", "yes")):
            self.sign_in(self.ana)
            for answer in answers:
                self.vote(helpful=answer)
            self.assertEqual(len(self.article.rating_ids), 1)
            self.assertEqual(
                self.article.rating_ids.rating, 5 if answers[-1] == "yes" else 1
            )
        self.sign_in(self.luis)
        self.vote(helpful="no")
        self.assertEqual(len(self.article.rating_ids), 2)
        self.assertEqual(self.article.rating_count, 2)

    def test_visitors_vote_once_per_session(self):
        """One vote per person: of visitors, per session."""
        self.sign_in()
        self.vote(helpful="yes")
        self.vote(helpful="no")
        self.assertEqual(len(self.article.rating_ids), 1)
        self.sign_in()
        self.vote(helpful="yes")
        self.assertEqual(len(self.article.rating_ids), 2)

    def test_the_question_is_set_by_folder(self):
        """S4-35 "'Did this answer your question?' reaction at the end": its text is
        set on a folder and holds for those inside.
        """
        self.channel.question = "Did this answer your question?"
        section = self._section()
        self.assertIn("Did this answer your question?", self.words(section))
        following = section.xpath("preceding-sibling::div[@name='text']")
        self.assertTrue(following, "the reaction comes after the text")

    def test_a_vote_on_what_is_hidden(self):
        """Nobody votes on an article they do not find."""
        self.article.is_published = False
        self.assertEqual(self.vote(helpful="no").status_code, 404)
        self.assertFalse(self.article.rating_ids)

    def test_feedback_reaches_the_inbox(self):
        """Inbox of votes: what did not help, and what was said, until it changes."""
        self.sign_in(self.ana)
        self.vote(helpful="no")
        self.vote(feedback="Step 3 is missing")
        line = self.env["helpdesk.article.inbox"].search([("kind", "=", "vote")])
        self.assertEqual(line.article_id, self.article)
        self.assertEqual(line.text, "Step 3 is missing")
        self.vote(helpful="yes")
        self.assertFalse(line.exists())
