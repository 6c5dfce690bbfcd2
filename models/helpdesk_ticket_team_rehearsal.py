# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class HelpdeskTicketTeam(models.Model):
    """Rehearsal: all works as it will, but no customer gets a mail.

    While an address is set, every mail of the team to anybody who is not internal goes
    to that address only, says for whom it was, and pages say that it is a rehearsal.

    - Mails that come in are tickets and answers as always, nothing is lost; what their
      senders are told goes to the rehearsal address, too. An answer from that address
      to a mail of the rehearsal counts as that of whom the mail was for.
    - Reminders are sent, to that address. Nothing is solved or closed by the clock:
      the customers were not told anything. When the rehearsal ends, the clock counts
      anew, as if turned on at that moment.
    - What is still in the queue at the end goes to the rehearsal address.
    """

    _inherit = "helpdesk.ticket.team"

    rehearsal_email = fields.Char(
        string="Rehearsal: e-mails only to",
        copy=False,
        help="While an address stands here, the team rehearses: every e-mail to "
        "customers goes to this address only, and says for whom it was.",
    )
    is_rehearsal = fields.Boolean(
        string="Rehearses", compute="_compute_is_rehearsal", search="_search_rehearsal"
    )

    @api.depends("rehearsal_email")
    def _compute_is_rehearsal(self):
        for team in self:
            team.is_rehearsal = bool(team.rehearsal_email)

    @api.model
    def _search_rehearsal(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("rehearsal_email", "!=" if True in value else "=", False)]

    @api.constrains("rehearsal_email")
    def _check_rehearsal_email(self):
        """:raise ValidationError: when it is not one address"""
        for team in self.filtered("rehearsal_email"):
            if not tools.email_normalize(team.rehearsal_email, strict=True):
                raise ValidationError(
                    self.env._(
                        "“%(address)s” is not an e-mail address. A rehearsal sends "
                        "everything to exactly one.",
                        address=team.rehearsal_email,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_rehearsal(vals) for vals in vals_list]
        teams = super().create(vals_list)
        for team in teams.filtered("rehearsal_email"):
            team._log_rehearsal()
        return teams

    def write(self, vals):
        """What waits in the queue keeps the address; at the end the clock begins."""
        if "rehearsal_email" not in vals:
            return super().write(vals)
        vals = self._prepare_rehearsal(vals)
        changed = self.filtered(
            lambda team: (team.rehearsal_email or "") != (vals["rehearsal_email"] or "")
        )
        for team in changed.filtered("rehearsal_email"):
            team._keep_rehearsed_mails()
        res = super().write(vals)
        for team in changed:
            team._log_rehearsal()
            if not team.rehearsal_email and team.clock_on:
                # sudo: helpdesk.ticket.team - follows from the end of the rehearsal
                team.sudo()._turn_clock_on()
        return res

    @api.model
    def _prepare_rehearsal(self, vals):
        address = (vals.get("rehearsal_email") or "").strip()
        if "rehearsal_email" in vals:
            vals = vals | {"rehearsal_email": address or False}
        return vals

    def _log_rehearsal(self):
        self.env["helpdesk.audit"]._log(
            "rehearsal",
            details=f"Rehearsal of {self.name}: "
            + (
                f"all mails to {self.rehearsal_email}"
                if self.rehearsal_email
                else "ended"
            ),
        )

    def _keep_rehearsed_mails(self):
        """No mail of the rehearsal leaves for a customer after its end."""
        self.env["mail.mail"].flush_model()
        self.env["mail.message"].flush_model()
        self.env["helpdesk.ticket"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE mail_mail mail SET helpdesk_rehearsal_email = %(address)s
                  FROM mail_message message
                 WHERE message.id = mail.mail_message_id
                   AND mail.state IN ('outgoing', 'exception')
                   AND mail.helpdesk_rehearsal_email IS NULL
                   AND (mail.helpdesk_team_id = %(team)s
                     OR message.model = 'helpdesk.ticket' AND message.res_id IN (
                            SELECT id FROM helpdesk_ticket WHERE team_id = %(team)s
                        ))
                """,
                address=self.rehearsal_email,
                team=self.id,
            )
        )
        self.env["mail.mail"].invalidate_model(["helpdesk_rehearsal_email"])


class HelpdeskTicket(models.Model):
    """What a rehearsal of its team means to a ticket."""

    _inherit = "helpdesk.ticket"

    rehearsal_email = fields.Char(
        related="team_id.rehearsal_email", string="Rehearsal to"
    )

    @api.model
    def _get_due_domain(self, date_field):
        """In a rehearsal nobody is solved or closed: nobody was told."""
        domain = super()._get_due_domain(date_field)
        if date_field == "auto_close_date":
            domain = [*domain, ("team_id.rehearsal_email", "=", False)]
        return domain

    def _get_desk_red_lines(self):
        lines = super()._get_desk_red_lines()
        # sudo: helpdesk.ticket.team - told to who reads the ticket
        address = self.team_id.sudo().rehearsal_email
        if not address:
            return lines
        words = self.env._(
            "Rehearsal: customers get no e-mails; all of them go to %(address)s.",
            address=address,
        )
        return [words, *lines]
