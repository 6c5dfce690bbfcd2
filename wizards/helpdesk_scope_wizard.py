# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, split_every

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
PARAMETER = "helpdesk_service_portal.scope_choice"
#: value of the parameter while nobody has chosen on a desk that lived before
OPEN = "open"
#: after a choice for some of the contacts
MIXED = "mixed"
#: contacts written at once
BATCH = 1000


class HelpdeskScopeWizard(models.TransientModel):
    """Decides what existing contacts see, after showing who would lose what.

    Opened without contacts it is about all who see their whole company, as everybody
    did under the rule of the base; else about the contacts that were selected. What
    people take part in they see in any case.
    """

    _name = "helpdesk.scope.wizard"
    _description = "What Contacts See in the Portal"

    scope = fields.Selection(
        selection=[
            ("company", "Their whole company's tickets"),
            ("location", "Their own tickets and those of the locations they manage"),
            ("own", "Their own tickets"),
        ],
        string="They see",
        required=True,
        default="company",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner", string="Contacts", readonly=True
    )
    is_first = fields.Boolean(
        readonly=True, help="Nobody has chosen since the portal was installed."
    )
    apply_to = fields.Selection(
        selection=[
            ("all", "All of them"),
            ("harmless", "Only those who lose nothing"),
            ("chosen", "Only those I tick below"),
        ],
        string="Change",
        required=True,
        default="all",
    )
    contact_count = fields.Integer(readonly=True)
    person_count = fields.Integer(
        readonly=True, help="Those of the contacts who can sign in."
    )
    line_ids = fields.One2many(
        comodel_name="helpdesk.scope.wizard.line", inverse_name="wizard_id"
    )
    company_line_ids = fields.One2many(
        comodel_name="helpdesk.scope.wizard.line",
        inverse_name="wizard_id",
        domain=[("lost_company", ">", 0)],
        string="Who sees less than before the portal",
        readonly=True,
    )
    location_line_ids = fields.One2many(
        comodel_name="helpdesk.scope.wizard.line",
        inverse_name="wizard_id",
        domain=[("lost_location", ">", 0)],
        string="Who loses something with locations",
    )
    own_line_ids = fields.One2many(
        comodel_name="helpdesk.scope.wizard.line",
        inverse_name="wizard_id",
        domain=[("lost_own", ">", 0)],
        string="Who loses something with own tickets",
    )
    about_text = fields.Text(compute="_compute_texts")
    effect_text = fields.Text(compute="_compute_texts")

    # ------------------------------------------------------------
    # Whether somebody has chosen
    # ------------------------------------------------------------

    @api.model
    def _open_choice(self):
        """Remember that nobody has chosen yet on a desk that lived before."""
        # sudo: ir.config_parameter - read and written by this wizard alone
        self.env["ir.config_parameter"].sudo().set_param(PARAMETER, OPEN)

    @api.model
    def _get_choice(self):
        """Return the scope chosen, or what stands for it.

        ``open`` before somebody chose, ``mixed`` after a choice for some, "" where
        none was due.
        """
        # sudo: ir.config_parameter - as above
        return self.env["ir.config_parameter"].sudo().get_param(PARAMETER, "")

    @api.model
    def _is_choice_open(self):
        return self._get_choice() == OPEN

    @api.model
    def _get_choice_text(self):
        """Return how things stand in one sentence, "" where no choice was due."""
        choice = self._get_choice()
        if choice == OPEN:
            return self.env._(
                "Contacts you had before the portal still see all tickets of their "
                "company. Decide whether that stays; new contacts see their own."
            )
        return {
            "company": self.env._(
                "Contacts you had before the portal see all tickets of their company; "
                "new ones see their own."
            ),
            "location": self.env._(
                "Contacts you had before the portal see their own tickets and those of "
                "the locations they manage."
            ),
            "own": self.env._("Contacts see their own tickets."),
            MIXED: self.env._(
                "You decided for some contacts; the others you had before the portal "
                "still see all tickets of their company."
            ),
        }.get(choice, "")

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------

    @api.model
    def _open(self, partners=None):
        """Count, and return the action that shows who would lose what.

        :param partners: contacts to decide about; default is all who see their whole
            company
        :raise AccessError: for who does not administrate the helpdesk
        """
        self._check_manager()
        is_first = self._is_choice_open()
        wizard = self.create(
            {
                "scope": "company" if is_first or not partners else "own",
                "partner_ids": [(6, 0, partners.ids)] if partners else False,
                "is_first": is_first and not partners,
            }
        )
        wizard._count()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What contacts see in the portal"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only who administrates the helpdesk decides what they see.")
            )

    def _get_contacts(self):
        """Return the contacts this is about, as sudo, archived ones included."""
        self.ensure_one()
        # sudo: res.partner - a manager of the helpdesk need not manage contacts
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        domain = Domain("partner_share", "=", True)
        if self.partner_ids:
            return Partner.search(domain & Domain("id", "in", self.partner_ids.ids))
        return Partner.search(domain & Domain("helpdesk_scope", "=", "company"))

    # ------------------------------------------------------------
    # Who would lose what
    # ------------------------------------------------------------

    def _count(self):
        """Add a line for each who signs in and would see less, with one statement."""
        self.ensure_one()
        contacts = self._get_contacts()
        self.env.flush_all()
        private_ids = self.env["helpdesk.ticket.category"]._get_private_ids()
        people = self.env.execute_query(
            SQL(
                COUNT,
                ids=contacts.ids,
                private=list(private_ids),
                wizard=self.id,
                first=self.is_first,
                user=self.env.uid,
            )
        )
        self.contact_count = len(contacts)
        self.person_count = people[0][0]
        self.invalidate_recordset()

    @api.depends("scope", "is_first", "contact_count", "person_count", "line_ids")
    def _compute_texts(self):
        for wizard in self:
            wizard.about_text = wizard._get_about_text()
            wizard.effect_text = wizard._get_effect_text()

    def _get_about_text(self):
        counts = {"contacts": self.contact_count, "people": self.person_count}
        if self.partner_ids:
            return self.env._(
                "Contacts selected: %(contacts)s. Of these can sign in: %(people)s.",
                **counts,
            )
        return self.env._(
            "Contacts who see their whole company: %(contacts)s. Of these can sign in: "
            "%(people)s. Contacts you add from now on see their own tickets.",
            **counts,
        )

    def _get_effect_text(self):
        lines = self.line_ids
        if self.scope == "company":
            return self._get_keep_text(lines.filtered("lost_company"))
        losers = lines.filtered(f"lost_{self.scope}")
        if not losers:
            return self.env._("Nobody loses a ticket they see now.")
        return self.env._(
            "People who would see fewer tickets: %(people)s of %(all)s. What they "
            "asked for, and tickets in which they take part, they still see.",
            people=len(losers),
            all=self.person_count,
        )

    def _get_keep_text(self, losers):
        if self.partner_ids:
            return self.env._("They see all tickets of their company.")
        if not self.is_first or not losers:
            return self.env._("Nothing changes: nobody loses a ticket they see now.")
        return self.env._(
            "Nothing changes. The old rule also showed tickets of other customers that "
            "a colleague follows, and tickets of subsidiaries; that ended with the "
            "installation, and these people see fewer tickets than before: %(people)s. "
            "Who follows a ticket still sees it.",
            people=len(losers),
        )

    # ------------------------------------------------------------
    # Applying
    # ------------------------------------------------------------

    def action_apply(self):
        """Write what was chosen and remember that somebody chose; it is audited.

        :raise AccessError: for who does not administrate the helpdesk
        :raise UserError: when nobody is ticked
        """
        self.ensure_one()
        self._check_manager()
        contacts = self._get_chosen()
        changed = contacts.filtered(lambda c: c.helpdesk_scope != self.scope)
        for batch in split_every(BATCH, changed.ids, changed.browse):
            batch.write({"helpdesk_scope": self.scope})
            self.env.flush_all()
        self.env["helpdesk.audit"]._log(
            "scope_choice",
            details=f"{self.scope}; {self.apply_to}; {len(changed)} contacts changed",
        )
        if not self.partner_ids:
            is_whole = self.scope == "company" or self.apply_to == "all"
            choice = self.scope if is_whole else MIXED
            # sudo: ir.config_parameter - read and written by this wizard alone
            self.env["ir.config_parameter"].sudo().set_param(PARAMETER, choice)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Done. Contacts changed: %(count)s.", count=len(changed)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _get_chosen(self):
        """Return the contacts to be changed, as sudo."""
        contacts = self._get_contacts()
        if self.scope == "company" and not self.partner_ids:
            return contacts  # who is asked about sees the company already
        losers = self.line_ids.filtered(f"lost_{self.scope}").partner_id
        if self.apply_to == "harmless":
            return contacts.filtered(lambda contact: contact.id not in losers._ids)
        if self.apply_to == "all" or self.scope == "company" or not losers:
            return contacts
        chosen = self.line_ids.filtered("is_chosen").partner_id & losers
        if not chosen:
            raise UserError(self.env._("Tick at least one person."))
        return contacts.filtered(lambda contact: contact.id in chosen._ids)


class HelpdeskScopeWizardLine(models.TransientModel):
    """Who would lose what."""

    _name = "helpdesk.scope.wizard.line"
    _description = "Who Would Lose What"
    _order = "lost_own desc, lost_company desc, id"

    wizard_id = fields.Many2one(
        comodel_name="helpdesk.scope.wizard", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Person", readonly=True, ondelete="cascade"
    )
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner", string="Company", readonly=True, ondelete="cascade"
    )
    is_chosen = fields.Boolean(string="Change")
    seen_before = fields.Integer(string="Before the portal", readonly=True)
    seen_now = fields.Integer(string="Sees now", readonly=True)
    seen_company = fields.Integer(string="Sees then (company)", readonly=True)
    seen_location = fields.Integer(string="Sees then (locations)", readonly=True)
    seen_own = fields.Integer(string="Sees then (own)", readonly=True)
    lost_company = fields.Integer(string="Lost (company)", readonly=True)
    lost_location = fields.Integer(string="Lost (locations)", readonly=True)
    lost_own = fields.Integer(string="Lost (own)", readonly=True)


#: What each person sees in each scope and saw under the base's rule, counted for all
#: at once. The conditions are those of ``_get_portal_visible_domain``.
COUNT = """
    WITH RECURSIVE person AS (
        SELECT partner.id, partner.commercial_partner_id AS firm,
               partner.helpdesk_scope AS scope,
               partner.helpdesk_is_manager IS TRUE AS is_manager,
               account.id AS user_id
          FROM res_partner partner
          JOIN LATERAL (
                SELECT id FROM res_users
                 WHERE partner_id = partner.id AND active AND share
                 ORDER BY id LIMIT 1) AS account ON TRUE
         WHERE partner.id = ANY(%(ids)s)
    ), family (firm, member) AS (
        SELECT DISTINCT firm, firm FROM person
         UNION
        SELECT family.firm, child.id
          FROM family JOIN res_partner child ON child.parent_id = family.member
    ), ticket AS NOT MATERIALIZED (
        SELECT id, partner_id, commercial_partner_id, location_id, company_id,
               COALESCE(category_id = ANY(%(private)s::int[]), FALSE) AS is_private
          FROM helpdesk_ticket WHERE active
    ), personal AS (
        SELECT person.id, ticket.id AS ticket_id, TRUE AS is_own, FALSE AS is_shared
          FROM person JOIN ticket ON ticket.partner_id = person.id
         UNION ALL
        SELECT person.id, ticket.id, FALSE, FALSE
          FROM person
          JOIN helpdesk_ticket_location_manager_rel managed
            ON managed.partner_id = person.id
          JOIN helpdesk_ticket_location place
            ON place.id = managed.location_id AND place.active
          JOIN ticket ON ticket.location_id = place.id
         WHERE NOT ticket.is_private
            OR person.is_manager AND ticket.commercial_partner_id = person.firm
         UNION ALL
        SELECT person.id, ticket.id, FALSE, TRUE
          FROM person
          JOIN helpdesk_ticket_participant participant
            ON participant.partner_id = person.id
           AND participant.included AND participant.source <> 'requester'
          JOIN ticket ON ticket.id = participant.ticket_id
         WHERE NOT ticket.is_private
            OR person.is_manager AND ticket.commercial_partner_id = person.firm
    ), flagged AS (
        SELECT id, ticket_id, bool_or(is_own) AS is_own, bool_or(is_shared) AS is_shared
          FROM personal GROUP BY id, ticket_id
    ), reach AS (
        SELECT person.id,
               count(*) FILTER (WHERE flagged.is_own OR flagged.is_shared) AS own,
               count(*) AS location,
               -- beside those counted for the whole firm
               count(*) FILTER (
                   WHERE flagged.is_own AND ticket.is_private AND NOT person.is_manager
                      OR flagged.is_shared AND NOT flagged.is_own
                         AND ticket.commercial_partner_id
                             IS DISTINCT FROM person.firm) AS beyond
          FROM person
          JOIN flagged ON flagged.id = person.id
          JOIN ticket ON ticket.id = flagged.ticket_id
          JOIN res_company_users_rel works
            ON works.user_id = person.user_id AND works.cid = ticket.company_id
         GROUP BY person.id
    ), firm AS (
        SELECT commercial_partner_id AS firm, company_id,
               count(*) FILTER (WHERE NOT is_private) AS open,
               count(*) FILTER (WHERE is_private) AS private
          FROM ticket
         WHERE commercial_partner_id IN (SELECT firm FROM person)
         GROUP BY 1, 2
    ), base AS (
        SELECT seen.firm, seen.company_id, count(*) AS total
          FROM (SELECT family.firm, ticket.company_id, ticket.id
                  FROM family JOIN ticket ON ticket.partner_id = family.member
                 UNION
                SELECT family.firm, ticket.company_id, ticket.id
                  FROM family
                  JOIN mail_followers follower
                    ON follower.partner_id = family.member
                   AND follower.res_model = 'helpdesk.ticket'
                  JOIN ticket ON ticket.id = follower.res_id) AS seen
         GROUP BY 1, 2
    ), company AS (
        SELECT person.id,
               sum(COALESCE(firm.open, 0) + CASE WHEN person.is_manager
                   THEN COALESCE(firm.private, 0) ELSE 0 END) AS ours,
               sum(COALESCE(base.total, 0)) AS base
          FROM person
          JOIN res_company_users_rel works ON works.user_id = person.user_id
          LEFT JOIN firm ON firm.firm = person.firm AND firm.company_id = works.cid
          LEFT JOIN base ON base.firm = person.firm AND base.company_id = works.cid
         GROUP BY person.id
    ), seen AS (
        SELECT person.id, person.firm, person.scope,
               COALESCE(company.base, 0) AS before,
               COALESCE(company.ours, 0) + COALESCE(reach.beyond, 0) AS company,
               COALESCE(reach.location, 0) AS location,
               COALESCE(reach.own, 0) AS own
          FROM person
          LEFT JOIN company ON company.id = person.id
          LEFT JOIN reach ON reach.id = person.id
    ), compared AS (
        SELECT seen.*,
               CASE scope WHEN 'company' THEN company
                          WHEN 'location' THEN location ELSE own END AS now
          FROM seen
    ), added AS (
        INSERT INTO helpdesk_scope_wizard_line
               (wizard_id, partner_id, commercial_partner_id, seen_before, seen_now,
                seen_company, seen_location, seen_own, lost_company, lost_location,
                lost_own, create_uid, write_uid, create_date, write_date)
        SELECT %(wizard)s, id, firm, before, now, company, location, own,
               CASE WHEN %(first)s THEN greatest(before - company, 0) ELSE 0 END,
               greatest(now - location, 0), greatest(now - own, 0),
               %(user)s, %(user)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
          FROM compared
         WHERE now > location OR now > own OR %(first)s AND before > company
    )
    SELECT count(*) FROM person
"""
