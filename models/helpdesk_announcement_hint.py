# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL

from ..tools import search_words
from ..tools.text import html_to_words
from .helpdesk_article_index import join_words

#: a word of the title is enough, of the text two are wanted
IN_TITLE, IN_TEXT, LEAST = 2, 1, 2


class HelpdeskAnnouncement(models.Model):
    """Before the ticket: what is known already stands under the subject."""

    _inherit = "helpdesk.announcement"

    @api.model
    def _get_hint(self, subject):
        """Return what runs for the reader and is what a subject is about, as sudo.

        Free while nothing runs, else one statement; the one that fits best, or none.
        """
        running = self._get_running()
        words = search_words.find_terms(subject)
        if not running or not words:
            return running[:0]
        rows = self.env.execute_query(running._get_hint_sql(words))
        return running.browse(rows[0][0] if rows else [])

    def _get_hint_sql(self, words):
        """Return the statement that finds the announcement with most of the words."""
        titles = [one.name for one in self]
        texts = [
            f"{html_to_words(one.body or '')} {one.last_update or ''}" for one in self
        ]
        # sudo: helpdesk.article.index - forms of words alone
        Index = self.env["helpdesk.article.index"].sudo()
        return SQL(
            """
            SELECT said.id
              FROM (SELECT id, position,
                           to_tsvector('spanish', title_es)
                           || to_tsvector('english', title) AS title,
                           to_tsvector('spanish', words_es)
                           || to_tsvector('english', words) AS words
                      FROM unnest(%(ids)s::int[], %(titles_es)s::text[],
                                  %(titles)s::text[], %(texts_es)s::text[],
                                  %(texts)s::text[])
                           WITH ORDINALITY shown (id, title_es, title, words_es, words,
                                                  position)) said
              JOIN (SELECT NULLIF(array_to_string(%(stems)s, ' | '),
                                  '')::tsquery AS word
                      FROM unnest(%(words)s::text[]) typed (word)) asked
                ON asked.word @@ (said.title || said.words)
          GROUP BY said.id, said.position
            HAVING sum(CASE WHEN asked.word @@ said.title THEN %(in_title)s
                            ELSE %(in_text)s END) >= %(least)s
          ORDER BY sum(CASE WHEN asked.word @@ said.title THEN %(in_title)s
                            ELSE %(in_text)s END) DESC, said.position
             LIMIT 1
            """,
            ids=self.ids,
            titles_es=[join_words(title, "spanish") for title in titles],
            titles=[join_words(title, "english") for title in titles],
            texts_es=[join_words(text, "spanish") for text in texts],
            texts=[join_words(text, "english") for text in texts],
            stems=Index._get_stems_sql(SQL("typed.word")),
            words=words,
            in_title=IN_TITLE,
            in_text=IN_TEXT,
            least=LEAST,
        )
