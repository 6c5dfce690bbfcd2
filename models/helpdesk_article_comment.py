# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext

from ..tools.text import many_lines

MAX_LENGTH = 4000


class HelpdeskArticleComment(models.Model):
    """What signed-in people write under an article or in the community (S1-23, S1-24).

    Nobody outside reads the records: pages show those that are published.
    """

    _name = "helpdesk.article.comment"
    _description = "Help Center Comment"
    _order = "create_date desc, id desc"
    _rec_name = "body"

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", index="btree_not_null", ondelete="cascade"
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.article.category",
        string="Community",
        index="btree_not_null",
        ondelete="cascade",
    )
    parent_id = fields.Many2one(
        comodel_name="helpdesk.article.comment",
        string="Answers",
        index="btree_not_null",
        ondelete="cascade",
    )
    answer_ids = fields.One2many(
        comodel_name="helpdesk.article.comment", inverse_name="parent_id"
    )
    author_id = fields.Many2one(
        comodel_name="res.partner", required=True, ondelete="cascade", index=True
    )
    body = fields.Text(string="Comment", required=True)
    state = fields.Selection(
        selection=[
            ("pending", "To be read"),
            ("published", "Published"),
            ("refused", "Not published"),
        ],
        required=True,
        default="published",
        index=True,
    )
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        index="btree_not_null",
        ondelete="set null",
        help="The ticket that was made of it.",
    )

    @api.constrains("article_id", "category_id")
    def _check_place(self):
        for comment in self:
            if bool(comment.article_id) == bool(comment.category_id):
                raise ValidationError(
                    self.env._("A comment is about an article or in the community.")
                )

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_publish(self):
        self.write({"state": "published"})
        self._close_inbox()

    def action_refuse(self):
        self.write({"state": "refused"})
        self._close_inbox()

    def _close_inbox(self):
        Inbox = self.env["helpdesk.article.inbox"]
        Inbox._find("comment", [str(comment.id) for comment in self]).action_done()

    def action_create_ticket(self):
        """Make a ticket of a question or proposal, in its author's name."""
        self.ensure_one()
        if not self.ticket_id:
            title = self.body.strip().splitlines()[0][:80]
            self.ticket_id = self.env["helpdesk.ticket"].create(
                {
                    "name": title,
                    "description": self.body,
                    "partner_id": self.author_id.id,
                }
            )
            self._close_inbox()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [[False, "form"]],
        }

    def action_answer_from_ticket(self):
        """Bring the last answer of its ticket back, as a draft to be published."""
        self.ensure_one()
        text = self._get_ticket_answer()
        answer = self.create(
            {
                "parent_id": self.id,
                "article_id": self.article_id.id,
                "category_id": self.category_id.id,
                "author_id": self.env.user.partner_id.id,
                "body": text or self.body,
                "state": "pending",
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": answer.id,
            "views": [[False, "form"]],
        }

    def _get_ticket_answer(self):
        """Return the text of our last public message in the ticket, "" before one."""
        messages = self.ticket_id.message_ids.filtered(
            lambda message: (
                message.subtype_id == self.env.ref("mail.mt_comment")
                and not message.is_internal
                and message.author_id
                and not message.author_id.partner_share
                and message.message_type in ("comment", "email")
            )
        )
        return html2plaintext(messages[:1].body or "").strip()

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    @api.model
    def _post(self, body, article=None, category=None, parent=None):
        """Add a comment of the current user.

        :param article: as sudo, open to the user; else ``category``, a community
        :param parent: the comment it answers
        :return: the comment as sudo; empty where comments are not wanted
        :raise ValidationError: for an empty or endless one
        """
        body = many_lines(body)
        if not body:
            raise ValidationError(self.env._("Write a comment."))
        if len(body) > MAX_LENGTH:
            raise ValidationError(
                self.env._("Use %(count)s characters at most.", count=MAX_LENGTH)
            )
        policy = (category or article.category_id).comment_policy
        # sudo: helpdesk.article.comment - written by who may read the page only
        Comment = self.sudo()
        if policy == "none" or self.env.user._is_public():
            return Comment.browse()
        is_moderated = policy == "moderated" and not self.env.user._is_internal()
        comment = Comment.create(
            {
                "article_id": article.id if article else False,
                "category_id": category.id if category else False,
                "parent_id": parent.id if parent else False,
                "author_id": self.env.user.partner_id.id,
                "body": body,
                "state": "pending" if is_moderated else "published",
            }
        )
        if not self.env.user._is_internal():
            # sudo: helpdesk.article.inbox - the editors' list
            self.env["helpdesk.article.inbox"].sudo()._add(
                "comment",
                str(comment.id),
                body,
                article=comment.article_id,
                category=comment.category_id,
                comment=comment,
            )
        return comment
