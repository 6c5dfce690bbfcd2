# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.http import request
from odoo.tools.constants import GC_UNLINK_LIMIT


class HelpdeskAudit(models.Model):
    """Who exported, opened, invited, removed or reset what: lines are only added.

    Names are copied, so that a line says what it said when people and tickets are
    gone. Managers read it; nobody changes it, whatever their rights.
    """

    _name = "helpdesk.audit"
    _description = "Helpdesk Audit"
    _order = "id desc"
    _rec_name = "event"

    create_date = fields.Datetime(string="When", readonly=True)
    event = fields.Selection(
        selection=[
            ("export", "Tickets exported"),
            ("confidential_file", "Confidential file opened"),
            ("scope", "What a person sees was changed"),
            ("scope_choice", "What existing contacts see was decided"),
            ("manager", "Manager of people named or dismissed"),
            ("invited", "Person invited"),
            ("removed", "Person removed"),
            ("require_two_factor", "Two-factor authentication of a company"),
            ("reset_password", "Password reset"),
            ("reset_two_factor", "Two-factor authentication reset"),
            ("sign_in_link", "Sign-in link given out"),
            ("token_revoked", "Links of mails revoked"),
            ("personal_data", "Personal data exported"),
            ("held_mail", "Held mail decided"),
            ("clock", "Clock of a team turned on or off"),
            ("rehearsal", "Rehearsal of a team begun or ended"),
            ("silence", "Silence after a restored backup ended"),
            ("address", "Address of an invited person corrected"),
            ("retention", "How long something is kept, or its deletion"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users", ondelete="set null", readonly=True
    )
    user_name = fields.Char(string="Who", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )
    partner_name = fields.Char(string="About whom", readonly=True)
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )
    ticket_number = fields.Char(string="Ticket number", readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, ondelete="cascade", readonly=True
    )
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="File",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        groups="base.group_system",
        help="The confidential file that was opened.",
    )
    address = fields.Char(
        string="Network address", readonly=True, help="Where the request came from."
    )
    details = fields.Char(readonly=True)

    _create_date_idx = models.Index("(create_date)")

    # ------------------------------------------------------------
    # Lines are only added, and only by the program
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Lines come from ``_log``.

        :raise AccessError: without superuser mode, whatever the rights of the user
        """
        self._check_program()
        return super().create(vals_list)

    def write(self, vals):
        """:raise AccessError: always, a line stays as it is"""
        if self:
            raise AccessError(self.env._("The audit cannot be changed."))
        return super().write(vals)

    def unlink(self):
        """:raise AccessError: unless the time to keep lines is over"""
        self._check_program()
        return super().unlink()

    def _check_program(self):
        if not self.env.su:
            raise AccessError(self.env._("The audit cannot be changed."))

    # ------------------------------------------------------------
    # Adding lines
    # ------------------------------------------------------------

    @api.model
    def _log(
        self, event, partner=None, user=None, ticket=None, details="", attachment=None
    ):
        """Add a line: who did what, to whom, when, and from which address.

        Routes that call it are ``readonly=False``; else the core does the request again
        with a connection that writes, and warns.

        :param str event: one of the field's values
        :param partner: the contact it was done to
        :param user: who did it; default is who is signed in
        :param ticket: the ticket it was done with
        :param str details: one sentence in English more
        :param attachment: the file that was opened
        """
        user_sudo = (user or self.env.user).sudo()  # sudo: name of who acts
        partner_sudo = partner.sudo() if partner else None  # sudo: copied into it
        ticket_sudo = ticket.sudo() if ticket else None  # sudo: copied into it
        company = (ticket_sudo and ticket_sudo.company_id) or user_sudo.company_id
        values = {
            "event": event,
            "user_id": user_sudo.id,
            "user_name": self._get_name(user_sudo.partner_id),
            "partner_id": partner_sudo.id if partner_sudo else False,
            "partner_name": self._get_name(partner_sudo) if partner_sudo else False,
            "ticket_id": ticket_sudo.id if ticket_sudo else False,
            "ticket_number": ticket_sudo.number if ticket_sudo else False,
            "company_id": company.id,
            "address": request.httprequest.remote_addr if request else False,
            "details": details,
            "attachment_id": attachment.id if attachment else False,
        }
        self.sudo().create(values)  # sudo: nobody has rights to add lines

    @api.model
    def _get_name(self, partner):
        """Return name and address, as they are now."""
        return " ".join(filter(None, [partner.name, f"<{partner.email or '-'}>"]))

    # ------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------

    @api.autovacuum
    def _gc_lines(self):
        """Delete the lines older than the months of their company.

        :return: how many, and whether as many again may be left
        """
        # sudo: helpdesk.audit, res.company - the vacuum acts for nobody
        audit_sudo, companies_sudo = self.sudo(), self.env["res.company"].sudo()
        now, done = fields.Datetime.now(), 0
        for company in companies_sudo.search([("helpdesk_audit_months", ">", 0)]):
            limit = now - relativedelta(months=company.helpdesk_audit_months)
            lines = audit_sudo.search(
                [("company_id", "=", company.id), ("create_date", "<", limit)],
                order="id",
                limit=GC_UNLINK_LIMIT - done,
            )
            done += len(lines)
            lines.unlink()
        return done, int(done == GC_UNLINK_LIMIT)
