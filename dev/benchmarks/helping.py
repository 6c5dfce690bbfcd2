# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In Odoo's process: a help center full of articles, and its search as bare SQL."""

import os
import random
from statistics import median

from lxml import etree

from odoo.tools import SQL

from . import seeding
from .inside import answer
from .processor import cpu_seconds

LENGTH = 180
FOLDERS = 40
SEARCHES = (
    "reservas no llegan",
    "tarifa temporada alta portal",
    "cancelacion",
    "reserba duplicda",
    "cobrar tarjeta virtual expedia",
    "habitación",
)
#: what anybody would write first: published articles with one of the words, ranked
BARE = """
    SELECT article.id, ts_rank(words.all_words, %s::tsquery, 1) AS rank,
           count(*) OVER ()
      FROM helpdesk_article_index words
      JOIN helpdesk_article article ON article.id = words.article_id
     WHERE words.all_words @@ %s::tsquery
       AND article.active IS TRUE AND article.is_published IS TRUE
  ORDER BY rank DESC LIMIT 10
"""
REPETITIONS = 5


def read_words(folder):
    """The words of the demo articles, each as often as it stands there."""
    words = []
    for name in sorted(os.listdir(folder)):
        if name.startswith("help_"):
            tree = etree.parse(os.path.join(folder, name))
            for field in tree.xpath("//field[@name='body@es' or @name='name@es']"):
                plain = etree.HTML(field.text or "<p/>").xpath("string()")
                words += plain.split()
    return words


def seed(env, count):
    """Fill a database with articles of real words in any order, most words rare."""
    chance = random.Random(19)
    words = read_words(os.path.join(os.path.dirname(__file__), "../../demo"))
    # a third of the words of a real library stands in a few articles only
    rare = [f"{word.lower()}{chance.choice('abcdefgh')}ado" for word in words[:4000]]
    seeding.make_person(env, "some")
    env["res.lang"]._activate_lang("es_MX")
    folders = env["helpdesk.article.category"].create(
        [{"name": f"Folder {number}"} for number in range(FOLDERS)]
    )
    Article = env["helpdesk.article"].with_context(
        tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
    )
    for start in range(0, count, 500):
        Article.create(
            [
                {
                    "name": " ".join(chance.choices(words, k=6)),
                    "summary": " ".join(chance.choices(words, k=15)),
                    "body": "<p>%s</p>"
                    % " ".join(
                        chance.choices(words, k=LENGTH) + chance.choices(rare, k=40)
                    ),
                    "category_ids": [(6, 0, folders[number % FOLDERS].ids)],
                    "is_published": True,
                }
                for number in range(start, min(start + 500, count))
            ]
        )
        env.cr.commit()
        env.invalidate_all()
    answer(articles=count)


def compare(env):
    """CPU seconds of our search and of the bare statement, in PostgreSQL and here."""
    user = env["res.users"].search([("login", "=", "some@hotel.example")])
    Article = env["helpdesk.article"].with_user(user).with_context(lang="es_MX")
    Index = Article.env["helpdesk.article.index"].sudo()
    env.cr.execute("SELECT pg_backend_pid()")
    (backend,) = env.cr.fetchone()
    wanted = {
        search: " | ".join(term.tsquery for term in Index._get_terms(search))
        for search in SEARCHES
    }

    def bare(search):
        env.execute_query(SQL(BARE, wanted[search], wanted[search]))

    found = {}
    for name, call in (("bare", bare), ("ours", Article._find)):
        rounds = []
        for number in range(REPETITIONS + 2):
            before = cpu_seconds(backend), cpu_seconds(os.getpid())
            for search in SEARCHES:
                for _again in range(5):
                    call(search)
            after = cpu_seconds(backend), cpu_seconds(os.getpid())
            if number > 1:
                rounds.append(
                    [end - start for start, end in zip(before, after, strict=True)]
                )
        found[f"{name}_sql"] = median(sql for sql, _here in rounds)
        found[f"{name}_all"] = median(sum(parts) for parts in rounds)
    answer(**{name: seconds / len(SEARCHES) / 5 for name, seconds in found.items()})
