# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

from ..tools.mail_addresses import domain_of_company, split_addresses

#: so many people in copy may be typed at once, and stand on one ticket
MAX_TYPED = 20
MAX_PEOPLE = 60
TYPED_LENGTH = 4_000


class HelpdeskTicket(models.Model):
    """Who takes part in a ticket: added, let in, taken out, leaving (S2-24, S2-26).

    Customers act on the people of their own tickets, as far as the team lets them;
    tickets of who leaves the customer go on with a colleague.
    """

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------

    def _is_own_of(self, person):
        """Tell whether a contact is of the customer's side, not just put in copy.

        The requester, or somebody of the requester's company.
        """
        self.ensure_one()
        ticket = self.sudo()  # sudo: whose ticket it is
        return person == ticket.partner_id or (
            person.partner_share
            and person.commercial_partner_id == ticket.commercial_partner_id
        )

    def _portal_can_add_people(self):
        """Tell whether the current user may add people: of an open ticket of theirs."""
        self.ensure_one()
        ticket = self.sudo()  # sudo: state, place and team of a ticket the user sees
        person = self.env.user.partner_id
        return (
            not self.env.user._is_public()
            and ticket.stage_kind != "closed"
            and self._is_own_of(person)
            and ticket.team_id._lets_add_people(person, ticket.location_id)
        )

    def _portal_can_decide(self, participant):
        """Tell whether the current user may let in or take out one of the people.

        The requester, who added them, and who may add people.
        """
        self.ensure_one()
        person = self.env.user.partner_id
        if participant.source == "requester" or self.stage_kind == "closed":
            return False
        return self._is_own_of(person) and (
            person in (self.partner_id, participant.added_by_id)
            or self._portal_can_add_people()
        )

    # ------------------------------------------------------------
    # Adding
    # ------------------------------------------------------------

    @api.model
    def _portal_parse_people(self, text):
        """Read what was typed as people in copy: addresses, with or without names.

        :param text: untrusted
        :return: (list of "Name <address>" or "address", what is wrong, or "")
        """
        text = self._portal_clean_text(text)[:TYPED_LENGTH]
        people, wrong = [], []
        for part in filter(None, map(str.strip, re.split(r"[,;\n]", text))):
            if "<" in part or email_normalize(part):
                parts = [part]
            else:
                parts = part.split()
            for piece in parts:
                found = split_addresses(piece)
                (people if found else wrong).append(piece)
        if wrong:
            return people, self.env._(
                "“%(text)s” is not an e-mail address. Example: ana@hotel.com",
                text=wrong[0][:80],
            )
        if len(people) > MAX_TYPED:
            return people, self.env._(
                "At most %(count)s people can be added at once.", count=MAX_TYPED
            )
        return people, self._portal_check_people(people)

    @api.model
    def _portal_check_people(self, emails, known=None):
        """Return why these addresses cannot be put in copy, "" if they can.

        Whether somebody else's address is known here is not told.

        :param dict known: the contacts by address, where the caller has them
        """
        addresses = [address for _name, address in split_addresses(",".join(emails))]
        for own in self.env["mail.thread"]._find_own_addresses(addresses):
            return self.env._("%(address)s is our own address.", address=own)
        if known is None:
            known = self.env["mail.thread"]._find_mail_people(addresses)
        for address, person in known.items():
            if not person.partner_share:
                return self.env._(
                    "%(address)s is one of us: our team sees your tickets anyway.",
                    address=address,
                )
        return ""

    def _portal_find_outsiders(self, emails):
        """Return which of these addresses are not of the customer's own people."""
        self.ensure_one()
        sorted_out = self._sort_people(emails)
        return [
            address
            for address, (_name, person, is_own) in sorted_out.items()
            if not is_own and not self._takes_part(person)
        ]

    def _takes_part(self, person):
        ticket = self.sudo()  # sudo: who takes part in a ticket the user sees
        included = ticket.participant_ids.filtered("included")
        return bool(person) and person in included.partner_id

    def _sort_people(self, emails):
        """Return {address: (name, known contact or none, whether of the customer)}.

        Somebody unknown is of the customer where the domain is the customer's alone.
        """
        ticket = self.sudo()  # sudo: whose ticket it is
        people = split_addresses(",".join(emails))
        known = self.env["mail.thread"]._find_mail_people(
            [address for _name, address in people]
        )
        none = self.env["res.partner"].sudo()  # sudo: contacts found by address
        customer = ticket.commercial_partner_id
        domains = {
            domain_of_company(address)
            for _name, address in people
            if address not in known
        }
        company = ticket.company_id or self.env.company
        firms = self._find_companies_of_domains(domains, company) if domains else {}
        result = {}
        for name, address in people:
            person = known.get(address, none)
            firm_id = person.commercial_partner_id.id or firms.get(
                domain_of_company(address)
            )
            result[address] = (name, person, firm_id == customer.id)
        return result

    def _portal_add_person(self, email, share_all=False):
        """Add somebody to the ticket, see ``_portal_add_people``."""
        return self._portal_add_people([email], share_all)

    def _portal_add_people(self, emails, share_all=False):
        """Add people to the ticket in the current user's name; the thread says so.

        Colleagues see all of it, others what comes from now on. They are told by
        mail. Callers asked the user about outsiders, and found the ticket under the
        user's own rules.

        :param emails: addresses, with or without names
        :param bool share_all: outsiders see everything so far, too
        :return: the new participants, as sudo
        :raise AccessError: when the team does not let the user add people
        :raise UserError: with what is wrong with the addresses, or too many of them
        """
        self.ensure_one()
        if not self._portal_can_add_people():
            raise AccessError(self.env._("You cannot add people to this ticket."))
        people = self._sort_people(emails)
        known = {
            address: person for address, (_n, person, _own) in people.items() if person
        }
        problem = self._portal_check_people(emails, known)
        if problem:
            raise UserError(problem)
        # sudo: participants - the user's right to add them was checked above
        ticket = self.sudo()
        rows = ticket.participant_ids
        if len(rows) + len(people) > MAX_PEOPLE:
            raise UserError(
                self.env._(
                    "A ticket has at most %(count)s people in copy.", count=MAX_PEOPLE
                )
            )
        unknown = [
            (name, address)
            for address, (name, person, _own) in people.items()
            if not person
        ]
        self._limit_unknown(unknown)
        persons = ticket.env["res.partner"].union(
            *(person for _name, person, _own in people.values())
        )
        if unknown:
            company = ticket.company_id or self.env.company
            persons |= self._create_mail_people(unknown, company)
        present = rows.filtered(lambda row: row.partner_id in persons)
        for row in present.filtered(lambda row: not row.included):
            row._portal_include(share_all)
        added = rows.create(
            [
                ticket._prepare_participant(person, share_all)
                for person in persons - rows.partner_id - ticket.partner_id
            ]
        )
        if added:
            ours = ticket._for_requester()
            ticket._post_change(
                ours.env._(
                    "%(name)s added %(people)s.",
                    name=self.env.user.name,
                    people=", ".join(map(ticket._get_person_words, added.partner_id)),
                ),
                added.partner_id,
            )
        return added

    def _limit_unknown(self, people):
        """Count the addresses nobody knew here that the user adds.

        :raise UserError: when they are too many for now
        """
        Limit = self.env["helpdesk.rate.limit"]
        for _name, _address in people:
            opens = Limit._hit("copy", self.env.uid)
            if opens:
                raise UserError(Limit._get_text(opens))

    def _prepare_participant(self, person, share_all):
        """Return the values of somebody whom the current user adds."""
        vals = {
            "ticket_id": self.id,
            "partner_id": person.id,
            "source": "customer",
            "added_by_id": self.env.user.partner_id.id,
        }
        return vals | ({"sees_from": False} if share_all else {})

    # ------------------------------------------------------------
    # Letting in, taking out, leaving
    # ------------------------------------------------------------

    def _portal_find_participant(self, partner_id):
        """Return the line of somebody in copy of this (sudo) ticket, none if nobody."""
        number = self._portal_parse_id(partner_id)
        return self.participant_ids.filtered(
            lambda row: row.partner_id.id == number and row.source != "requester"
        )

    def _portal_remove_person(self, partner_id):
        """Take somebody out of this (sudo) ticket, in the current user's name.

        :return: whether it was done
        """
        self.ensure_one()
        participant = self._portal_find_participant(partner_id)
        if not participant or not self._portal_can_decide(participant):
            return False
        person = self._get_person_words(participant.partner_id)
        participant.unlink()
        ours = self._for_requester()
        self._post_change(
            ours.env._(
                "%(name)s took %(person)s out of this ticket.",
                name=self.env.user.name,
                person=person,
            )
        )
        return True

    def _portal_include_person(self, partner_id):
        """Let in who was in copy of a mail, in the current user's name.

        They see what they had by mail, and all that followed.

        :return: whether it was done
        """
        self.ensure_one()
        participant = self._portal_find_participant(partner_id)
        if (
            not participant
            or participant.included
            or not self._portal_can_decide(participant)
        ):
            return False
        participant._portal_include(keep=True)
        return True

    def _portal_leave(self):
        """The current user takes part in this (sudo) ticket no more.

        :return: whether they did
        """
        self.ensure_one()
        participant = self._portal_find_participant(self.env.user.partner_id.id)
        if not participant:
            return False
        participant.unlink()
        ours = self._for_requester()
        self._post_change(
            ours.env._("%(name)s left this ticket.", name=self.env.user.name)
        )
        return True

    def _get_person_words(self, person):
        """Return a person's name; with the address where it is no colleague."""
        name, email = person.name, person.email
        is_colleague = person.commercial_partner_id == self.commercial_partner_id
        if not email or is_colleague:
            return name or email
        return email if name in (email, False) else f"{name} ({email})"

    # ------------------------------------------------------------
    # What the page says of them
    # ------------------------------------------------------------

    def _get_copy_rows(self):
        """Return who is in copy, through whom and since when, and what may be done."""
        zone, lang = self._get_reader_zone(), self.env.lang
        people = self.participant_ids.search_fetch(
            [("ticket_id", "=", self.id), ("source", "!=", "requester")],
            [
                "partner_id",
                "added_by_id",
                "date_added",
                "included",
                "source",
                "sees_from",
            ],
        )
        (people.partner_id | people.added_by_id).mapped("name")  # one query for all
        reader = self.env.user.partner_id
        return [
            {
                "id": row.partner_id.id,
                "name": row.partner_id.name or row.partner_id.email,
                "added": row._get_added_text(zone, lang),
                "sees": row._get_sees_text(zone, lang),
                "included": row.included,
                "is_me": row.partner_id == reader,
                "can_decide": self._portal_can_decide(row),
            }
            for row in people
        ]

    def _portal_people_form(self, typed, outsiders=()):
        """Return what the form that adds people to this (sudo) ticket shows.

        :param dict typed: what was posted and comes back
        :param outsiders: addresses about which the user is asked
        """
        self.ensure_one()
        words = self.env._("Add people")
        locked = not self._portal_can_add_people()
        return {
            "slug": "people",
            "tail": "people",
            "kind": "people",
            "title": words,
            "button": words,
            "locked": self.env._(
                "People are added to this ticket by our team. Ask for it in an answer."
            )
            if locked
            else "",
            "value": typed.get("people", ""),
            "share_all": typed.get("share_all"),
            "outsiders": outsiders,
            "company": self.commercial_partner_id.name,
        }

    # ------------------------------------------------------------
    # Handing over
    # ------------------------------------------------------------

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
