from odoo import api, fields, models

from ..tools import dates


class HelpdeskTicketParticipant(models.Model):
    """Who may see a ticket, since when and through whom.

    Followers remain what they are: who gets mail.
    """

    _name = "helpdesk.ticket.participant"
    _description = "Helpdesk Ticket Participant"
    _order = "ticket_id, id"
    _rec_name = "partner_id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        ondelete="cascade",
    )
    source = fields.Selection(
        selection=[
            ("requester", "Requester"),
            ("mail_copy", "In copy of the e-mail"),
            ("customer", "Added by the customer"),
            ("agent", "Added by the support team"),
            ("history", "Followed or wrote before the move to this portal"),
        ],
        required=True,
        default="agent",
    )
    added_by_id = fields.Many2one(
        comodel_name="res.partner",
        string="Added by",
        default=lambda self: self.env.user.partner_id,
    )
    date_added = fields.Datetime(
        string="Added on", required=True, default=fields.Datetime.now
    )
    sees_from = fields.Datetime(
        compute="_compute_sees_from",
        store=True,
        precompute=True,
        readonly=False,
        help="From when this person sees messages and files. Empty: everything so far. "
        "Who is not of the customer's company begins when they are added, unless you "
        "empty it.",
    )
    included = fields.Boolean(
        default=True,
        help="Unticked: listed in copy, but not let in.",
    )

    _ticket_partner_uniq = models.Constraint(
        "UNIQUE (ticket_id, partner_id)",
        "This person takes part in the ticket already.",
    )
    _shared_idx = models.Index(
        "(partner_id, ticket_id, sees_from)"
        " WHERE included IS TRUE AND source <> 'requester'"
    )
    _partner_idx = models.Index("(partner_id)")

    @api.depends("partner_id")
    def _compute_sees_from(self):
        """Outsiders see what comes after they were added, colleagues everything.

        Who was in copy of a mail had the mail itself.
        """
        now = fields.Datetime.now()
        for participant in self:
            is_new = not participant.id or not participant._origin
            if is_new and not participant.sees_from and participant._is_outsider():
                participant.sees_from = now
            else:
                participant.sees_from = participant.sees_from

    def _is_outsider(self):
        """Tell whether somebody added a person of another company."""
        if self.source not in ("agent", "customer"):
            return False
        # sudo: res.partner, helpdesk.ticket - whose companies they are
        partner, ticket = self.partner_id.sudo(), self.ticket_id.sudo()
        return (
            partner.partner_share
            and bool(ticket.commercial_partner_id)
            and partner.commercial_partner_id != ticket.commercial_partner_id
        )

    @api.model_create_multi
    def create(self, vals_list):
        """People who take part get the mails of their ticket, too."""
        participants = super().create(vals_list)
        self.env["helpdesk.ticket"]._forget_limited()
        participants._sync_followers()
        return participants

    def write(self, vals):
        res = super().write(vals)
        self.env["helpdesk.ticket"]._forget_limited()
        if {"included", "partner_id"} & vals.keys():
            self._sync_followers()
        if "included" in vals and not vals["included"]:
            self._end_access()
        return res

    def unlink(self):
        """Who is taken out of a ticket gets no more mail, and no link opens it."""
        left = [(participant.ticket_id, participant.partner_id) for participant in self]
        self._end_access()
        res = super().unlink()
        self.env["helpdesk.ticket"]._forget_limited()
        for ticket, partner in left:
            # sudo: mail.followers - whoever may remove participants of a ticket
            # (ACL and rules checked by super) stops its mails to them
            ticket.sudo().message_unsubscribe(partner.ids)
        return res

    def _end_access(self):
        """Note who takes these people out, and end the link that names nobody."""
        for participant in self:
            self.env["helpdesk.audit"]._log(
                "removed", partner=participant.partner_id, ticket=participant.ticket_id
            )
        self.ticket_id._drop_shared_link()

    def _sync_followers(self):
        for ticket, participants in self.grouped("ticket_id").items():
            included = participants.filtered("included")
            excluded = participants - included
            # sudo: mail.followers - rights on the participants were checked when
            # they were written; customers may not write followers themselves
            ticket_sudo = ticket.sudo()
            if included:
                self.env["mail.followers"]._insert_followers(
                    ticket._name,
                    ticket.ids,
                    included.partner_id.ids,
                    customer_ids=included.partner_id.filtered("partner_share").ids,
                )
            if excluded:
                ticket_sudo.message_unsubscribe(excluded.partner_id.ids)

    # ------------------------------------------------------------
    # In the portal
    # ------------------------------------------------------------

    def _portal_include(self, share_all=False, keep=False):
        """Let in who was listed only; the thread says so and they are told by mail.

        :param bool share_all: somebody of another company sees everything so far, too
        :param bool keep: they see it from when they were listed
        """
        self.ensure_one()
        ticket, person = self.ticket_id, self.partner_id
        vals = {"included": True}
        is_colleague = person.commercial_partner_id == ticket.commercial_partner_id
        if not keep:
            is_whole = share_all or is_colleague
            vals["sees_from"] = False if is_whole else fields.Datetime.now()
        self.write(vals)
        ours = ticket._for_requester()
        ticket._post_change(
            ours.env._(
                "%(name)s let %(person)s see this ticket.",
                name=self.env.user.name,
                person=ours._get_person_words(person),
            ),
            person,
        )

    def _get_added_text(self, zone, lang):
        """Return how and when somebody came into the ticket, in words."""
        self.ensure_one()
        team = self.ticket_id.team_id
        day = dates.short_day(self.date_added, zone, lang)
        adder = self.added_by_id
        if self.source == "history":
            return self.env._("took part before, since %(date)s", date=day)
        is_hidden = not adder.partner_share and team.portal_assignee == "team"
        name = adder.name.split(" ")[0] if adder.name and not is_hidden else team.name
        if self.source == "mail_copy":
            return self.env._(
                "in copy of the e-mail of %(name)s, %(date)s", name=name, date=day
            )
        return self.env._(
            "added by %(name)s, %(date)s",
            name=name,
            date=day,
        )

    def _get_sees_text(self, zone, lang):
        """Return how much somebody sees of the ticket, "" where it is all of it."""
        self.ensure_one()
        if not self.included:
            return self.env._("does not see this ticket")
        if self.sees_from:
            return self.env._(
                "sees what was written since %(date)s",
                date=dates.short_day(self.sees_from, zone, lang),
            )
        return ""
