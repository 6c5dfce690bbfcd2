# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

CRON = "helpdesk_service_portal.ir_cron_invitations"
#: on their way: nobody else is invited by the same address
UNDER_WAY = ("queued", "sent")
#: nothing came of it yet
OPEN = ("draft", *UNDER_WAY, "bounced", "failed")


class HelpdeskInvitation(models.Model):
    """Who was invited to the portal, and what became of it (S3-05).

    One line for each contact, whichever way they are invited, so that nobody is
    invited twice. See _choice for who may be, _send for the queue, _hear for what
    comes back.
    """

    _name = "helpdesk.invitation"
    _description = "Invitation to the Portal"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer", store=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Sent by team",
        readonly=True,
        ondelete="set null",
        help="While the team rehearses, its invitations go to the rehearsal's address.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Invited by",
        readonly=True,
        ondelete="set null",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Not sent"),
            ("queued", "Waiting"),
            ("sent", "Sent"),
            ("accepted", "Accepted"),
            ("bounced", "Came back"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        help="Accepted: they have chosen a password or signed in. Came back: their "
        "mail server does not know the address, or refused the mail for good.",
    )
    email = fields.Char(
        string="Invited address",
        readonly=True,
        index="btree_not_null",
        help="Where the invitation goes, or went.",
    )
    address = fields.Char(
        string="E-mail",
        compute="_compute_address",
        inverse="_inverse_address",
        help="Correct it here where an invitation came back: the contact and the "
        "account get it, and the link of the earlier mail stops working.",
    )
    welcome = fields.Text(
        string="Your own words", readonly=True, help="Stand on top of the mail."
    )
    sent_count = fields.Integer(string="Times", readonly=True)
    handed_date = fields.Datetime(
        readonly=True,
        index="btree_not_null",
        help="When its mail was written; until the mail server took it, it waits in "
        "the queue of outgoing mails.",
    )
    date_sent = fields.Datetime(string="Sent on", readonly=True)
    accepted_date = fields.Datetime(string="Accepted on", readonly=True)
    error = fields.Char(string="Why", readonly=True)

    _one_per_contact = models.Constraint(
        "UNIQUE(partner_id)", "This contact is on the list of invitations already."
    )
    _to_send_idx = models.Index(
        "(company_id, id) WHERE state = 'queued' AND handed_date IS NULL"
    )

    # ------------------------------------------------------------
    # Address
    # ------------------------------------------------------------

    @api.depends("email", "partner_id.email")
    def _compute_address(self):
        for line in self:
            # sudo: res.partner - the address of who is invited
            partner_sudo = line.partner_id.sudo()
            line.address = partner_sudo.email_normalized or partner_sudo.email

    def _inverse_address(self):
        for line in self:
            address = tools.email_normalize(line.address)
            if not address:
                raise UserError(
                    self.env._(
                        "This is not an e-mail address: %(address)s",
                        address=line.address or "-",
                    )
                )
            # sudo: res.partner - as read above
            if address != line.partner_id.sudo().email_normalized:
                line._correct_address(address)

    def _correct_address(self, address):
        """Give the contact and their account another address to be invited by.

        What was sent to the wrong one opens nothing any more: it may be somebody's.

        :param str address: normalised
        :raise UserError: when they have signed in before, or work here
        :raise ValidationError: when somebody else has the address
        """
        self.ensure_one()
        # sudo: res.partner, res.users - managers of the helpdesk correct addresses of
        # people they invite
        partner_sudo = self.partner_id.sudo()
        users_sudo = partner_sudo.with_context(active_test=False).user_ids
        if any(user.login_date or not user.share for user in users_sudo):
            raise UserError(
                self.env._(
                    "%(name)s has an account in use: its address is changed there.",
                    name=partner_sudo.name,
                )
            )
        before = partner_sudo.email
        partner_sudo.write({"email": address, "message_bounce": 0})
        users_sudo.login = address
        partner_sudo.signup_cancel()
        self._drop_mails()
        # sudo: helpdesk.invitation - its fields are the program's
        self.sudo().write({"email": address, "state": "draft", "error": False})
        self.env["helpdesk.audit"]._log(
            "address", partner=partner_sudo, details=f"{before or '-'} → {address}"
        )

    def _drop_mails(self):
        """Let mails of these invitations that did not leave yet never leave."""
        # sudo: mail.mail - the invitations' own
        self.env["mail.mail"].sudo().search(
            [
                ("helpdesk_invitation_id", "in", self.ids),
                ("state", "in", ("outgoing", "exception")),
            ]
        ).write({"state": "cancel", "helpdesk_retry_date": False})

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_queue(self):
        """Invite these people, again if they were; say who is not, and why."""
        self.check_access("write")
        partners = self.partner_id
        skips = self._get_skips(partners, again=True)
        invited = partners.filtered(lambda partner: partner.id not in skips)
        self._queue(invited)
        words = self._get_skip_words()
        message = self.env._("Invitations that are sent now: %s.", len(invited))
        for partner in partners - invited:
            message += f" {partner.display_name}: {words[skips[partner.id]]}"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if invited else "warning",
                "message": message[:1000],
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_retry(self):
        """The address is right, whatever its mail server said: invite once more."""
        self.check_access("write")
        # sudo: helpdesk.invitation - its fields are the program's
        self.sudo().filtered(lambda line: line.state == "bounced").state = "draft"
        return self.action_queue()

    def action_cancel(self):
        """Take these invitations back: what was not sent is not, links end."""
        self.check_access("write")
        self._cancel()

    def _cancel(self):
        """End invitations that nobody accepted; their links open nothing any more."""
        lines_sudo = self.sudo().filtered(  # sudo: its fields are the program's
            lambda line: line.state in OPEN
        )
        lines_sudo.write({"state": "cancelled", "error": False})
        lines_sudo._drop_mails()
        lines_sudo.partner_id.filtered(
            lambda partner: partner.signup_type == "signup"
        ).signup_cancel()

    @api.model
    def _queue(self, partners, welcome=None, team=None, state="queued"):
        """Put contacts into the queue, or on the list only; the caller chose them.

        :param str welcome: words of who invites; None leaves them as they were
        :param team: ``helpdesk.ticket.team`` it is sent from
        :param str state: ``queued`` or ``draft``
        :return: their lines, as sudo
        """
        lines_sudo = self.sudo().search(  # sudo: nobody has rights to add lines
            [("partner_id", "in", partners.ids)]
        )
        vals = {
            "state": state,
            "handed_date": False,
            "user_id": self.env.uid,
            "error": False,
        }
        if welcome is not None:
            vals["welcome"] = welcome
        if team is not None:
            vals["team_id"] = team.id
        lines_sudo.write(vals)
        for line in lines_sudo:
            line.email = line.partner_id.email_normalized
        vals.setdefault("team_id", self.env.company.helpdesk_team_id.id)
        lines_sudo |= lines_sudo.create(
            [
                {
                    **vals,
                    "partner_id": partner.id,
                    "email": partner.email_normalized,
                    "company_id": (partner.company_id or self.env.company).id,
                }
                # sudo: res.partner - whom the caller may invite
                for partner in (partners - lines_sudo.partner_id).sudo()
            ]
        )
        if state == "queued" and lines_sudo:
            # sudo: ir.cron - the first of them are sent at once
            self.env.ref(CRON).sudo()._trigger()
        return lines_sudo
