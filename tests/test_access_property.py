# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Random ways of sharing, against the sentences as a plain model in Python.

HELPDESK_SHARINGS=2000 ./dev/test tests/test_access_property.py tries more of them.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .common import PORTAL, HelpdeskCommon
from .figures import FiguresCase

SHARINGS = int(os.environ.get("HELPDESK_SHARINGS", "40"))
START = datetime(2026, 3, 2, 9)
MOMENTS = 4
WORD = "needle"


# ------------------------------------------------------------
# The sentences, in plain Python
# ------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """A contact of a customer: 0 and 1 of the first, 2 and 3 of the second."""

    number: int
    scope: str = "own"
    is_manager: bool = False
    manages: frozenset = frozenset()

    @property
    def customer(self):
        return self.number // 2


@dataclass(frozen=True)
class Ticket:
    """Rows: who takes part, with (let in, since which moment or None for always)."""

    requester: int = 0
    place: int | None = None
    category: str = "none"
    active: bool = True
    rows: dict = field(default_factory=dict)

    @property
    def customer(self):
        return self.requester // 2


#: the third place is closed: who managed it sees nothing by it
OPEN_PLACES = {0, 1}


def covers(person, ticket):
    """Settled: "a setting on the contact widens that to their locations or company"."""
    if person.scope == "company":
        return person.customer == ticket.customer
    managed = person.manages & OPEN_PLACES
    return person.scope == "location" and ticket.place in managed


def sees(person, ticket):
    """Settled: "a person sees their own tickets and those they take part in"; private
    categories: "only requester and managers".
    """
    if person.number == ticket.requester:
        return True
    is_ours = person.customer == ticket.customer
    if ticket.category == "private" and not (person.is_manager and is_ours):
        return False
    let_in, _since = ticket.rows.get(person.number, (False, None))
    return let_in or covers(person, ticket)


def sees_since(person, ticket):
    """Settled: "an outsider from the moment they were added"; None: all of it."""
    if person.number == ticket.requester or covers(person, ticket):
        return None
    return ticket.rows[person.number][1]


def sees_moment(person, ticket, moment):
    since = sees_since(person, ticket)
    return since is None or moment >= since


# ------------------------------------------------------------
# Random set-ups
# ------------------------------------------------------------

PEOPLE = st.tuples(
    *(
        st.builds(
            Person,
            number=st.just(number),
            scope=st.sampled_from(["own", "location", "company"]),
            is_manager=st.booleans(),
            manages=st.frozensets(st.sampled_from([0, 1, 2])),
        )
        for number in range(4)
    )
)
ROW = st.tuples(
    st.sampled_from([True, True, True, False]),
    st.one_of(st.none(), st.integers(0, MOMENTS)),
)
TICKET = st.builds(
    Ticket,
    requester=st.integers(0, 3),
    place=st.sampled_from([None, 0, 1, 2]),
    category=st.sampled_from(["none", "plain", "private"]),
    active=st.sampled_from([True, True, True, False]),
    rows=st.dictionaries(st.integers(0, 3), ROW),
)
TICKETS = st.tuples(TICKET, TICKET, TICKET)
PLAIN = tuple(Person(number) for number in range(4))


@tagged("post_install", "-at_install")
class TestSharing(FiguresCase, HelpdeskCommon):
    """What the rules show is what the sentences say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nora = cls._create_person("Nora Gil", "nora", PORTAL, cls.other_hotel)
        cls.people = (cls.ana, cls.luis, cls.eva, cls.nora)
        Location = cls.env["helpdesk.ticket.location"]
        cls.places = Location.create(
            [{"name": f"Place {number}", "active": number != 2} for number in range(3)]
        )
        Category = cls.env["helpdesk.ticket.category"]
        cls.categories = {
            "none": Category,
            "plain": Category.create({"name": "Plain"}),
            "private": Category.create({"name": "Private", "is_private": True}),
        }
        cls.tickets = [
            cls._create_ticket(description=f"<p>{WORD}</p>") for _number in range(3)
        ]
        cls.public, cls.internal, cls.files = {}, {}, {}
        for number, ticket in enumerate(cls.tickets):
            for moment in range(MOMENTS):
                for kind, subtype in (("public", "comment"), ("internal", "note")):
                    message = ticket.with_user(cls.sam).message_post(
                        body=f"{kind} {moment}",
                        message_type="comment",
                        subtype_xmlid=f"mail.mt_{subtype}",
                        attachments=[(f"{kind}.pdf", b"%PDF-1.4")],
                    )
                    message.sudo().date = START + timedelta(days=moment)
                    getattr(cls, kind)[message.id] = (number, moment)
                    if kind == "public":
                        cls.files[message.sudo().attachment_ids.id] = (number, moment)
        cls.secret_files = (
            cls.env["mail.message"].browse(list(cls.internal)).sudo().attachment_ids
        )
        cls.env.flush_all()
        cls.checked = 0

    @classmethod
    def tearDownClass(cls):
        cls.tell(f"Sharing: {cls.checked} set-ups of 4 people and 3 tickets agree")
        super().tearDownClass()

    @settings(
        max_examples=SHARINGS,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @example(PLAIN, (Ticket(), Ticket(1, 0), Ticket(2, 1, "private")))
    @example(
        (*PLAIN[:2], Person(2), Person(3, "company", True)),
        (
            Ticket(0, rows={2: (True, 2), 3: (True, 2)}),
            Ticket(2, category="private", rows={0: (True, None), 3: (True, 1)}),
            Ticket(0, 2, "private", rows={3: (True, None)}),
        ),
    )
    @example(
        (Person(0), Person(1, "location", False, frozenset({0, 2})), *PLAIN[2:]),
        (
            Ticket(2, 0, rows={1: (True, 2)}),
            Ticket(2, 2, rows={1: (True, 2)}),
            Ticket(3, 0, "private", rows={1: (False, None)}),
        ),
    )
    @example(  # of the place that is closed nobody sees anything by managing it
        (Person(0, "location", False, frozenset({0, 2})), *PLAIN[1:]),
        (Ticket(2, 0), Ticket(2, 2), Ticket(1, 2)),
    )
    @given(PEOPLE, TICKETS)
    def test_rules_say_what_the_sentences_say(self, people, tickets):
        """Property: for random sharing set-ups, what the rules show equals a plain
        model of the sentences: search, count, read, messages, files, links.
        """
        with self.env.cr.savepoint(flush=False) as savepoint:
            self._set_up(people, tickets)
            for person in people:
                with self.subTest(people=people, tickets=tickets, person=person):
                    self._compare(person, tickets)
            savepoint.rollback()
        type(self).checked += 1

    def _set_up(self, people, tickets):
        """Write a set-up into the tables."""
        cr = self.env.cr
        ids = [ticket.id for ticket in self.tickets]
        cr.execute("DELETE FROM helpdesk_ticket_location_manager_rel")
        cr.execute(
            "DELETE FROM helpdesk_ticket_participant WHERE ticket_id = ANY(%s)", [ids]
        )
        for person in people:
            partner = self.people[person.number].partner_id
            cr.execute(
                "UPDATE res_partner SET helpdesk_scope = %s, helpdesk_is_manager = %s"
                " WHERE id = %s",
                [person.scope, person.is_manager, partner.id],
            )
            for place in person.manages:
                cr.execute(
                    "INSERT INTO helpdesk_ticket_location_manager_rel"
                    " (partner_id, location_id) VALUES (%s, %s)",
                    [partner.id, self.places[place].id],
                )
        for record, ticket in zip(self.tickets, tickets, strict=True):
            self._set_up_ticket(record, ticket)
        self.env.invalidate_all(flush=False)
        cr.cache.clear()

    def _set_up_ticket(self, record, ticket):
        cr = self.env.cr
        requester = self.people[ticket.requester].partner_id
        cr.execute(
            "UPDATE helpdesk_ticket SET partner_id = %s, commercial_partner_id = %s,"
            " location_id = %s, category_id = %s, active = %s WHERE id = %s",
            [
                requester.id,
                requester.commercial_partner_id.id,
                None if ticket.place is None else self.places[ticket.place].id,
                self.categories[ticket.category].id or None,
                ticket.active,
                record.id,
            ],
        )
        rows = {ticket.requester: (True, None), **ticket.rows}
        for number, (let_in, moment) in rows.items():
            own = number == ticket.requester
            since = None if moment is None else START + timedelta(days=moment)
            cr.execute(
                "INSERT INTO helpdesk_ticket_participant"
                " (ticket_id, partner_id, source, included, sees_from, date_added)"
                " VALUES (%s, %s, %s, %s, %s, now())",
                [
                    record.id,
                    self.people[number].partner_id.id,
                    "requester" if own else "agent",
                    let_in or own,
                    since,
                ],
            )

    def _compare(self, person, tickets):
        user = self.people[person.number]
        Ticket = self.env["helpdesk.ticket"].with_user(user)
        ids = [ticket.id for ticket in self.tickets]
        ours = [("id", "in", ids)]
        seen = [n for n, ticket in enumerate(tickets) if sees(person, ticket)]
        shown = [n for n in seen if tickets[n].active]
        seen_ids, shown_ids = ({ids[n] for n in some} for some in (seen, shown))
        self.assertEqual(set(Ticket.search(ours).ids), shown_ids)
        everything = Ticket.with_context(active_test=False)
        self.assertEqual(set(everything.search(ours).ids), seen_ids)
        self.assertEqual(Ticket.search_count(ours), len(shown))
        self.assertEqual(set(Ticket.browse(ids)._filtered_access("read").ids), seen_ids)
        self.assertEqual(
            {id_ for id_ in ids if Ticket._portal_find(id_)}, shown_ids, "pages"
        )
        whole = {n for n in seen if sees_since(person, tickets[n]) is None}
        rows = everything.browse(ids)._filtered_access("read").read(["description"])
        told = {row["id"] for row in rows if WORD in (row["description"] or "")}
        self.assertEqual(told, {ids[n] for n in whole}, "requests")
        found = everything.search([*ours, ("description", "like", WORD)])
        self.assertEqual(set(found.ids), {ids[n] for n in whole}, "words of requests")
        self._compare_threads(person, tickets, user, seen, shown)

    def _compare_threads(self, person, tickets, user, seen, shown):
        Message = self.env["mail.message"].with_user(user)
        wanted = {
            id_
            for id_, (n, moment) in self.public.items()
            if n in seen and sees_moment(person, tickets[n], moment)
        }
        both = [*self.public, *self.internal]
        found = Message.search([("id", "in", both)])
        self.assertEqual(set(found.ids), wanted, "messages")
        readable = Message.browse(both)._filtered_access("read")
        self.assertEqual(set(readable.ids), wanted, "messages by id")
        File = self.env["ir.attachment"].with_user(user).sudo()
        opened = {id_ for id_ in self.files if File.browse(id_)._is_open_to_reader()}
        wanted = {
            id_
            for id_, (n, moment) in self.files.items()
            if n in shown and sees_moment(person, tickets[n], moment)
        }
        self.assertEqual(opened, wanted, "files")
        for file in self.secret_files:
            self.assertFalse(File.browse(file.id)._is_open_to_reader(), "notes' files")
        public = self.env.ref("base.public_user")
        for n, ticket in enumerate(self.tickets):
            token = ticket._get_mail_token(user.partner_id.id)
            opened = self.env["helpdesk.ticket"].with_user(public)
            opened = opened._portal_find(ticket.id, token)
            self.assertEqual(bool(opened), n in shown, "links")
            if opened:
                texts = opened._get_public_messages(opened._get_history_start())
                moments = {self.public[text.id][1] for text in texts}
                wanted = {
                    moment
                    for moment in range(MOMENTS)
                    if sees_moment(person, tickets[n], moment)
                }
                self.assertEqual(moments, wanted, "the thread by a link")
