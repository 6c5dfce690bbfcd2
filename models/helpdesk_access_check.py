# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import dates

GOOD, BAD, NOTE = "good", "bad", "note"
MARKS = {
    GOOD: Markup('<i class="fa fa-fw fa-check-circle text-success"></i>'),
    BAD: Markup('<i class="fa fa-fw fa-times-circle text-danger"></i>'),
    NOTE: Markup('<i class="fa fa-fw fa-info-circle text-muted"></i>'),
}


class HelpdeskAccessCheck(models.TransientModel):
    """S1-12 What a person can and cannot see, and why, in sentences.

    The verdicts come from the rights themselves, the reasons from what they are made
    of.
    """

    _name = "helpdesk.access.check"
    _description = "Helpdesk Access Check"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        ondelete="cascade",
        domain=[("is_company", "=", False)],
    )
    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket", ondelete="cascade")
    account_text = fields.Html(compute="_compute_texts", string="Account")
    scope_text = fields.Html(compute="_compute_texts", string="What they see")
    ticket_text = fields.Html(compute="_compute_texts", string="This ticket")
    people_text = fields.Html(compute="_compute_texts", string="Who takes part")

    @api.depends("partner_id", "ticket_id")
    def _compute_texts(self):
        for check in self:
            # sudo: res.partner, helpdesk.ticket - an agent asks for somebody else's
            # view; of a ticket they cannot read themselves nothing is said
            person = check.partner_id.sudo()
            ticket = check.ticket_id if check._may_read_ticket() else None
            check.account_text = check._to_html(
                check._get_account_lines(person) if person else []
            )
            check.scope_text = check._to_html(
                check._get_scope_lines(person) if person else []
            )
            check.ticket_text = check._to_html(
                check._get_ticket_lines(person, ticket.sudo())
                if person and ticket
                else []
            )
            check.people_text = check._to_html(
                check._get_people_lines(ticket.sudo()) if ticket else []
            )

    def _may_read_ticket(self):
        ticket = self.ticket_id
        return bool(ticket) and ticket.sudo(False).has_access("read")

    @api.model
    def _to_html(self, lines):
        """Return sentences as a list, each with its mark."""
        if not lines:
            return False
        # the marks only repeat what the sentences say
        items = Markup().join(
            Markup("<li>{} {}</li>").format(MARKS[mark], text) for mark, text in lines
        )
        return Markup('<ul class="list-unstyled mb-0">{}</ul>').format(items)

    # ------------------------------------------------------------
    # The account
    # ------------------------------------------------------------

    def _get_account_lines(self, person):
        """Return what is to say of a person's account."""
        state = person._get_helpdesk_account_state()[person.id]
        lines = []
        if not person.active:
            lines.append((BAD, self.env._("The contact is archived.")))
        if not person.email:
            text = self.env._(
                "The contact has no e-mail address: no mail reaches them."
            )
            lines.append((BAD, text))
        lines.append(self._get_sign_in_line(state))
        if state["state"] in ("invited", "active"):
            lines += self._get_safety_lines(state)
        if state["mails_blocked"]:
            text = self.env._(
                "Their address is on the list of those we never write to."
            )
            lines.append((BAD, text))
        if state["mails_bounced"]:
            text = self.env._(
                "Mails to them came back: %(count)s. Check the address.",
                count=state["mails_bounced"],
            )
            lines.append((BAD, text))
        return lines + self._get_double_lines(person)

    def _get_sign_in_line(self, state):
        login = state["login"]
        if state["state"] == "none":
            return BAD, self.env._(
                "They have no account: they write by e-mail and open tickets by the "
                "links of our mails. Invite them, so that they can sign in."
            )
        if state["state"] == "archived":
            return BAD, self.env._(
                "Their account %(login)s is archived: they cannot sign in.",
                login=login,
            )
        if state["state"] == "invited":
            return BAD, self.env._(
                "They were given the account %(login)s and have never signed in.",
                login=login,
            )
        return GOOD, self.env._(
            "They sign in as %(login)s, the last time on %(date)s.",
            login=login,
            date=self._get_moment(state["last_sign_in"]),
        )

    def _get_safety_lines(self, state):
        if state["two_factor"]:
            yield GOOD, self.env._("Two-factor authentication is enabled.")
        else:
            yield NOTE, self.env._("Two-factor authentication is not enabled.")
        if state["passkeys"]:
            yield (
                NOTE,
                self.env._("Passkeys: %(count)s.", count=state["passkeys"]),
            )

    def _get_double_lines(self, person):
        """The usual trouble: the account belongs to another contact of that address."""
        if not person.email_normalized:
            return []
        others = person.search(
            [
                ("email_normalized", "=", person.email_normalized),
                ("id", "!=", person.id),
            ],
            limit=5,
        )
        return [(BAD, self._get_double_text(other)) for other in others]

    def _get_double_text(self, other):
        if other.user_ids:
            return self.env._(
                "%(name)s has the same address, and the account: this contact's "
                "tickets are not shown there.",
                name=other.display_name,
            )
        return self.env._(
            "%(name)s has the same address: their tickets and those of this contact "
            "are kept apart.",
            name=other.display_name,
        )

    # ------------------------------------------------------------
    # What they see
    # ------------------------------------------------------------

    def _get_user(self, person):
        return person.user_ids.filtered("active")[:1]

    def _get_scope_lines(self, person):
        """Return which tickets a person sees, how many, and which never."""
        user = self._get_user(person)
        if user and not user.share:
            return [self._get_staff_line(user)]
        lines = [self._get_scope_line(person)]
        lines += self._get_count_lines(person, user)
        return lines + self._get_private_lines(person)

    def _get_staff_line(self, user):
        groups = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        held = user.all_group_ids.filtered(
            lambda group: group.privilege_id == groups.privilege_id
        )
        if not held:
            return NOTE, self.env._(
                "They are one of our people, without a right to tickets: they see "
                "those they asked for or follow."
            )
        highest = max(held, key=lambda group: len(group.all_implied_ids))
        return NOTE, self.env._(
            "They are one of our people, with the right “%(group)s”.",
            group=highest.name,
        )

    def _get_scope_line(self, person):
        company = person.commercial_partner_id
        places = person.helpdesk_location_ids
        if person.helpdesk_scope == "company":
            return GOOD, self.env._(
                "They see all tickets of %(company)s, and those they take part in.",
                company=company.display_name,
            )
        if person.helpdesk_scope == "location" and places:
            return GOOD, self.env._(
                "They see the tickets of %(locations)s, their own, and those they take "
                "part in.",
                locations=", ".join(places.mapped("complete_name")),
            )
        if person.helpdesk_scope == "location":
            return BAD, self.env._(
                "They are to see the tickets of the locations they manage, but manage "
                "none: they see their own tickets and those they take part in."
            )
        return GOOD, self.env._(
            "They see their own tickets and those they take part in, no others of "
            "%(company)s.",
            company=company.display_name,
        )

    def _get_count_lines(self, person, user):
        # sudo: helpdesk.ticket - how many there are
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        mine = Ticket._get_portal_visible_domain(person.id)
        companies = user.company_ids
        there = Domain("company_id", "in", [*companies.ids, False])
        counts = dict(Ticket._read_group(mine & there, ["active"], ["__count"]))
        own = Ticket.search_count(
            Domain("partner_id", "=", person.id) & Domain("active", "=", True)
        )
        if user or counts:
            yield (
                NOTE,
                self.env._(
                    "At present these are %(count)s tickets, %(own)s of them their "
                    "own.",
                    count=counts.get(True, 0),
                    own=own,
                ),
            )
        if counts.get(False):
            yield (
                NOTE,
                self.env._(
                    "Archived, and so not in the portal: %(count)s.",
                    count=counts[False],
                ),
            )
        elsewhere = user and Ticket._read_group(mine & ~there, ["company_id"], [])
        for (company,) in elsewhere or ():
            yield (
                BAD,
                self.env._(
                    "Their account does not belong to %(company)s: its tickets are "
                    "not shown to them.",
                    company=company.name,
                ),
            )
        partial = self.env["helpdesk.ticket"]._get_history_starts(person.id)
        if partial:
            yield (
                NOTE,
                self.env._(
                    "Seen only from the moment they were added: %(count)s tickets.",
                    count=len(partial),
                ),
            )

    def _get_private_lines(self, person):
        Category = self.env["helpdesk.ticket.category"].sudo()  # sudo: their names
        private = Category.browse(Category._get_private_ids()).filtered("active")
        if not private:
            return []
        names = ", ".join(private.mapped("complete_name"))
        if person.helpdesk_is_manager:
            text = self.env._(
                "As a manager they see private tickets of their company, too, as far "
                "as they see its tickets: %(categories)s.",
                categories=names,
            )
        else:
            text = self.env._(
                "Of the private categories they see their own tickets only: "
                "%(categories)s.",
                categories=names,
            )
        return [(NOTE, text)]

    # ------------------------------------------------------------
    # One ticket
    # ------------------------------------------------------------

    def _sees(self, person, ticket):
        """Return whether the rights show this (sudo) ticket to a person."""
        user = self._get_user(person)
        if not user:
            return bool(ticket._filter_visible_to(person.id))
        return ticket._is_read_by(user) and (ticket.active or not user.share)

    def _get_ticket_lines(self, person, ticket):
        """Return whether, and then why, a person sees one (sudo) ticket."""
        sees = self._sees(person, ticket)
        words = {"name": person.name or person.email, "number": ticket.number}
        if sees and self._get_user(person):
            verdict = GOOD, self.env._("%(name)s sees #%(number)s.", **words)
        elif sees:
            verdict = (
                GOOD,
                self.env._(
                    "%(name)s sees #%(number)s by the links of our mails.", **words
                ),
            )
        else:
            verdict = BAD, self.env._("%(name)s does not see #%(number)s.", **words)
        user = self._get_user(person)
        if user and not user.share:
            return [verdict, self._get_staff_line(user)]
        mark = NOTE if sees else BAD
        lines = [
            (mark if blocks else NOTE, text)
            for blocks, text in self._get_reasons(person, ticket)
        ]
        return [verdict, *lines, *self._get_link_lines(ticket)]

    def _get_reasons(self, person, ticket):
        """Yield pairs: whether it keeps the person out, and the reason in words."""
        row = ticket.participant_ids.filtered(lambda p: p.partner_id == person)
        if not ticket.active:
            yield True, self.env._("The ticket is archived: no customer sees it.")
        user = self._get_user(person)
        if user and ticket.company_id and ticket.company_id not in user.company_ids:
            yield (
                True,
                self.env._(
                    "Their account does not belong to %(company)s: its tickets are "
                    "not shown to them.",
                    company=ticket.company_id.name,
                ),
            )
        if ticket.partner_id == person:
            yield False, self.env._("They asked for it.")
            return
        if ticket.category_id.is_private:
            yield (
                not person.helpdesk_is_manager,
                self.env._(
                    "The category “%(category)s” is private: only the requester and "
                    "managers of the customer see its tickets.",
                    category=ticket.category_id.name,
                ),
            )
        yield from self._get_participation(person, ticket, row)
        yield self._get_scope_reason(person, ticket)

    def _get_participation(self, person, ticket, row):
        if row and row.included:
            yield (
                False,
                self.env._(
                    "They take part in it: added by %(name)s on %(date)s.",
                    name=row.added_by_id.name or ticket.team_id.name,
                    date=self._get_moment(row.date_added),
                ),
            )
            start = ticket._get_history_starts(person.id).get(ticket.id)
            if start:
                yield (
                    True,
                    self.env._(
                        "They see subject and details, of the messages those since "
                        "%(date)s.",
                        date=self._get_moment(start),
                    ),
                )
            return
        if row:
            text = self.env._("They are listed in copy, but were not let in.")
        else:
            text = self.env._("They do not take part in it.")
        yield True, text
        # sudo: helpdesk.audit - who took them out of this very ticket
        removal = self.env["helpdesk.audit"].sudo()
        removal = removal.search(
            [
                ("event", "=", "removed"),
                ("partner_id", "=", person.id),
                ("ticket_id", "=", ticket.id),
            ],
            limit=1,
        )
        if removal:
            yield (
                True,
                self.env._(
                    "%(name)s took them out of it on %(date)s.",
                    name=removal.user_id.name or removal.user_name,
                    date=self._get_moment(removal.create_date),
                ),
            )

    def _get_scope_reason(self, person, ticket):
        same = person.commercial_partner_id == ticket.commercial_partner_id
        managed = ticket.location_id and ticket.location_id in (
            person.helpdesk_location_ids
        )
        company = ticket.commercial_partner_id.display_name
        scope = person.helpdesk_scope
        if scope == "company" and same:
            return False, self.env._(
                "They see all tickets of %(company)s.", company=company
            )
        if scope == "location" and managed:
            return False, self.env._(
                "They see the tickets of %(location)s.",
                location=ticket.location_id.complete_name,
            )
        if managed:
            return True, self.env._(
                "They manage %(location)s, but see only their own tickets and those "
                "they take part in.",
                location=ticket.location_id.complete_name,
            )
        if same and scope == "location":
            return True, self.env._(
                "It is a ticket of %(company)s, but of no location they manage.",
                company=company,
            )
        if same:
            return True, self.env._(
                "It is a ticket of %(company)s, but they see only their own tickets "
                "and those they take part in.",
                company=company,
            )
        return True, self.env._("It is a ticket of %(company)s.", company=company)

    def _get_link_lines(self, ticket):
        if ticket._is_link_over():
            yield (
                NOTE,
                self.env._(
                    "The links of its mails open it no more: too long ago it was "
                    "closed."
                ),
            )
        elif ticket.closed_date and ticket.company_id.helpdesk_link_days:
            days = timedelta(days=ticket.company_id.helpdesk_link_days)
            yield (
                NOTE,
                self.env._(
                    "The links of its mails work until %(date)s.",
                    date=self._get_moment(ticket.closed_date + days),
                ),
            )

    def _get_people_lines(self, ticket):
        """Return who takes part in one (sudo) ticket, and whether they see it."""
        people = ticket.partner_id | ticket.participant_ids.partner_id
        states = people._get_helpdesk_account_state()
        words = {
            "none": self.env._("no account"),
            "invited": self.env._("invited, never signed in"),
            "active": self.env._("signs in"),
            "archived": self.env._("account archived"),
        }
        return [
            self._get_person_line(person, ticket, words[states[person.id]["state"]])
            for person in people
        ]

    def _get_person_line(self, person, ticket, account):
        words = {"name": person.display_name, "account": account}
        if self._sees(person, ticket):
            return GOOD, self.env._("%(name)s sees it (%(account)s).", **words)
        return BAD, self.env._("%(name)s does not see it (%(account)s).", **words)

    @api.model
    def _get_moment(self, moment):
        zone = dates.first_zone(self.env.user.tz)
        return dates.deadline_words(moment, zone, self.env.lang)

    # ------------------------------------------------------------
    # Ways in
    # ------------------------------------------------------------

    @api.model
    def _open(self, partner, ticket=None):
        """Return the action that shows the check of a person, of a ticket."""
        check = self.create(
            {"partner_id": partner.id, "ticket_id": ticket and ticket.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Access check"),
            "res_model": self._name,
            "res_id": check.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_contact(self):
        """Show the contact, where view and locations are set."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_revoke_links(self):
        """End the links of the ticket's mails, see the ticket."""
        return self.ticket_id.action_revoke_links()
