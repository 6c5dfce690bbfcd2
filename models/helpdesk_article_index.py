# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from math import log
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools import search_words
from ..tools.text import html_to_words

#: fields of an article that are searched
INDEXED = ("name", "summary", "body", "website_meta_keywords")
#: PostgreSQL's word forms by language; others are searched word for word
CONFIGS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
ALWAYS = ("spanish", "english")
#: accents are taken away, but Spanish forms are known by this one
ENDING = ("ion", "ión")
MAX_TEXT = 200_000
BATCH = 200
#: articles a word is counted in at most: beyond, it says little
COMMON = 1000
#: a word of fewer is no more telling: it may be rare by chance
RARE = 3
#: similar words that take the place of one that is not known
CORRECTIONS = 3
#: how much a word in title and keywords counts besides the text
TITLE = 2.0
#: articles of each kind that are compared, see ``_get_candidates_sql``
CANDIDATES = 300
#: the same while somebody types, where six are shown and every key asks again
TYPING_CANDIDATES = 100
TYPING_COMMON = 150
#: changes with what is indexed, and how
VERSION = 2
#: what is offered holds this part of the words, each by its weight
LEAST_COVER = 0.34


def join_words(text, config):
    """Return the words of a text as a configuration of PostgreSQL takes them."""
    words = search_words.find_words(text)
    if config == "spanish":
        ending, accented = ENDING
        words = [
            word.removesuffix(ending) + accented if word.endswith(ending) else word
            for word in words
        ]
    return " ".join(words)


class Term(NamedTuple):
    """A word looked for, as the index knows it."""

    word: str
    stems: tuple
    #: articles that have it, COMMON for more
    count: int

    @property
    def weight(self):
        """Between 0 and 1: a word of few articles says more than one of many."""
        return 1 / (1 + log(max(self.count, RARE)))

    @property
    def is_common(self):
        return self.count >= COMMON

    @property
    def tsquery(self):
        """The word in the language of ``tsquery``; letters and digits only."""
        return " | ".join(self.stems)


def join_terms(terms, sign):
    """Return the ``tsquery`` of all terms, "&", or of any, "|"."""
    return f" {sign} ".join(f"({term.tsquery})" for term in terms)


class HelpdeskArticleIndex(models.Model):
    """What is searched of an article: plain text and words by language.

    Accents and case are taken away here, in Python, and word forms by the dictionaries
    that every PostgreSQL has, so that searching needs no extension. Typing errors are
    found by ``helpdesk.article.word``, better with pg_trgm.
    """

    _name = "helpdesk.article.index"
    _description = "Help Center Search Index"
    _log_access = False

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", required=True, ondelete="cascade"
    )
    texts = fields.Json(help="The text without its markup, by language.")
    stamp = fields.Char(help="Of what it was made; another one means out of date.")

    _article_unique = models.UniqueIndex("(article_id)")

    def init(self):
        for statement in (
            "ALTER TABLE helpdesk_article_index"
            " ADD COLUMN IF NOT EXISTS title_words tsvector,"
            " ADD COLUMN IF NOT EXISTS all_words tsvector",
            "CREATE INDEX IF NOT EXISTS helpdesk_article_index_title_words_idx"
            " ON helpdesk_article_index USING gin (title_words)",
            "CREATE INDEX IF NOT EXISTS helpdesk_article_index_all_words_idx"
            " ON helpdesk_article_index USING gin (all_words)",
        ):
            self.env.cr.execute(statement)

    # ------------------------------------------------------------
    # Keeping up
    # ------------------------------------------------------------

    @api.model
    def _refresh(self, article_ids):
        """Write the words of these articles anew."""
        self.env["helpdesk.article"].flush_model(INDEXED)
        for ids in split_every(BATCH, article_ids, list):
            vocabulary = set()
            for row in self._fetch_sources(SQL("id = ANY(%s)", ids)):
                vocabulary |= self._write_words(*row)
            self.env["helpdesk.article.word"]._add(vocabulary)

    @api.model
    def _refresh_stale(self):
        """Write the words of articles that changed past the ORM: translations."""
        self.env["helpdesk.article"].flush_model(INDEXED)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT article.id
                  FROM helpdesk_article article
             LEFT JOIN helpdesk_article_index known ON known.article_id = article.id
                 WHERE known.stamp IS DISTINCT FROM %s
                """,
                self._get_stamp_sql("article"),
            )
        )
        self._refresh([id_ for (id_,) in rows])

    @api.autovacuum
    def _gc_stale(self):
        self._refresh_stale()
        self.env["helpdesk.article.word"]._forget_unused()

    @api.model
    def _get_stamp_sql(self, alias):
        return SQL(
            "md5(concat_ws('|', %s, %s))",
            VERSION,
            SQL(", ").join(
                SQL("%s::text", SQL.identifier(alias, name)) for name in INDEXED
            ),
        )

    @api.model
    def _fetch_sources(self, condition):
        return self.env.execute_query(
            SQL(
                "SELECT id, %s, %s FROM helpdesk_article WHERE %s",
                self._get_stamp_sql("helpdesk_article"),
                SQL(", ").join(map(SQL.identifier, INDEXED)),
                condition,
            )
        )

    @api.model
    def _write_words(self, article_id, stamp, *sources):
        """Index one article; return the words that typing errors may stand for."""
        names, summaries, bodies, keywords = (source or {} for source in sources)
        texts, titles, rest, vocabulary = {}, {}, {}, set()
        for lang in sorted({*names, *summaries, *bodies, *keywords}):
            if lang.startswith("_"):
                continue  # a translation in the making
            name, summary, body, keys = (
                source.get(lang) or source.get("en_US") or ""
                for source in (names, summaries, bodies, keywords)
            )
            plain = html_to_words(body)[:MAX_TEXT]
            texts[lang] = f"{summary} {plain}".strip()
            config = CONFIGS.get(lang[:2], "simple")
            headings = search_words.find_headings(body)
            for parts, weight, text in (
                (titles, "A", name),
                (titles, "B", f"{keys} {summary}"),
                (titles, "C", headings),
                (rest, "D", plain),
            ):
                parts[config, weight, join_words(text, config)] = None
            vocabulary |= search_words.find_vocabulary(f"{name} {keys} {texts[lang]}")
        title_words = self._get_vector_sql(titles)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_article_index
                       (article_id, stamp, texts, title_words, all_words)
                VALUES (%(article)s, %(stamp)s, %(texts)s, %(title)s, %(all)s)
                    ON CONFLICT (article_id)
                    DO UPDATE SET stamp = EXCLUDED.stamp,
                                  texts = EXCLUDED.texts,
                                  title_words = EXCLUDED.title_words,
                                  all_words = EXCLUDED.all_words
                """,
                article=article_id,
                stamp=stamp,
                texts=fields.Json.convert_to_column(self._fields["texts"], texts, self),
                title=title_words,
                # without places: small enough to be compared many times
                all=SQL("strip(%s || %s)", title_words, self._get_vector_sql(rest)),
            )
        )
        return vocabulary

    @api.model
    def _get_vector_sql(self, parts):
        """Return the words of (configuration, weight, text), equal ones once."""
        return SQL(" || ").join(
            SQL("setweight(to_tsvector(%s::regconfig, %s), %s)", config, text, weight)
            for config, weight, text in parts
        ) or SQL("''::tsvector")

    # ------------------------------------------------------------
    # Looking for words
    # ------------------------------------------------------------

    @api.model
    def _get_terms(self, search, is_typing=False, in_titles=False):
        """Return what is looked for: one statement, whatever was typed.

        Words that say nothing ("the") are left out. A word that no article has is
        replaced by those that it may be meant for.

        :param bool is_typing: the last word may be the beginning of one
        :param bool in_titles: titles, keywords, summaries and headings only
        """
        words = search_words.find_terms(search)
        if not words:
            return []
        terms = []
        column = "title_words" if in_titles else "all_words"
        rows = self.env.execute_query(self._get_terms_sql(words, is_typing, column))
        for word, stems, count, similar in rows:
            stems = {*(stems or ())}
            if is_typing and word == words[-1]:
                stems.add(f"{word}:*")
            if stems and not count:
                stems = self._correct(word, similar)
            if stems:
                terms.append(Term(word, tuple(sorted(stems)), count))
        return terms

    @api.model
    def _get_terms_sql(self, words, is_typing, column):
        prefixes = [f"{word}:*" if is_typing else "" for word in words]
        prefixes[:-1] = [""] * (len(words) - 1)
        return SQL(
            """
            SELECT asked.word, known.stems, known.docs,
                   CASE WHEN known.docs = 0 THEN %(similar)s END
              FROM unnest(%(words)s::text[], %(prefixes)s::text[], %(errors)s::text[])
                   WITH ORDINALITY asked (word, prefix, errors, position)
        CROSS JOIN LATERAL (
                SELECT stems, (
                    SELECT count(*) FROM (
                        SELECT FROM helpdesk_article_index
                         WHERE %(column)s @@ NULLIF(concat_ws(
                                   ' | ', NULLIF(array_to_string(stems, ' | '), ''),
                                   NULLIF(asked.prefix, '')), '')::tsquery
                         LIMIT %(common)s
                    ) counted) AS docs
                  FROM (SELECT %(stems)s AS stems) found
                OFFSET 0
            ) known
          ORDER BY asked.position
            """,
            similar=self.env["helpdesk.article.word"]._get_similar_sql(
                SQL("asked.word"),
                SQL("string_to_array(asked.errors, ' ')"),
                self._get_stems_sql,
            ),
            column=SQL.identifier(column),
            words=words,
            prefixes=prefixes,
            errors=[" ".join(search_words.drop_letters(word)) for word in words],
            common=TYPING_COMMON if column == "title_words" else COMMON,
            stems=self._get_stems_sql(SQL("asked.word")),
        )

    @api.model
    def _get_stems_sql(self, word):
        """Return the forms under which a word may stand in the index.

        NULL for a word that says nothing in one of the languages.
        """
        ending, accented = ENDING
        configs = {*ALWAYS, CONFIGS.get((self.env.lang or "en")[:2], "english")}
        spanish = SQL("regexp_replace(%s, %s, %s)", word, f"{ending}$", accented)
        found = [
            SQL(
                "ts_lexize(%s, %s)",
                f"{config}_stem",
                spanish if config == "spanish" else word,
            )
            for config in sorted(configs)
        ]
        return SQL(
            """(SELECT CASE WHEN bool_and(stem <> '{}')
                            THEN array_agg(DISTINCT stem[1]) END
                  FROM (VALUES %s) stemmed (stem))""",
            SQL(", ").join(SQL("(%s)", stem) for stem in found),
        )

    @api.model
    def _correct(self, word, similar):
        """Return the stems of the words that ``word`` may be meant for."""
        allowed = search_words.allowed_errors(word)
        near = sorted(
            (errors, other, stems or [other])
            for other, stems in similar or ()
            if (errors := search_words.count_errors(word, other)) <= allowed
        )
        return {
            stem
            for errors, _other, stems in near[:CORRECTIONS]
            if errors == near[0][0]
            for stem in stems
        }

    @api.model
    def _rank(self, terms, query, limit, offset=0, in_titles=False):
        """Return (article id, how many there are) of the best, in one statement.

        However common the words are, only so many articles are compared: first those
        that hold all words, in the title or anywhere, then those that hold some.

        :param Query query: the articles the reader finds
        :param bool in_titles: see ``_get_terms``
        """
        total = sum(term.weight for term in terms)
        title = self._add_up("title_words", terms)
        cover = title if in_titles else self._add_up("all_words", terms)
        return self.env.execute_query(
            SQL(
                """
                SELECT id, count(*) OVER ()
                  FROM (SELECT words.article_id AS id, %(cover)s AS cover,
                               %(title)s AS title,
                               ts_rank('{0.1, 0.3, 0.4, 1.0}', words.title_words,
                                       %(any)s::tsquery, 1) AS rank
                          FROM (%(candidates)s) candidate
                          JOIN helpdesk_article_index words
                            ON words.article_id = candidate.id) scored
                 WHERE cover >= %(least)s
              ORDER BY (cover + %(factor)s * title) * (0.3 + 0.7 * cover / %(total)s)
                     + rank DESC, id
                 LIMIT %(limit)s OFFSET %(offset)s
                """,
                cover=cover,
                title=title,
                any=join_terms(terms, "|"),
                candidates=self._get_candidates_sql(terms, query, in_titles),
                least=SQL("%s::float8", LEAST_COVER * total),
                total=SQL("%s::float8", total),
                factor=SQL("%s::float8", TITLE),
                limit=limit,
                offset=offset,
            )
        )

    @api.model
    def _get_candidates_sql(self, terms, query, in_titles):
        """Return the articles that are compared, so many of each kind."""
        if in_titles:
            return self._get_title_candidates_sql(terms, query)
        rare = [term for term in terms if not term.is_common]
        wanted = {
            ("title_words", join_terms(terms, "&")): None,
            ("all_words", join_terms(terms, "&")): None,
            ("title_words", join_terms(terms, "|")): None,
        }
        if rare:
            wanted["all_words", join_terms(rare, "|")] = None
        return SQL(" UNION ").join(
            SQL(
                """(SELECT helpdesk_article.id FROM %s
                      JOIN helpdesk_article_index words
                        ON words.article_id = helpdesk_article.id
                     WHERE %s AND words.%s @@ %s::tsquery LIMIT %s)""",
                query.from_clause,
                query.where_clause,
                SQL.identifier(column),
                words,
                CANDIDATES,
            )
            for column, words in wanted
        )

    @api.model
    def _get_title_candidates_sql(self, terms, query):
        """Return the articles that are compared while somebody types.

        Those with all words come first; once there are enough, nobody looks for those
        with some.
        """
        every, some = join_terms(terms, "&"), join_terms(terms, "|")
        return SQL(
            """SELECT article.id
                 FROM (SELECT article_id FROM helpdesk_article_index
                        WHERE title_words @@ %(every)s::tsquery
                    UNION ALL
                       SELECT article_id FROM helpdesk_article_index
                        WHERE title_words @@ %(some)s::tsquery
                          AND NOT title_words @@ %(every)s::tsquery) words
           CROSS JOIN LATERAL (
                      SELECT helpdesk_article.id FROM %(article)s
                       WHERE %(visible)s AND helpdesk_article.id = words.article_id
                      OFFSET 0) article
                LIMIT %(limit)s""",
            every=every,
            some=some,
            article=query.from_clause,
            visible=query.where_clause,
            limit=TYPING_CANDIDATES,
        )

    @api.model
    def _add_up(self, column, terms):
        """Return how much of what is looked for an article has there, in SQL."""
        return SQL(" + ").join(
            SQL(
                "CASE WHEN words.%s @@ %s::tsquery THEN %s::float8 ELSE 0 END",
                SQL.identifier(column),
                term.tsquery,
                term.weight,
            )
            for term in terms
        )

    @api.model
    def _fetch_texts(self, article_ids):
        """Return the plain texts in the reader's language, by article."""
        lang = self.env.lang or "en_US"
        rows = self.env.execute_query(
            SQL(
                """SELECT article_id, COALESCE(texts->>%s, texts->>'en_US', '')
                     FROM helpdesk_article_index WHERE article_id = ANY(%s)""",
                lang,
                list(article_ids),
            )
        )
        return dict(rows)

    @api.model
    def _is_typo_search_limited(self):
        """Tell whether PostgreSQL lacks pg_trgm: fewer typing errors are forgiven."""
        return not self.env.registry.has_trigram


class HelpdeskArticleWord(models.Model):
    """The words of the articles, so that one with a typing error finds its own.

    One error is found by what is left of a word without one of its letters, which
    any database can do; more, in long words, by pg_trgm where it is there.
    """

    _name = "helpdesk.article.word"
    _description = "Help Center Word"
    _log_access = False

    name = fields.Char(required=True)

    _name_unique = models.UniqueIndex("(name)")

    def init(self):
        self.env.cr.execute(
            "ALTER TABLE helpdesk_article_word ADD COLUMN IF NOT EXISTS parts text[]"
        )
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS helpdesk_article_word_parts_idx"
            " ON helpdesk_article_word USING gin (parts)"
        )
        if self.env.registry.has_trigram:
            self.env.cr.execute(
                "CREATE INDEX IF NOT EXISTS helpdesk_article_word_name_trgm_idx"
                " ON helpdesk_article_word USING gin (name gin_trgm_ops)"
            )

    @api.model
    def _add(self, words):
        words = sorted(words)
        self.env.cr.execute(
            SQL(
                """INSERT INTO helpdesk_article_word (name, parts)
                   SELECT name, string_to_array(parts, ' ')
                     FROM unnest(%s::text[], %s::text[]) new (name, parts)
                    WHERE NOT EXISTS (SELECT FROM helpdesk_article_word known
                                       WHERE known.name = new.name)
                       ON CONFLICT DO NOTHING""",
                words,
                [" ".join(search_words.drop_letters(word)) for word in words],
            )
        )

    @api.model
    def _forget_unused(self):
        """Drop the words of texts that are gone."""
        kept = set()
        for (texts,) in self.env.execute_query(
            SQL(
                """SELECT concat_ws(' ', name::text, website_meta_keywords::text,
                                    known.texts::text)
                     FROM helpdesk_article article
                     JOIN helpdesk_article_index known
                       ON known.article_id = article.id"""
            )
        ):
            kept |= search_words.find_vocabulary(texts)
        self.env.cr.execute(
            SQL("DELETE FROM helpdesk_article_word WHERE name <> ALL(%s)", sorted(kept))
        )

    @api.model
    def _get_similar_sql(self, word, parts, get_stems):
        """Return the known words near one that is not, each with its stems."""
        near = SQL("parts && %s", parts)
        if self.env.registry.has_trigram:
            near = SQL("(%s OR name %% %s)", near, word)
        return SQL(
            """(SELECT json_agg(json_build_array(name, %s))
                  FROM (SELECT name FROM helpdesk_article_word
                         WHERE %s LIMIT 50) near)""",
            get_stems(SQL("near.name")),
            near,
        )
