# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

CHANNEL = "helpdesk_service_portal.channel_our_team"


class HelpdeskTicket(models.Model):
    """D-01: tickets that our team opens to a customer, with origin "our team"."""

    _inherit = "helpdesk.ticket"

    opened_by_us = fields.Boolean(
        readonly=True,
        copy=False,
        help="Our team wrote to the customer first: its description is our message.",
    )

    @api.model
    def _open_by_us(self, partners, values, body, attachment_ids=(), request=False):
        """Write to customers: one text, one ticket each.

        :param partners: contacts, each the requester of a ticket of their own
        :param dict values: of every ticket: ``name``, ``team_id``, ...
        :param str body: HTML, our first message
        :param attachment_ids: files that go with it
        :param str request: what we need from the customer, if anything
        :return: the tickets, in progress or waiting for the customer
        :raise UserError: when the request is too short
        """
        tickets = self.with_context(
            helpdesk_opened_by_us=True, helpdesk_opening_files=list(attachment_ids)
        ).create(
            [
                {
                    "user_id": self.env.uid,
                    **values,
                    "partner_id": partner.id,
                    "description": body,
                    "customer_request": request,
                }
                for partner in partners
            ]
        )
        return tickets.with_env(self.env)

    # ------------------------------------------------------------
    # Creation
    # ------------------------------------------------------------

    def _prepare_create_vals(self, vals):
        """What our team opens is in progress, or waits for what it asks."""
        channel_id = self.env["ir.model.data"]._xmlid_to_res_id(CHANNEL)
        if self.env.context.get("helpdesk_opened_by_us"):
            vals = {**vals, "channel_id": channel_id}
        opened = bool(channel_id) and vals.get("channel_id") == channel_id
        asked = bool(vals.get("stage_id"))
        vals = super()._prepare_create_vals(vals)
        if not opened or self._is_silent():
            return vals
        vals |= {"opened_by_us": True, "interaction_count": 0}
        if not asked:
            # sudo: helpdesk.ticket.team - stages of the team are no secret
            team = self.env["helpdesk.ticket.team"].sudo().browse(vals["team_id"])
            kind = "waiting_customer" if vals.get("customer_request") else "in_progress"
            vals["stage_id"] = team._get_stage(kind).id or vals["stage_id"]
        return vals

    def _prepare_first_dates(self):
        """Nobody asked us for anything: nothing is promised."""
        if self.opened_by_us:
            return {}
        return super()._prepare_first_dates()

    def _acknowledge(self):
        """Who did not write to us gets our message, not a receipt."""
        ours = self.filtered("opened_by_us")
        if not self._is_silent():
            for ticket in ours:
                ticket._post_opening()
        return super(HelpdeskTicket, self - ours)._acknowledge()

    def _post_opening(self):
        """Post and mail our first message, in the name of who writes it."""
        self.ensure_one()
        files = self.env["ir.attachment"].browse(
            self.env.context.get("helpdesk_opening_files") or []
        )
        # each ticket has its own copies: a file belongs to one record
        copies = [
            file.copy({"res_model": "mail.compose.message", "res_id": 0}).id
            for file in files
        ]
        self.with_context(helpdesk_first_message=True).message_post(
            body=self._get_opening_body(),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
            attachment_ids=copies,
        )

    def _get_opening_body(self):
        """Return our first message in the customer's language."""
        template = self._get_notice_template("opened_by_us")
        if not template:
            return self.description
        ticket = self.sudo()  # sudo: what the template shows is for the customer
        langs = ticket._get_notice_langs(template)
        return ticket._render_notices(template, langs)[self.id]
