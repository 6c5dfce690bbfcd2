# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from lxml import html

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user

from .common import HelpdeskCommon

EDITOR = "helpdesk_service_portal.group_article_editor"


class ArticleCase(HelpdeskCommon, HttpCase):
    """A help center: a collection Channel with a folder, and an editor, Edith.

    Ana's hotel is in Mexico, Eva's in Spain.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what a demo database tells is not part of these stories
        cls.env["helpdesk.article"].search([]).is_published = False
        cls.mexico, cls.spain = cls.env.ref("base.mx"), cls.env.ref("base.es")
        cls.hotel.country_id, cls.other_hotel.country_id = cls.mexico, cls.spain
        cls.location.country_id = cls.mexico
        cls.edith = new_test_user(
            cls.env,
            "edith@test.example",
            groups=EDITOR,
            name="Edith Roca",
            password="edith@test.example",
            lang="en_US",
            tz="UTC",
        )
        cls.channel = cls._create_folder("Channel")
        cls.folder = cls._create_folder("First steps", parent_id=cls.channel.id)
        cls.article = cls._create_article("Connect a channel")

    def setUp(self):
        super().setUp()
        self.sign_in()

    @classmethod
    def _create_folder(cls, name, **vals):
        return cls.env["helpdesk.article.category"].create({"name": name, **vals})

    @classmethod
    def _create_article(cls, name, folders=None, **vals):
        """Create a published article in the folder First steps, by Edith."""
        folders = folders or cls.folder
        return (
            cls.env["helpdesk.article"]
            .with_user(cls.edith)
            .create(
                {
                    "name": name,
                    "category_ids": [Command.set(folders.ids)],
                    "is_published": True,
                    "body": f"<p>{name}: how it is done</p>",
                    **vals,
                }
            )
            .with_user(cls.env.user)
        )

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    def sign_in(self, user=None):
        self.authenticate(user and user.login, user and user.login)

    def open(self, record_or_path, status=200):
        """Open a page and return it parsed."""
        path = record_or_path
        if not isinstance(path, str):
            # its address, whoever opens it
            path = record_or_path.sudo().website_url
        response = self.url_open(path)
        self.assertEqual(response.status_code, status, path)
        return html.fromstring(response.text)

    def post(self, path, **values):
        values["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=values, allow_redirects=False)

    def vote(self, article=None, **values):
        article = article or self.article
        return self.post(f"/support/article/{article.id}/vote", **values)

    def names_for(self, user):
        """Return the names of the articles a user finds by their own right."""
        Article = self.env["helpdesk.article"].with_user(user)
        return set(Article.search([]).mapped("name"))

    def words(self, node):
        return re.sub(r"\s+", " ", node.text_content()).strip()
