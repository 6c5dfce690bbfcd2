# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize

from .helpdesk_ticket_stage import FINAL_KINDS

#: what a contact may see, from the least to the most
SCOPES = ("own", "location", "company")
PERSON_FIELDS = ("name", "email", "scope")
NAME_LENGTH = 100
EMAIL_LENGTH = 254
AUDITED = ("helpdesk_scope", "helpdesk_location_ids", "helpdesk_is_manager")


class ResPartner(models.Model):
    """A customer's own people: who is in, what they see, and who leaves.

    Methods are called on the manager, as sudo; they reach the people of the manager's
    company and give nobody more than the manager has.
    """

    _inherit = "res.partner"

    helpdesk_require_two_factor = fields.Boolean(
        string="Everybody signs in with two steps",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="People of this company sign in with an authenticator application or a "
        "passkey; who has none is sent a code by e-mail each time.",
    )

    # ------------------------------------------------------------
    # Audit
    # ------------------------------------------------------------

    def write(self, vals):
        """What widens or narrows a person's view is audited, whoever changes it."""
        told = [name for name in AUDITED if name in vals]
        if not told:
            return super().write(vals)
        # sudo: res.partner - what it was before, for the audit
        before = {person: person.sudo()._get_access_words() for person in self}
        res = super().write(vals)
        self._log_access(before)
        return res

    def _get_access_words(self):
        """Return {event: what a contact sees and manages}, for the audit."""
        self.ensure_one()
        hotels = ", ".join(self.helpdesk_location_ids.mapped("complete_name"))
        return {
            "scope": f"{self.helpdesk_scope}; locations: {hotels or '-'}",
            "manager": "manager" if self.helpdesk_is_manager else "not a manager",
        }

    def _log_access(self, before):
        """Audit what changed since ``before``, which is {contact: words}."""
        for person, words in before.items():
            person_sudo = person.sudo()  # sudo: as before
            for event, after in person_sudo._get_access_words().items():
                if after != words[event]:
                    self.env["helpdesk.audit"]._log(
                        event, partner=person_sudo, details=f"{words[event]} → {after}"
                    )

    # ------------------------------------------------------------
    # Whom a manager reaches, and what a manager may give
    # ------------------------------------------------------------

    def _manages_people(self):
        """Tell whether this contact manages their company's people."""
        self.ensure_one()
        return self.active and self.helpdesk_is_manager

    def _get_people(self, words="", offset=0, limit=None):
        """Return those of the company who have access, by name.

        :param str words: part of a name or an address
        """
        return self.search(
            self._get_people_domain(words), order="name, id", offset=offset, limit=limit
        )

    def _count_people(self, words=""):
        return self.search_count(self._get_people_domain(words))

    def _get_people_domain(self, words=""):
        self.ensure_one()
        domain = Domain(
            "commercial_partner_id", "=", self.commercial_partner_id.id
        ) & Domain("user_ids", "any", [("share", "=", True)])
        if words:
            domain &= Domain("name", "ilike", words) | Domain("email", "ilike", words)
        return domain

    def _find_person(self, person_id):
        """Return one of the manager's people, none if it is somebody else."""
        return self.search(self._get_people_domain() & Domain("id", "=", person_id))

    def _get_people_locations(self):
        """Return the locations a manager may give others.

        Those they manage; who sees the whole company has all of the company's.
        """
        self.ensure_one()
        managed = self.helpdesk_location_ids
        if self.helpdesk_scope != "company":
            return managed
        # sudo: called on sudo
        return managed | self.env["helpdesk.ticket.location"].search(
            [
                (
                    "partner_id.commercial_partner_id",
                    "=",
                    self.commercial_partner_id.id,
                )
            ]
        )

    def _get_people_scopes(self):
        """Return what a manager may let others see, from the least to the most."""
        self.ensure_one()
        scopes = SCOPES[: SCOPES.index(self.helpdesk_scope) + 1]
        if self._get_people_locations():
            return scopes
        return tuple(scope for scope in scopes if scope != "location")

    def _get_person_lock(self, person):
        """Return why a manager may not change ``person``; empty if they may.

        :return: ``self``, ``manager`` or ``more``
        """
        self.ensure_one()
        if person == self:
            return "self"
        if person.helpdesk_is_manager:
            return "manager"
        if SCOPES.index(person.helpdesk_scope) > SCOPES.index(self.helpdesk_scope):
            return "more"
        if self.helpdesk_scope == "company":
            return ""
        beyond = person.helpdesk_location_ids - self.helpdesk_location_ids
        return "more" if beyond else ""

    # ------------------------------------------------------------
    # Forms
    # ------------------------------------------------------------

    @api.model
    def _parse_person(self, manager, form, location_ids, person=None):
        """Check what a manager typed about a person.

        :param form: {name of PERSON_FIELDS: text}
        :param location_ids: of the chosen locations
        :param person: who is changed, none for an invitation
        :return: (values to write, {field: sentence})
        """
        values, errors = {}, {}
        if person is None:
            values, errors = self._parse_new_person(manager, form)
        scope, reach = form["scope"], manager._get_people_locations()
        if scope not in manager._get_people_scopes():
            errors["scope"] = self.env._("Choose what this person sees.")
        given = reach.filtered(lambda location: location.id in location_ids)
        # what they manage beyond the manager's reach stays theirs
        kept = (person or self.browse()).helpdesk_location_ids - reach
        if scope == "location" and not given | kept:
            errors["locations"] = self.env._("Choose at least one.")
        values |= {
            "helpdesk_scope": scope,
            "helpdesk_location_ids": [(6, 0, (given | kept).ids)],
        }
        return values, errors

    @api.model
    def _parse_new_person(self, manager, form):
        errors = {}
        clean = self.env["helpdesk.ticket"]._portal_clean_line
        name = clean(form["name"])[:NAME_LENGTH]
        email = email_normalize(clean(form["email"])[:EMAIL_LENGTH])
        if not name:
            errors["name"] = self.env._("Write the person's name.")
        if not clean(form["email"]):
            errors["email"] = self.env._("Write the person's e-mail address.")
        elif not email:
            errors["email"] = self.env._(
                "This is not an e-mail address. Example: ana@hotel.com"
            )
        else:
            problem = manager._get_address_problem(email)
            if problem:
                errors["email"] = problem
        return {"name": name, "email": email}, errors

    def _get_address_problem(self, email):
        """Return why this address cannot be invited; empty if it can."""
        # sudo: res.users - whose address it is, archived accounts included
        users = self.env["res.users"].sudo().with_context(active_test=False)
        users = users.search(
            [
                "|",
                ("login", "=", email),
                ("partner_id.email_normalized", "=", email),
            ]
        )
        people = self.search([("email_normalized", "=", email)])
        company = self.commercial_partner_id
        if (users.partner_id | people).commercial_partner_id - company or any(
            not user.share for user in users
        ):
            return self.env._(
                "We know this address, but not as one of yours. Write to us and we "
                "set it up."
            )
        if any(user.active for user in users):
            return self.env._("This person has access already.")
        return ""

    # ------------------------------------------------------------
    # Verbs of a manager
    # ------------------------------------------------------------

    def _invite_person(self, values):
        """Give access to a person of the manager's company and send the invitation.

        A contact of the company with this address is used, be it one who left.

        :param dict values: of ``_parse_person``
        :return: the person, as sudo
        :raise UserError: when the address got an account meanwhile
        """
        self.ensure_one()
        known = self.with_context(active_test=False).search(
            [
                ("email_normalized", "=", values["email"]),
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
            ],
            order="active desc, id",
        )
        person = (known.filtered("user_ids") or known)[:1]
        if not person:
            person = self.create(
                {
                    "name": values["name"],
                    "email": values["email"],
                    "parent_id": self.commercial_partner_id.id,
                    "lang": self.lang,
                    "tz": self.tz,
                }
            )
        person.write({**values, "active": True})
        person._invite_to_portal()
        return person

    def _remove_person(self, person, heir):
        """End a person's access at once, on all devices.

        Their open tickets go on with ``heir``; they take part in no ticket any more.

        :param person: as sudo, one of the manager's people
        :param heir: as sudo, another one of them
        :return: number of tickets handed over
        """
        self.ensure_one()
        if self._get_person_lock(person) or heir == person:
            raise UserError(self.env._("You cannot remove this person."))
        tickets = person._get_open_requests()
        tickets._hand_over(heir)
        person._leave_tickets()
        person.write({"helpdesk_scope": "own", "helpdesk_location_ids": [(5,)]})
        person.user_ids._end_portal_access()
        self.env["helpdesk.audit"]._log(
            "removed",
            partner=person,
            details=f"{len(tickets)} open tickets handed over to {heir.name}"
            if tickets
            else "",
        )
        return len(tickets)

    def _get_open_requests(self):
        """Return the tickets these contacts asked for that are not done yet.

        Also those that are solved as long as the clock has something to tell.
        """
        # sudo: helpdesk.ticket - also those beyond the manager's own view: they are
        # the company's, and somebody has to go on with them
        return (
            self.env["helpdesk.ticket"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.ids),
                    "|",
                    ("stage_kind", "not in", FINAL_KINDS),
                    ("auto_close_date", "!=", False),
                ],
                order="id",
            )
        )

    def _leave_tickets(self):
        """Take these contacts out of all tickets they were added to."""
        # sudo: they leave all of them
        self.env["helpdesk.ticket.participant"].sudo().search(
            [("partner_id", "in", self.ids), ("source", "!=", "requester")]
        ).unlink()
        self.env["mail.followers"].sudo().search(
            [
                ("res_model", "=", "helpdesk.ticket"),
                ("partner_id", "in", self.ids),
            ]
        ).unlink()

    def _require_two_factor(self, required):
        """Let everybody of the manager's company sign in with two steps, or not."""
        company = self.commercial_partner_id
        if company.helpdesk_require_two_factor != required:
            company.helpdesk_require_two_factor = required
            self.env["helpdesk.audit"]._log(
                "require_two_factor",
                partner=company,
                details="required" if required else "not required",
            )

    @api.constrains("helpdesk_is_manager")
    def _check_manager_is_person(self):
        """A company does not sign in, and manages nobody."""
        for person in self.sudo():  # sudo: restricted field
            if person.helpdesk_is_manager and person.is_company:
                raise ValidationError(
                    self.env._("A person manages the people of a company.")
                )
