# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

MODULE = "helpdesk_service_portal"


class HelpdeskTicketTeam(models.Model):
    """Whether time does anything in a team, and from when on.

    On a desk that already lives, installing starts nothing: no reminder, time-out or
    promise, no date shown or mailed, until an administrator turns the clock of a team
    on. Its settings stay as they are meanwhile.
    """

    _inherit = "helpdesk.ticket.team"

    clock_on = fields.Boolean(
        string="Clock runs",
        default=True,
        readonly=True,
        copy=False,
        help="Whether time does anything by itself in this team: reminders, time-outs "
        "and promised dates. Off, nothing happens and no date is told.",
    )
    clock_on_date = fields.Datetime(
        string="Clock runs since",
        readonly=True,
        copy=False,
        help="When the clock was turned on: everything is counted from then at the "
        "earliest. Empty where it always ran.",
    )

    # ------------------------------------------------------------
    # A desk that already lives
    # ------------------------------------------------------------

    @api.model
    def _turn_clocks_off_for_living_desk(self):
        """Where tickets were before this module, no team's clock runs.

        Called when the module is installed; set-based, whatever the number of
        tickets. Teams of our demo data keep theirs, teams made later have one. The
        base's demo tickets alone stop the teams they belong to.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH shipped AS (
                    SELECT module, model, res_id FROM ir_model_data
                     WHERE module IN ('helpdesk_mgmt', %(module)s)
                )
                UPDATE helpdesk_ticket_team team SET clock_on = FALSE
                 WHERE NOT EXISTS (
                           SELECT 1 FROM shipped
                            WHERE shipped.module = %(module)s
                              AND shipped.model = 'helpdesk.ticket.team'
                              AND shipped.res_id = team.id
                       )
                   AND EXISTS (
                           SELECT 1 FROM helpdesk_ticket ticket
                            WHERE ticket.team_id = team.id
                               OR NOT EXISTS (
                                      SELECT 1 FROM shipped
                                       WHERE shipped.model = 'helpdesk.ticket'
                                         AND shipped.res_id = ticket.id
                                  )
                       )
                """,
                module=MODULE,
            )
        )
        self.env["helpdesk.ticket.team"].invalidate_model(["clock_on"])
