# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from ..tools import phone
from ..tools.snippets import snippet
from ..tools.text import html_to_words
from .helpdesk_ticket_desk import AGENT

CONTACT_CENTER = "helpdesk_service_portal.group_contact_center"
PHONE_CHANNEL = "helpdesk_mgmt.helpdesk_ticket_channel_phone"
WHATSAPP_CHANNEL = "helpdesk_service_portal.channel_whatsapp"
ROWS = 8
#: a number of more people than these is a switchboard's
OWN_PHONES = 2
PEOPLE = 9
OPEN_TICKETS = 5
LEAST_DIGITS = 4
NUMBER = re.compile(r"^[+\d\s().\-/]+$")
TICKET = re.compile(r"^(?:#\s*\w*?|[A-Za-z]{1,4})(\d+)$")


class HelpdeskTicket(models.Model):
    """Log a call: who calls, and what may be said to them.

    S3-01, S3-43: the contact center notes what callers tell. Until name, hotel and
    one fact are confirmed, it is told of a caller's tickets number, subject and state.
    """

    _inherit = "helpdesk.ticket"

    @api.model
    def _check_call_access(self):
        """Calls are logged by the contact center and by engineers.

        :raise AccessError: for everybody else
        """
        user = self.env.user
        if not (user.has_group(CONTACT_CENTER) or user.has_group(AGENT)):
            raise AccessError(self.env._("This page is for the contact center."))

    @api.model
    @api.readonly
    def call_options(self):
        """Return what a call is classified by: types, categories, priorities."""
        self._check_call_access()
        company = Domain("company_id", "in", [False, *self.env.companies.ids])
        categories = self.env["helpdesk.ticket.category"].search(company)
        types = self.env["helpdesk.ticket.type"].search([])
        return {
            "categories": [
                {"id": category.id, "name": category.complete_name}
                for category in categories
            ],
            "types": [
                {"id": kind.id, "name": kind.name, "priority": kind.default_priority}
                for kind in types
            ],
            "priorities": self._fields["priority"]._description_selection(self.env),
            "engineers": self._get_call_engineers(),
            "location_word": self.env.company._get_location_word(),
        }

    @api.model
    def _get_call_engineers(self):
        """Return whom a caller may be handed over to, those at work first."""
        # sudo: helpdesk.ticket.team - names and presence of the support team
        teams = self.env["helpdesk.ticket.team"].sudo()
        users = teams.search(
            [("company_id", "in", [False, *self.env.companies.ids])]
        ).user_ids.filtered(lambda user: user.has_group(AGENT))
        present = {"online": 0, "away": 1, "busy": 2}
        users = users.sorted(lambda u: (present.get(u.im_status, 3), u.name))
        return [
            {"id": user.id, "name": user.name, "here": user.im_status == "online"}
            for user in users
        ]

    # ------------------------------------------------------------
    # Who it may be
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def call_search(self, words):
        """Return who may be calling, by number, name, hotel or #ticket.

        :param str words: what was typed so far
        :return: rows; a number shared by many leads to their hotel
        """
        self._check_call_access()
        words = self._portal_clean_line(str(words or ""))[:100]
        digits = phone.digits(words)
        ticket = TICKET.match(words.replace(" ", ""))
        if ticket:
            return self._call_find_tickets(ticket[1])
        if NUMBER.match(words):
            if len(digits) < LEAST_DIGITS:
                return []
            return self._call_find_numbers(words)
        if len(words) < 2:
            return []
        return self._call_find_names(words)

    @api.model
    def _call_find_tickets(self, digits):
        """Return tickets by the end of their number: what may be said of any."""
        number = digits.lstrip("0") or "0"
        tickets = self.search_fetch(
            [("number", "=like", f"%{number}")],
            ["number", "name", "stage_id", "turn", "location_id"],
            order="id desc",
            limit=50,
        )
        exact = tickets.filtered(lambda t: phone.digits(t.number).lstrip("0") == number)
        rows = []
        for ticket, known in zip(tickets, tickets.sudo(), strict=True):
            # sudo above: the place of a ticket the user reads, to ask who is calling
            if ticket not in (exact or tickets):
                continue
            rows.append(
                {
                    "kind": "ticket",
                    "name": f"#{ticket.number}",
                    "detail": f"{ticket.name} · {known.stage_id.name}",
                    "ticket_id": ticket.id,
                    "partner_id": False,
                    "company_id": known.commercial_partner_id.id,
                    "location_id": known.location_id.id,
                }
            )
        return rows[:ROWS]

    @api.model
    def _call_find_numbers(self, words):
        """Return people and hotels by their phone number, in whatever form typed.

        A number that more than two people share is their hotel's switchboard.
        """
        plain = phone.plain(words)
        digits = phone.digits(plain)
        if not plain.startswith("+"):
            digits = digits.lstrip("0")
        if len(digits) < LEAST_DIGITS:
            return []
        domain = Domain("phone_sanitized", "ilike", digits) | Domain(
            "phone_mobile_search", "ilike", digits
        )
        partners = self.env["res.partner"].search_fetch(
            domain & Domain("partner_share", "=", True),
            ["name", "phone", "phone_sanitized", "is_company", "commercial_partner_id"],
            order="is_company desc, name",
            limit=60,
        )
        places = self.env["helpdesk.ticket.location"].search(
            [("address_id", "in", partners.ids)]
        )
        place_of = {place.address_id: place for place in places}
        rows = []
        for _key, group in partners.grouped(
            lambda p: (p.phone_sanitized or p.phone, p.commercial_partner_id)
        ).items():
            hotel = group.filtered(lambda p: p.is_company or p in place_of)[:1]
            people = group.filtered(lambda p: not p.is_company and p not in place_of)
            if hotel or len(people) > OWN_PHONES:
                rows.append(
                    self._get_call_place(
                        place_of.get(hotel),
                        (hotel or people[:1]).commercial_partner_id,
                        number=group[0].phone,
                        people=len(people),
                    )
                )
            else:
                rows += [self._get_call_person(person) for person in people]
        known = {row["partner_id"] for row in rows}
        rows += [
            self._get_call_person(person)
            for person in self._call_earlier_callers(words)
            if person.id not in known
        ]
        return rows[:ROWS]

    @api.model
    def _call_earlier_callers(self, words):
        """Return who called from this very number before."""
        number = phone.sanitize(words, self.env.company.country_id.code)
        if not number:
            return self.env["res.partner"]
        tickets = self.search(
            [("partner_phone_sanitized", "=", number)], order="id desc", limit=20
        )
        people = tickets.partner_id
        return people.filtered(lambda person: not person.is_company)[:OWN_PHONES]

    @api.model
    def _call_find_names(self, words):
        """Return people and hotels by parts of their names, accents aside."""
        Partner, Location = (
            self.env["res.partner"],
            self.env["helpdesk.ticket.location"],
        )
        parts = [escape_psql(word) for word in words.split()]
        named = Domain.AND(Domain("complete_name", "ilike", part) for part in parts)
        coded = Domain("code", "=ilike", escape_psql(words))
        people = Partner.search(
            named
            & Domain("is_company", "=", False)
            & Domain("partner_share", "=", True)
            & Domain("type", "=", "contact"),
            limit=ROWS,
        )
        places = Location.search(named | coded, limit=ROWS)
        companies = Partner.search(
            Domain.AND(Domain("name", "ilike", part) for part in parts)
            & Domain("is_company", "=", True),
            limit=ROWS,
        )
        starts = words.casefold()
        people = people.sorted(lambda p: not p.name.casefold().startswith(starts))
        half = ROWS // 2
        hotels = [
            self._get_call_place(place, place.partner_id.commercial_partner_id)
            for place in places
        ] + [self._get_call_place(None, company) for company in companies]
        persons = [self._get_call_person(person) for person in people]
        return (
            persons[: max(half, ROWS - len(hotels))]
            + hotels[: max(half, ROWS - len(persons))]
        )

    @api.model
    def _get_call_person(self, person):
        company = person.commercial_partner_id
        at_home = company == person
        return {
            "kind": "person",
            "name": person.name or "",
            "detail": "" if at_home else company.name or "",
            "ticket_id": False,
            "partner_id": person.id,
            "company_id": False if at_home else company.id,
            "location_id": False,
        }

    @api.model
    def _get_call_place(self, place, company, number="", people=0):
        detail = company.name if place and company else ""
        if number:
            detail = " · ".join(filter(None, [detail, phone.readable(number)]))
        return {
            "kind": "place",
            "name": (place.complete_name if place else company.name) or "",
            "detail": detail or "",
            "people": people,
            "ticket_id": False,
            "partner_id": False,
            "company_id": company.id if company else False,
            "location_id": place.id if place else False,
        }

    # ------------------------------------------------------------
    # The card
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def call_card(self, partner_id=False, company_id=False, location_id=False):
        """Return what the contact center sees of a caller.

        :param int partner_id: the person; none: "who am I speaking to?"
        :param int company_id: the customer they call from
        :param int location_id: the place they call from
        :return: dict; details of tickets and person only while they are confirmed
        """
        self._check_call_access()
        caller, company, place = self._get_call_parties(
            partner_id, company_id, location_id
        )
        confirmed = self.env["helpdesk.call.check"]._is_confirmed(caller)
        places = self._get_call_places(caller or company)
        if not place and len(places) == 1:
            place = places
        last = self._get_call_last(caller, company, place)
        if not place and last.location_id in places:
            place = last.location_id
        return {
            "partner_id": caller.id,
            "name": caller.name or "",
            "has_email": bool(caller.email),
            "has_account": bool(caller.user_ids),
            "company_id": company.id,
            "company": company.name or "",
            "location_id": place.id,
            "confirmed": confirmed,
            "person": self._get_call_details(caller) if confirmed else False,
            "people": [] if caller else self._get_call_people(company, place),
            "places": [{"id": p.id, "name": p.complete_name} for p in places | place],
            "tickets": self._get_call_tickets(caller, company, place, confirmed),
            "defaults": {
                "type_id": last.type_id.active and last.type_id.id,
                "category_id": last.category_id.active and last.category_id.id,
                "priority": last.type_id.default_priority or "1",
            },
        }

    @api.model
    def call_confirm(self, partner_id, name=False, hotel=False, fact=""):
        """Note that a caller is who they say; the card then shows details.

        :param bool name: the caller said their name
        :param bool hotel: the caller said their hotel
        :param str fact: what they know besides: e-mail, number of a ticket, ...
        :return: whether the fact is right
        :raise UserError: when something is missing, or was said wrong too often
        """
        self._check_call_access()
        caller = self._get_call_parties(partner_id, False, False)[0]
        if not (caller and name and hotel and str(fact or "").strip()):
            raise UserError(
                self.env._("Ask for the name, the hotel and one fact, then confirm.")
            )
        return self.env["helpdesk.call.check"]._check(caller, str(fact))

    @api.model
    def _get_call_parties(self, partner_id, company_id, location_id):
        """Return caller, customer and place by ids the browser sent.

        :raise AccessError: on what the user may not read
        """
        Partner, Location = (
            self.env["res.partner"],
            self.env["helpdesk.ticket.location"],
        )
        number = self._portal_parse_id
        caller = Partner.browse(number(partner_id) or []).exists()
        company = Partner.browse(number(company_id) or []).exists()
        place = Location.browse(number(location_id) or []).exists()
        (caller | company).check_access("read")
        place.check_access("read")
        if caller.is_company:
            caller, company = Partner, caller
        if caller:
            company = caller.commercial_partner_id - caller
        company = company.commercial_partner_id
        owner = place.partner_id.commercial_partner_id
        if owner and company and owner != company:
            place = Location
        return caller, company or (Partner if caller else owner), place

    @api.model
    def _get_call_places(self, partner):
        """Return the places a customer's people call from, their own first."""
        Location = self.env["helpdesk.ticket.location"]
        if not partner:
            return Location
        places = Location._get_offered(partner)
        return places or Location.search(
            [
                (
                    "partner_id.commercial_partner_id",
                    "=",
                    partner.commercial_partner_id.id,
                )
            ]
        )

    @api.model
    def _get_call_last(self, caller, company, place):
        """Return the caller's latest ticket, else that of their place."""
        for field, record in (
            ("partner_id", caller),
            ("location_id", place),
            ("commercial_partner_id", company),
        ):
            if record:
                last = self.search([(field, "=", record.id)], order="id desc", limit=1)
                if last or field == "partner_id":
                    return last.sudo()  # sudo: names of what classifies it
        return self.sudo()

    @api.model
    def _get_call_people(self, company, place):
        """Return who calls from a hotel: recent callers first, then its people."""
        if not company:
            return []
        callers = self._get_call_channels()
        domain = Domain("commercial_partner_id", "=", company.id)
        if place:
            domain &= Domain("location_id", "in", [place.id, False])
        recent = self.search(domain, order="id desc", limit=60).sudo()  # sudo: names
        called = recent.filtered(lambda ticket: ticket.channel_id.id in callers)
        people = called.partner_id | place.manager_ids | recent.partner_id
        people |= self.env["res.partner"].search(
            [
                ("commercial_partner_id", "=", company.id),
                ("is_company", "=", False),
                ("type", "=", "contact"),
            ],
            limit=60,
        )
        people = people.filtered(
            lambda p: (
                p.active and not p.is_company and p.commercial_partner_id == company
            )
        )
        return [
            {
                "id": person.id,
                "name": person.name or "",
                "function": person.function or "",
                "recent": person in called.partner_id,
            }
            for person in people
        ]

    @api.model
    def _get_call_channels(self):
        """Return the ids of the channels phone and WhatsApp, in this order."""
        ref = self.env["ir.model.data"]._xmlid_to_res_id
        return [ref(PHONE_CHANNEL), ref(WHATSAPP_CHANNEL)]

    @api.model
    def _get_call_tickets(self, caller, company, place, confirmed):
        """Return the caller's open tickets: number, subject and state.

        More only of a confirmed caller, and only of what they see in the portal.
        """
        if caller:
            # what this person sees in the portal is what they may hear
            domain = self._get_portal_visible_domain(caller.id)
        elif place or company:
            private_ids = self.env["helpdesk.ticket.category"]._get_private_ids()
            domain = (
                Domain("location_id", "=", place.id)
                if place
                else Domain("commercial_partner_id", "=", company.id)
            )
            domain &= Domain("category_id", "not in", private_ids)
        else:
            return []
        tickets = self.search_fetch(
            domain & Domain("turn", "in", ("us", "customer", "other")),
            ["number", "name", "stage_id", "turn"],
            order="last_stage_update desc, id desc",
            limit=OPEN_TICKETS,
        )
        rows = [
            {
                "id": ticket.id,
                "number": ticket.number,
                "name": ticket.name,
                # sudo: helpdesk.ticket.stage - the name of a state
                "stage": ticket.sudo().stage_id.name,
                "turn": ticket.turn,
            }
            for ticket in tickets
        ]
        if confirmed:
            for row, ticket in zip(rows, tickets, strict=True):
                row["details"] = ticket._get_call_ticket_details(caller)
        return rows

    def _get_call_ticket_details(self, caller):
        """Return what a confirmed caller may hear of this ticket."""
        # sudo: helpdesk.ticket - names of people in a ticket the user reads
        ticket = self.sudo()
        return {
            "requester": ticket.partner_id.name or "",
            "assignee": ticket._get_portal_assignee(),
            "asked": snippet(html_to_words(ticket.description or ""), 300),
            "turn_text": ticket._get_turn_text(caller),
            "created": fields.Datetime.to_string(ticket.create_date),
        }

    @api.model
    def _get_call_details(self, caller):
        """Return what is known of a confirmed caller."""
        return {
            "email": caller.email or "",
            "phone": caller.phone or "",
            "function": caller.function or "",
        }
