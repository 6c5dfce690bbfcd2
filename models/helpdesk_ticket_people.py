# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicket(models.Model):
    """Tickets of who leaves go on with a colleague."""

    _inherit = "helpdesk.ticket"

    def _hand_over(self, heir):
        """Let ``heir`` be the requester from now on; the thread says so.

        Waits begin anew: nobody is timed out over what was asked of somebody else. One
        mail tells them of all these tickets.

        :param heir: a contact, as sudo
        """
        for ticket in self:
            former = ticket.partner_name or ticket.partner_id.name
            ticket.with_context(helpdesk_no_notice=True).partner_id = heir
            local = ticket.with_context(lang=heir.lang or self.env.lang)
            line = local._post_line(
                local.env._(
                    "%(heir)s goes on with this ticket of %(former)s.",
                    heir=heir.name,
                    former=former,
                )
            )
            now = fields.Datetime.now()
            self.env["helpdesk.mail.digest"]._add(heir, ticket, line, now)
