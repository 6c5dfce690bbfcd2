# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """Tickets that continue a closed one, which stays as it is."""

    _inherit = "helpdesk.ticket"

    previous_ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Follow-up of",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        check_company=True,
        help="The closed ticket that this one continues.",
    )
    follow_up_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="previous_ticket_id",
        string="Follow-ups",
    )

    def _prepare_create_vals(self, vals):
        """What continues a ticket goes to its team, unless it is of another kind."""
        # sudo: helpdesk.ticket - its team alone; the caller checked the access
        previous = self.sudo().browse(vals.get("previous_ticket_id") or [])
        alike = all(
            vals.get(name, previous[name].id) == previous[name].id
            for name in ("type_id", "category_id", "location_id")
        )
        if previous and alike and not vals.get("team_id"):
            vals = {**vals, "team_id": previous.team_id.id}
        return super()._prepare_create_vals(vals)

    # ------------------------------------------------------------
    # From the portal
    # ------------------------------------------------------------

    @api.model
    def _portal_previous(self, ticket_id):
        """Return the closed ticket of which the current user may open a follow-up.

        :param ticket_id: what was posted, untrusted
        :return: a ticket the user sees by their own rules, as sudo; else none
        """
        number = self._portal_parse_id(ticket_id)
        if not number:
            return self.sudo()
        found = self.search(
            [
                ("id", "=", number),
                ("stage_kind", "=", "closed"),
                ("company_id", "=", self.env.company.id),
            ]
        )
        return found.sudo()  # sudo: found under the user's own rules

    def _portal_follow_up_values(self):
        """Return how the form of a follow-up is filled in, as posted values."""
        self.ensure_one()
        return {
            "follow_up": str(self.id),
            "subject": self.name,
            "location": str(self.location_id.id or ""),
            "category": str(self.category_id.id or ""),
            "type": str(self.type_id.id or ""),
            "priority": self.priority,
        }

    def _portal_linked_tickets(self):
        """Return what came before and after, as far as the current user sees it.

        :return: dict of rows: ``previous`` and ``follow_ups``
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - ids alone; what is shown is searched as the user
        linked = self.sudo()
        ids = linked.previous_ticket_id.ids + linked.follow_up_ids.ids
        seen = self.browse()
        if ids and not self.env.user._is_public():
            # sudo: found under the user's own rules
            seen = self.sudo(False).search([("id", "in", ids)], order="id").sudo()
        previous = seen & linked.previous_ticket_id
        return {
            "previous": previous._portal_link_rows(),
            "follow_ups": (seen - previous)._portal_link_rows(),
        }

    def _portal_link_rows(self):
        return [
            {
                "url": f"/my/ticket/{ticket.id}",
                "number": ticket.number,
                "subject": ticket.name,
                "status": ticket.stage_id.name,
                "turn": ticket.turn,
            }
            for ticket in self
        ]

    # ------------------------------------------------------------
    # From the mailbox
    # ------------------------------------------------------------

    def _open_follow_up(self, message_vals):
        """Open a ticket that continues this closed one, which is not touched.

        :param dict message_vals: the answer: ``body``, ``author_id`` or
            ``email_from``, optional ``attachment_ids`` (a list of ids)
        :return: the new ticket, acknowledged with both numbers
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - who may answer a ticket by mail may follow it up
        previous = self.sudo().with_context(helpdesk_follow_up=True)
        channel_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "helpdesk_mgmt.helpdesk_ticket_channel_email"
        )
        author_id, email = message_vals.get("author_id"), message_vals.get("email_from")
        sender = {"partner_id": author_id} if author_id else {"partner_email": email}
        ticket = previous.create(
            {
                **sender,
                "name": previous.name,
                "description": message_vals.get("body") or previous.name,
                "previous_ticket_id": previous.id,
                "company_id": previous.company_id.id,
                "team_id": previous.team_id.id,
                "location_id": previous.location_id.id,
                "category_id": previous.category_id.id,
                "type_id": previous.type_id.id,
                "priority": previous.priority,
                "channel_id": channel_id or False,
                "user_id": False,
            }
        )
        attachments = self.env["ir.attachment"].sudo()  # sudo: files of this answer
        attachments.browse(message_vals.get("attachment_ids") or []).write(
            {"res_model": self._name, "res_id": ticket.id}
        )
        return ticket.with_context(helpdesk_follow_up=False)
