from uuid import uuid4

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from .helpdesk_ticket_stage import FINAL_KINDS, TURNS

INSTRUCTIONS_MIN_LENGTH = 15
#: by what the team of a new ticket is found
ROUTING_FIELDS = (
    "company_id",
    "type_id",
    "category_id",
    "location_id",
    "product_id",
    "partner_id",
)


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # Requester and place
    partner_id = fields.Many2one(
        string="Requester", required=True, ondelete="restrict", tracking=True
    )
    partner_email_normalized = fields.Char(
        compute="_compute_partner_email_normalized",
        store=True,
        index="btree_not_null",
        help="The requester's address in the form in which mails are matched.",
    )
    participant_ids = fields.One2many(
        comodel_name="helpdesk.ticket.participant",
        inverse_name="ticket_id",
        string="Participants",
        help="Who may see this ticket in the portal.",
    )
    location_id = fields.Many2one(
        comodel_name="helpdesk.ticket.location",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="The customer's site where it happened.",
    )
    # Classification
    name = fields.Char(string="Subject")
    channel_id = fields.Many2one(
        string="Origin",
        help="Where the ticket came from: portal, e-mail, phone, WhatsApp or our team.",
    )
    team_id = fields.Many2one(required=True, ondelete="restrict", tracking=True)
    category_id = fields.Many2one(index="btree_not_null", tracking=True)
    type_id = fields.Many2one(index="btree_not_null", tracking=True)
    priority = fields.Selection(selection="_selection_priority", tracking=True)
    stage_kind = fields.Selection(related="stage_id.kind", store=True, index=True)
    turn = fields.Selection(
        selection=[
            ("us", "Our turn"),
            ("customer", "Customer's turn"),
            ("other", "Third party's turn"),
            ("done", "Done"),
        ],
        compute="_compute_turn",
        store=True,
        help="Who has to act next.",
    )
    # Dates that tell the truth, however the stage came about
    last_stage_update = fields.Datetime(
        compute="_compute_last_stage_update", store=True, readonly=False, copy=False
    )
    assigned_date = fields.Datetime(
        compute="_compute_assigned_date", store=True, readonly=False
    )
    solved_date = fields.Datetime(
        compute="_compute_solved_date",
        store=True,
        readonly=False,
        copy=False,
        help="When the ticket was solved or closed; emptied when it is reopened.",
    )
    closed_date = fields.Datetime(
        compute="_compute_closed_date", store=True, readonly=False
    )
    reopen_count = fields.Integer(string="Reopened", readonly=True, copy=False)
    # Conversation
    interaction_count = fields.Integer(
        string="Interactions",
        default=1,
        readonly=True,
        copy=False,
        help="Messages written by people on both sides, the request included.",
    )
    last_customer_message_date = fields.Datetime(readonly=True, copy=False)
    last_agent_message_date = fields.Datetime(readonly=True, copy=False)
    # Promises
    answer_due_date = fields.Datetime(
        string="Answer due",
        copy=False,
        help="By when the team promised to answer; empty while nobody waits for an "
        "answer or nothing is promised.",
    )
    solve_due_date = fields.Datetime(
        string="Solution due",
        copy=False,
        help="By when the team promised to solve the ticket.",
    )
    queue_date = fields.Datetime(
        string="Waiting since",
        copy=False,
        help="When the oldest message was written that we have not answered yet.",
    )
    # Whose turn, and for what
    customer_request = fields.Text(
        string="What we need from the customer",
        copy=False,
        help="Shown to the customer in a box of its own while it is their turn.",
    )
    waiting_party = fields.Char(
        string="Waiting for", copy=False, help="The third party who has to act."
    )
    waiting_reference = fields.Char(
        string="Their reference",
        copy=False,
        help="The third party's number for this matter.",
    )
    chase_date = fields.Datetime(
        string="Chase on",
        copy=False,
        help="When to ask the third party again.",
    )
    # Technical
    submission_key = fields.Char(
        readonly=True,
        copy=False,
        help="Key of the form this ticket came from: one form is one ticket.",
    )

    _submission_key_uniq = models.UniqueIndex(
        "(submission_key) WHERE submission_key IS NOT NULL",
        "This form was sent already.",
    )
    _portal_own_idx = models.Index(
        "(partner_id, create_date, company_id) WHERE active IS TRUE"
    )
    _portal_company_idx = models.Index(
        "(commercial_partner_id, create_date, company_id) WHERE active IS TRUE"
    )
    _portal_location_idx = models.Index(
        "(location_id, create_date, company_id)"
        " WHERE active IS TRUE AND location_id IS NOT NULL"
    )
    _queue_idx = models.Index(
        "(user_id, team_id, answer_due_date, queue_date, id)"
        " WHERE active IS TRUE AND turn = 'us'"
    )
    _open_idx = models.Index(
        "(turn, user_id, last_stage_update)"
        " WHERE active IS TRUE AND turn IN ('us', 'customer', 'other')"
    )

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("partner_email")
    def _compute_partner_email_normalized(self):
        for ticket in self:
            ticket.partner_email_normalized = tools.email_normalize(
                ticket.partner_email, strict=False
            )

    @api.depends("user_id", "type_id", "category_id", "location_id", "product_id")
    def _compute_team_id(self):
        """Route what has no team; a ticket being written follows what is chosen."""
        for ticket in self:
            routed = ticket._get_routed_team()
            if not ticket.team_id or (not ticket._origin and routed):
                ticket.team_id = (
                    routed
                    or ticket.user_id.helpdesk_team_ids[:1]
                    or ticket.company_id.helpdesk_team_id
                )

    @api.depends("team_id")
    def _compute_stage_id(self):
        """Keep the kind when a ticket moves to a team with other stages."""
        for team, tickets in self.grouped("team_id").items():
            applicable = team._get_applicable_stages()
            for ticket in tickets:
                if ticket.stage_id in applicable:
                    continue
                ticket.stage_id = (
                    ticket.stage_id and team._get_stage(ticket.stage_id.kind)
                ) or team._get_initial_stage()

    @api.depends("stage_kind")
    def _compute_turn(self):
        for ticket in self:
            ticket.turn = TURNS.get(ticket.stage_kind, "us")

    @api.depends("stage_id")
    def _compute_last_stage_update(self):
        self.last_stage_update = self._now()

    @api.depends("user_id")
    def _compute_assigned_date(self):
        now = self._now()
        for ticket in self:
            ticket.assigned_date = now if ticket.user_id else False

    @api.depends("stage_kind")
    def _compute_solved_date(self):
        now = self._now()
        for ticket in self:
            final = ticket.stage_kind in FINAL_KINDS
            ticket.solved_date = (ticket.solved_date or now) if final else False

    @api.depends("stage_kind")
    def _compute_closed_date(self):
        now = self._now()
        for ticket in self:
            kept = ticket.closed_date
            if ticket.stage_kind == "closed":
                kept = kept or now
            ticket.closed_date = kept if ticket.stage_kind in FINAL_KINDS else False

    @api.model
    def _selection_priority(self):
        """The words of the promises: the base's own are translated otherwise."""
        promise = self.env["helpdesk.ticket.team.promise"]
        return promise._fields["priority"]._description_selection(self.env)

    @api.model
    def _now(self):
        return fields.Datetime.now()

    @api.onchange("type_id")
    def _onchange_type_id(self):
        """Choosing a type never empties the team (the base's does)."""
        teams = self.type_id.team_ids
        if teams and self.team_id and self.team_id not in teams:
            self.team_id = self.type_id.team_id or teams[:1]
        if self.type_id and not self._origin:
            self.priority = self.type_id.default_priority or self.priority

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def _creation_subtype(self):
        """The base's subtype, without asking whether it exists."""
        return self.env["mail.message.subtype"].browse(
            self.env["ir.model.data"]._xmlid_to_res_id("helpdesk_mgmt.hlp_tck_created")
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Create tickets that are routed, promised, shared and acknowledged.

        Each gets a team, an initial stage, a requester who takes part, the dates
        promised by its team and, unless it is imported, an acknowledgement.
        """
        vals_list = [self._prepare_create_vals(vals) for vals in vals_list]
        tickets = super(
            HelpdeskTicket, self.with_context(mail_create_nolog=True)
        ).create(vals_list)
        tickets = tickets.with_env(self.env)
        tickets._tell_team_followers()
        tickets._add_requesters(tickets[:1].create_date)
        for ticket, vals in zip(tickets, vals_list, strict=True):
            ticket.write(
                ticket._prepare_first_dates()
                | {"search_text": ticket._get_first_search_text(vals)}
            )
        tickets._acknowledge()
        return tickets

    def write(self, vals):
        """Keep dates, participants and search words true to what changes."""
        moving = bool({"stage_id", "team_id"} & vals.keys())
        before = {
            ticket.id: (ticket.stage_kind, ticket.closed_date)
            for ticket in self
            if moving
        }
        requesters = {t.id: t.partner_id for t in self if "partner_id" in vals}
        res = super().write(self._prepare_write_vals(vals))
        if moving:
            self._settle_final_dates(before, keep_closed="closed_date" in vals)
        if "partner_id" in vals:
            self._replace_requesters(requesters)
        if {"name", "description", "number", "partner_id"} & vals.keys():
            self._refresh_search_text()
        if "priority" in vals or "team_id" in vals:
            self._refresh_promises(vals)
        return res

    def copy(self, default=None):
        """Copy any number of tickets; the base takes one at a time."""
        copies = self.browse()
        for ticket in self:
            copies += super(HelpdeskTicket, ticket).copy(dict(default or {}))
        return copies

    def _prepare_create_vals(self, vals):
        """Return ``vals`` completed with requester, team, stage and token.

        :param dict vals: values of one ticket, left untouched
        """
        vals = dict(vals)
        self._prepare_requester_vals(vals)
        probe = self.new(
            {
                name: vals.get(name) or self.env.context.get(f"default_{name}")
                for name in ROUTING_FIELDS
                if vals.get(name) or self.env.context.get(f"default_{name}")
            }
        )
        if not vals.get("team_id"):
            assignee = self.env["res.users"].browse(vals.get("user_id") or [])
            # sudo: helpdesk.ticket.team - a ticket needs a team, whoever opens it
            team = (
                self.env["helpdesk.ticket.team"].browse(
                    self.env.context.get("default_team_id") or []
                )
                or probe._get_routed_team()
                or assignee.sudo().helpdesk_team_ids[:1]
                or probe.company_id.sudo().helpdesk_team_id
            )
            vals["team_id"] = team.id
        if not vals.get("priority") and not self.env.context.get("default_priority"):
            vals["priority"] = probe.type_id.default_priority or "1"
        if not vals.get("stage_id"):
            # sudo: helpdesk.ticket.team - stages of the team are no secret
            team = self.env["helpdesk.ticket.team"].sudo().browse(vals["team_id"])
            vals["stage_id"] = team._get_initial_stage().id
        vals.setdefault("access_token", str(uuid4()))
        return vals

    def _prepare_requester_vals(self, vals):
        """Complete ``vals`` with who asks: a contact, its name and its address."""
        Partner = self.env["res.partner"]
        partner = Partner.browse(
            vals.get("partner_id") or self.env.context.get("default_partner_id") or []
        )
        email = vals.get("partner_email")
        if not partner and tools.email_normalize(email, strict=False):
            # sudo: res.partner - who asks for help is known as a contact, even if
            # the agent who notes it down may not create contacts
            name, address = tools.parse_contact_from_email(email)
            partner = Partner.sudo().find_or_create(
                tools.formataddr((vals.get("partner_name") or name, address))
            )
        partner = partner or self.env.user.partner_id
        vals["partner_id"] = partner.id
        # sudo: res.partner - name and address of the requester of this very ticket
        partner_sudo = partner.sudo()
        vals.setdefault("partner_name", partner_sudo.name)
        vals.setdefault("partner_email", partner_sudo.email)

    def _prepare_write_vals(self, vals):
        """Return a copy of ``vals``, which the base would change, completed."""
        vals = dict(vals)
        if vals.get("partner_id"):
            # sudo: res.partner - the name and address shown on this ticket
            partner_sudo = self.env["res.partner"].sudo().browse(vals["partner_id"])
            vals.setdefault("partner_name", partner_sudo.name)
            vals.setdefault("partner_email", partner_sudo.email)
        return vals

    def _settle_final_dates(self, before, keep_closed):
        """Correct what the base writes on a stage change, count reopenings."""
        for ticket in self:
            was_kind, was_closed = before[ticket.id]
            now_final = ticket.stage_kind in FINAL_KINDS
            if not keep_closed:
                closed = was_closed if was_kind in FINAL_KINDS else False
                if ticket.stage_kind == "closed":
                    closed = closed or self._now()
                if ticket.closed_date != (now_final and closed):
                    ticket.closed_date = now_final and closed
            if was_kind in FINAL_KINDS and not now_final:
                ticket.reopen_count += 1
            if now_final and ticket.queue_date:
                ticket.write({"queue_date": False, "answer_due_date": False})
            if ticket.stage_kind != "waiting_customer" and ticket.customer_request:
                ticket.customer_request = False

    # ------------------------------------------------------------
    # Routing, people, promises
    # ------------------------------------------------------------

    def _get_routed_team(self):
        """Return the team that type, category or location ask for, in this order.

        The explicit team stands before, the company's default behind them.
        """
        self.ensure_one()
        # sudo: routing reads teams of records the writer may not open
        ticket = self.sudo()
        return (
            ticket.type_id.team_id
            or ticket.category_id.team_id
            or ticket.location_id.team_id
        )

    def _add_requesters(self, since=None):
        """The requester takes part.

        :param datetime since: when they began to; default is now
        """
        since = (since or self._now()).replace(microsecond=0)
        # sudo: participants - the requester of a ticket takes part in it, whoever
        # wrote it down
        self.env["helpdesk.ticket.participant"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "partner_id": ticket.partner_id.id,
                    "source": "requester",
                    "added_by_id": ticket.partner_id.id,
                    "date_added": since,
                }
                for ticket in self
                if ticket.partner_id not in ticket.sudo().participant_ids.partner_id
            ]
        )

    def _tell_team_followers(self):
        """Log the creation where somebody follows the team to be told of it.

        The base logs it always, which costs more than the rest of the creation.
        """
        if self.env.context.get("mail_create_nolog"):
            return
        subtype = self._creation_subtype()
        # sudo: mail.followers - asked for a fact about the tickets just created
        followers = (
            self.env["mail.followers"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("subtype_ids", "=", subtype.id),
                ],
                ["res_id"],
            )
        )
        for ticket in self.browse(set(followers.mapped("res_id"))):
            # sudo: mail.message - what mail.thread does on creation
            ticket.sudo().message_post(
                body=ticket._creation_message(),
                subtype_id=subtype.id,
                author_id=self.env.user.partner_id.id,
            )

    def _replace_requesters(self, former):
        """A new requester takes part; the former one stays as a participant."""
        for ticket in self.filtered(lambda t: t.partner_id != former[t.id]):
            # sudo: participants - follows from the requester just written
            rows = ticket.sudo().participant_ids
            rows.filtered(lambda p: p.source == "requester").source = "agent"
            row = rows.filtered(lambda p, t=ticket: p.partner_id == t.partner_id)
            if row:
                row.write({"source": "requester", "included": True})
            else:
                ticket._add_requesters()

    def _prepare_first_dates(self):
        """Return what a new ticket promises, from when it was asked."""
        self.ensure_one()
        start = (self.create_date or self._now()).replace(microsecond=0)
        asked = self.last_customer_message_date or start
        vals = {"last_customer_message_date": asked}
        if self.stage_kind in FINAL_KINDS:
            return vals
        # sudo: helpdesk.ticket.team - promises are made to customers
        team = self.team_id.sudo()
        promise = team._get_promise(self.priority)
        vals["solve_due_date"] = self.solve_due_date or team._get_promised_date(
            promise.solve_hours, start
        )
        if not self.last_agent_message_date or self.last_agent_message_date < asked:
            vals["queue_date"] = self.queue_date or asked
            vals["answer_due_date"] = self.answer_due_date or team._get_promised_date(
                promise.answer_hours, asked
            )
        return vals

    def _refresh_promises(self, vals):
        """Follow a changed priority or team, counted from when it was asked."""
        for ticket in self.filtered(lambda t: t.stage_kind not in FINAL_KINDS):
            # sudo: helpdesk.ticket.team - promises are made to customers
            team = ticket.team_id.sudo()
            promise = team._get_promise(ticket.priority)
            if "answer_due_date" not in vals and ticket.queue_date:
                ticket.answer_due_date = team._get_promised_date(
                    promise.answer_hours, ticket.queue_date
                )
            if "solve_due_date" not in vals:
                ticket.solve_due_date = team._get_promised_date(
                    promise.solve_hours, ticket.create_date
                )

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_solve(self):
        """Dealt with; the customer reopens it by answering."""
        self.filtered(lambda t: t.stage_kind not in FINAL_KINDS)._set_kind("solved")

    def action_reopen(self):
        """Back to work; a closed ticket stays closed."""
        waiting = self.filtered(
            lambda t: t.stage_kind in ("waiting_customer", "solved")
        )
        waiting._set_kind("in_progress")

    def action_close(self):
        """The end; nothing reopens it."""
        self.filtered(lambda t: t.stage_kind != "closed")._set_kind("closed")

    def action_wait_customer(self, request, stage_id=False):
        """Wait for the customer, who is told what is needed.

        :param str request: what we need, at least 15 characters
        :param int stage_id: where a team has several such stages; default its first
        :raise UserError: when that is not said
        """
        request = (request or "").strip()
        if len(request) < INSTRUCTIONS_MIN_LENGTH:
            raise UserError(
                self.env._(
                    "Tell the customer what you need, in %(count)s characters or more.",
                    count=INSTRUCTIONS_MIN_LENGTH,
                )
            )
        self._set_kind("waiting_customer", {"customer_request": request}, stage_id)

    def action_wait_other(
        self, party, reference=False, chase_date=False, stage_id=False
    ):
        """Wait for a third party.

        :param str party: who has to act
        :param str reference: their number for the matter
        :param datetime chase_date: naive UTC, when to ask them again
        :param int stage_id: where a team has several such stages; default its first
        :raise UserError: when nobody is named
        """
        if not (party or "").strip():
            raise UserError(self.env._("Say who has to act."))
        self._set_kind(
            "waiting_other",
            {
                "waiting_party": party.strip(),
                "waiting_reference": reference,
                "chase_date": chase_date,
                "last_chase_date": False,
            },
            stage_id,
        )

    def _set_kind(self, kind, vals=None, stage_id=False):
        """Move the tickets to their team's stage of ``kind``.

        :param str kind: one of the kinds of ``helpdesk.ticket.stage``
        :param dict vals: written together with the stage
        :param int stage_id: which of several; another team's or kind's is ignored
        :raise UserError: when a team has no such stage
        """
        for team, tickets in self.grouped("team_id").items():
            stages = team._get_applicable_stages()
            stage = stages.filtered(lambda s: s.id == stage_id and s.kind == kind)
            stage = stage or team._get_stage(kind)
            if not stage:
                kinds = dict(stage._fields["kind"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "The team %(team)s has no stage of the kind “%(kind)s”.",
                        team=team.name,
                        kind=kinds[kind],
                    )
                )
            tickets.write({"stage_id": stage.id, **(vals or {})})

    def _is_overdue(self):
        """Tell whether an answer was promised for a moment that has passed."""
        self.ensure_one()
        return bool(self.answer_due_date) and self.answer_due_date < self._now()
