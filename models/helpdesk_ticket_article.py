# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .helpdesk_ticket_stage import FINAL_KINDS

OFFERED = 8


class HelpdeskArticle(models.Model):
    _inherit = "helpdesk.article"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Made of ticket",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )


class HelpdeskTicket(models.Model):
    """Articles at the desk: one goes into an answer, an answer becomes one."""

    _inherit = "helpdesk.ticket"

    @api.readonly
    def desk_articles(self, words=""):
        """Return articles for an answer: those that this ticket's customer opens.

        :param str words: what is typed after "#"; empty: by the ticket's subject
        :raise AccessError: for people outside the helpdesk or without this ticket
        """
        self.ensure_one()
        self._check_desk_access()
        self.check_access("read")
        # sudo: res.partner - language, countries and company of the ticket's customer
        partner_sudo = self.partner_id.sudo()
        Article = self.env["helpdesk.article"].with_context(
            lang=partner_sudo.lang or self.env.lang
        )
        articles_sudo, _total, _terms = Article._find(
            str(words or "").strip() or self.name,
            OFFERED,
            is_typing=bool(words),
            reader=Article._get_customer_reader(partner_sudo),
        )
        base = self.get_base_url()
        return [
            {
                "id": article.id,
                "name": article.name,
                "text": f"{article.name}: {base}{article.website_url}",
            }
            for article in articles_sudo
        ]

    def action_make_article(self):
        """Open a new article with what this ticket asked and what we answered.

        It is a draft: an editor takes the customer's data out and publishes it.

        :raise UserError: before it is solved
        :raise AccessError: for people who write no articles
        """
        self.ensure_one()
        self.check_access("read")
        if self.stage_kind not in FINAL_KINDS:
            raise UserError(
                self.env._("An article is made of a ticket that is solved.")
            )
        article = self.env["helpdesk.article"].create(self._prepare_article_vals())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Article"),
            "res_model": article._name,
            "res_id": article.id,
            "views": [(False, "form")],
        }

    def _prepare_article_vals(self):
        """Return question and answers; notes, files and the customer's thanks stay."""
        answers = self._get_public_answers()
        return {
            "name": self.name,
            "kind": "self_help",
            "ticket_id": self.id,
            "body": Markup("<h2>%s</h2>%s<h2>%s</h2>%s")
            % (
                self.env._("The question"),
                Markup(self.description or ""),
                self.env._("The answer"),
                Markup().join(Markup(message.body) for message in answers),
            ),
        }

    def _get_public_answers(self):
        """Return what people of ours wrote to the customer, oldest first."""
        return self.message_ids.filtered(
            lambda message: (
                message.message_type in ("comment", "email")
                and not message.is_internal
                and not message.subtype_id.internal
                and message.author_id
                and not message.author_id.partner_share
            )
        ).sorted("id")
