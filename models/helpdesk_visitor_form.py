# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import replace

from odoo import api, models

from ..tools.attachment_policy import MEGABYTE

#: what a form of somebody nobody knows may bring, in bytes
MAX_FORM_BYTES = 25 * MEGABYTE
#: key of the context in which files are those of a visitor's form
VISITOR_FORM = "helpdesk_visitor_form"


class HelpdeskTicket(models.Model):
    """What the form offers to visitors, who have no account."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _portal_choices(self):
        """Visitors choose among what leads to teams that let them write."""
        if self.env.user._is_public():
            return self._visitor_choices()
        return super()._portal_choices()

    @api.model
    def _visitor_choices(self):
        """Return what a visitor's form is checked against, as sudo.

        :return: what ``_portal_choices`` returns; no locations, which are customers'
        """
        company = self.env.company.sudo()  # sudo: res.company - settings of the form
        categories = self._visitor_categories()
        return {
            "locations": self.env["helpdesk.ticket.location"].browse(),
            "categories": categories,
            "category_required": bool(
                categories and company.helpdesk_mgmt_portal_category_id_required
            ),
            "types": self._visitor_types(),
        }

    @api.model
    def _visitor_types(self):
        """Return the types a visitor may choose, as sudo."""
        # sudo: helpdesk.ticket.type - what is offered to everybody
        types = self.sudo()._portal_types().filtered("visitor_form")
        default = self._visitor_default_team()
        return types.filtered(lambda t: (t.team_id or default).visitor_form)

    @api.model
    def _visitor_categories(self):
        """Return the categories a visitor may choose, as sudo.

        Those of teams to which visitors do not write are none of them.
        """
        # sudo: helpdesk.ticket.category - what is offered to everybody
        categories = self.sudo()._portal_categories()
        return categories.filtered(lambda c: not c.team_id or c.team_id.visitor_form)

    @api.model
    def _visitor_default_team(self):
        # sudo: res.company - the team of what no type leads elsewhere
        return self.env.company.sudo().helpdesk_team_id

    @api.model
    def _visitor_may_write(self, choices):
        """Tell whether there is a form for visitors.

        :param dict choices: what ``_visitor_choices`` returned
        """
        if choices["types"]:
            return True
        # sudo: res.company - a setting of the form
        with_types = self.env.company.sudo().helpdesk_mgmt_portal_type
        has_types = with_types and self.sudo()._portal_types()  # sudo: whether any
        return not has_types and self._visitor_default_team().visitor_form

    @api.model
    def _portal_submit_requester(self, values):
        """A confirmed visitor asks in their own name, see ``_prepare_ticket`` there."""
        return values.get("visitor") or super()._portal_submit_requester(values)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_file_policy(self):
        """Files of visitors wait for their mailbox: there are fewer of them."""
        policy = super()._get_file_policy()
        if not self.env.context.get(VISITOR_FORM):
            return policy
        return replace(
            policy,
            max_message_bytes=min(policy.max_message_bytes, MAX_FORM_BYTES),
            max_ticket_bytes=min(policy.max_ticket_bytes, MAX_FORM_BYTES),
        )
