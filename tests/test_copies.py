# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HelpdeskCommon

AGENCY = "rosa@agency.example"


@tagged("post_install", "-at_install")
class TestCopies(HelpdeskCommon):
    """Customers put people in copy of their tickets, let them in and take them out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(location_id=cls.location.id)

    def setUp(self):
        super().setUp()
        with self.clock(days=-2):
            self._answer(self.ticket, self.laura, "Two days ago")
        # a wait is over, whatever other tests counted
        self._hits = self.env["helpdesk.rate.limit"].sudo()
        self.patch(type(self._hits), "_hit", lambda limit, *a, **kw: False)

    # ------------------------------------------------------------
    # Adding
    # ------------------------------------------------------------

    def test_a_colleague_is_added_and_sees_everything(self):
        """S2-26 Shortcut: add people to the conversation. S1-06 … those where he is
        in copy: own company freely, the whole history."""
        self._add(self.luis.email)
        row = self._row(self.luis.partner_id)
        self.assertEqual(row.source, "customer")
        self.assertEqual(row.added_by_id, self.ana.partner_id)
        self.assertTrue(row.included)
        self.assertFalse(row.sees_from)
        self.assertTrue(self.ticket.with_user(self.luis).has_access("read"))
        self.assertEqual(len(self._seen_by(self.luis)), 2)

    def test_an_outsider_sees_what_comes_after(self):
        """S2-26 … add people: an outsider from the moment they were added."""
        self._add(self.eva.email)
        self.assertTrue(self._row(self.eva.partner_id).sees_from)
        self.assertEqual(self._seen_by(self.eva), ["Ana Pérez added"])

    def test_an_outsider_sees_all_where_the_tick_says_so(self):
        """S2-26 … add people: unless whoever adds them ticks "share everything so
        far"."""
        self._add(self.eva.email, share_all=True)
        self.assertFalse(self._row(self.eva.partner_id).sees_from)
        self.assertEqual(len(self._seen_by(self.eva)), 2)

    def test_somebody_unknown_becomes_a_contact(self):
        """S2-36 People in copy: by an address nobody knew, with or without a name."""
        self._add("Rosa Gil <Rosa@Agency.example>", "new@test.example")
        people = self.ticket.participant_ids.partner_id
        rosa = people.filtered(lambda person: person.email == AGENCY)
        self.assertEqual(rosa.name, "Rosa Gil")
        self.assertFalse(rosa.parent_id)
        self.assertTrue(self._row(rosa).sees_from)

    def test_a_new_colleague_is_known_by_the_domain(self):
        """S2-26 … add people: an unknown address of the hotel's own domain is a
        colleague's."""
        self.hotel.email = "hotel@solhotel.example"
        self._add("nora@solhotel.example")
        nora = self.ticket.participant_ids.partner_id.filtered(
            lambda person: person.email == "nora@solhotel.example"
        )
        self.assertEqual(nora.parent_id, self.hotel)
        self.assertFalse(self._row(nora).sees_from)

    def test_who_is_added_is_told_once(self):
        """S2-26 … add people: a line of the thread says so, and a mail to who is
        added; twice is once."""
        self._add(self.luis.email)
        self._add(self.luis.email)
        line = self._lines()
        self.assertEqual(len(line), 1)
        self.assertEqual(line.author_id, self.ana.partner_id)
        self.assertIn("Ana Pérez added Luis Mora.", line.body)
        mails = self.env["mail.mail"].search([("mail_message_id", "=", line.id)])
        self.assertIn(self.luis.partner_id, mails.recipient_ids)

    def test_the_team_decides_who_adds(self):
        """S2-26 … add people: nobody, managers, or everybody of the customer."""
        self.team.add_people = "nobody"
        with self.assertRaises(AccessError):
            self._add(self.luis.email)
        self.team.add_people = "managers"
        with self.assertRaises(AccessError):
            self._add(self.luis.email)
        self.ana.partner_id.helpdesk_is_manager = True
        self._add(self.luis.email)
        self.ana.partner_id.helpdesk_is_manager = False
        self.location.manager_ids = self.ana.partner_id
        self._add(self.eva.email)

    def test_who_is_only_in_copy_adds_nobody(self):
        """S2-26 … add people: an outsider in copy reads and answers, and no more."""
        self._add(self.eva.email)
        with self.assertRaises(AccessError):
            self._own(self.eva)._portal_add_person("friend@luna.example")

    def test_nobody_joins_a_closed_ticket(self):
        """S2-33 Closed: end of the life cycle: no people are added either."""
        self.ticket.action_close()
        with self.assertRaises(AccessError):
            self._add(self.luis.email)

    def test_our_own_addresses_are_refused(self):
        """S2-36 People in copy: our team sees the ticket anyway."""
        self.env.company.helpdesk_email = "help@desk.example"
        for address in ("help@desk.example", self.laura.email):
            with self.subTest(address=address), self.assertRaises(UserError):
                self._add(address)
        self.assertNotIn(self.laura.partner_id, self.ticket.participant_ids.partner_id)

    def test_unknown_addresses_are_limited(self):
        """S2-36 People in copy: nobody floods strangers with our mails; colleagues
        are not counted."""
        hits = []

        def hit(_limit, door, key, *args, **kwargs):
            hits.append((door, key))
            return len(hits) > 2 and self.env.cr.now()

        with patch.object(type(self._hits), "_hit", hit):
            self._add(self.luis.email, "a@one.example", "b@two.example")
            self.assertEqual(hits, [("copy", self.ana.id)] * 2)
            with self.assertRaises(UserError):
                self._add("c@three.example")

    def test_what_is_typed_is_read(self):
        """S2-36 People in copy: several, separated as people do; what is none is
        said."""
        parse = self.env["helpdesk.ticket"].with_user(self.ana)._portal_parse_people
        self.assertEqual(
            parse(
                "a@x.example, Rosa <b@x.example>\nc@x.example;d@x.example e@x.example"
            ),
            (
                [
                    "a@x.example",
                    "Rosa <b@x.example>",
                    "c@x.example",
                    "d@x.example",
                    "e@x.example",
                ],
                "",
            ),
        )
        self.assertIn("“luis”", parse("luis")[1])
        self.assertIn(
            "At most 20", parse(",".join(f"a{n}@x.example" for n in range(21)))[1]
        )
        self.assertIn("one of us", parse(self.laura.email)[1])
        self.assertEqual(parse(None), ([], ""))

    # ------------------------------------------------------------
    # Letting in, taking out, leaving
    # ------------------------------------------------------------

    def test_who_was_in_copy_of_a_mail_is_let_in(self):
        """S1-06 … where he is in copy: foreign addresses are listed as not included
        until the requester includes them with one click."""
        row = self._copy_of_mail(self.eva.partner_id)
        self.assertFalse(self.ticket.with_user(self.eva).has_access("read"))
        self.assertTrue(self._own()._portal_include_person(self.eva.partner_id.id))
        self.assertTrue(row.included)
        self.assertFalse(row.sees_from)  # had the mail itself
        self.assertTrue(self.ticket.with_user(self.eva).has_access("read"))
        self.assertIn("Ana Pérez let Eva", self._lines().body.replace('"', ""))

    def test_who_is_taken_out_sees_nothing_more(self):
        """S2-24 … people in copy: taken out by the requester, who says so."""
        self._add(self.luis.email)
        self.assertTrue(self._own()._portal_remove_person(self.luis.partner_id.id))
        self.assertFalse(self.ticket.with_user(self.luis).has_access("read"))
        self.assertNotIn(self.luis.partner_id, self.ticket.message_partner_ids)
        self.assertIn("Ana Pérez took Luis Mora out", self._lines()[-1].body)

    def test_who_may_take_out(self):
        """S2-24 … people in copy: not by whoever is in copy, never the requester."""
        self._add(self.luis.email)
        self._add(self.eva.email)
        own = self._own(self.eva)
        self.assertFalse(own._portal_remove_person(self.luis.partner_id.id))
        own = self._own(self.luis)
        self.assertFalse(own._portal_remove_person(self.ana.partner_id.id))
        self.team.add_people = "nobody"
        self.assertFalse(own._portal_remove_person(self.eva.partner_id.id))
        self.team.add_people = "all"
        self.assertTrue(own._portal_remove_person(self.eva.partner_id.id))

    def test_one_leaves_by_oneself(self):
        """S2-24 … people in copy: who does not want to be there leaves; the requester
        stays."""
        self._add(self.eva.email)
        self.assertTrue(self._own(self.eva)._portal_leave())
        self.assertFalse(self.ticket.with_user(self.eva).has_access("read"))
        self.assertIn("Eva Luna left this ticket.", self._lines()[-1].body)
        self.assertFalse(self._own()._portal_leave())

    # ------------------------------------------------------------
    # What is said of them
    # ------------------------------------------------------------

    def test_how_and_when_each_came_in(self):
        """S2-24 Requester and people in copy: how each was added and when."""
        self._add(self.luis.email)
        self._copy_of_mail(self.eva.partner_id)
        self.env["helpdesk.ticket.participant"].with_user(self.sam).create(
            {"ticket_id": self.ticket.id, "partner_id": self.ines.partner_id.id}
        )
        rows = self._rows()
        self.assertRegex(rows["Luis Mora"]["added"], r"^added by Ana, \w+ \d+, \d+$")
        self.assertRegex(rows["Eva Luna"]["added"], "^in copy of the e-mail of Ana, ")
        self.assertEqual(rows["Eva Luna"]["sees"], "does not see this ticket")
        self.assertRegex(rows["Ines Sanz"]["added"], "^added by Sam, ")
        self.team.portal_assignee = "team"
        self.assertRegex(self._rows()["Ines Sanz"]["added"], "^added by Desk, ")

    def test_from_when_an_outsider_sees_it(self):
        """S2-24 … people in copy: since when an outsider reads along."""
        self._add(self.eva.email)
        self.assertRegex(
            self._rows()["Eva Luna"]["sees"], "^sees what was written since "
        )

    # ------------------------------------------------------------

    def _own(self, user=None):
        """Return the ticket as the portal finds it for ``user`` (Ana)."""
        Ticket = self.env["helpdesk.ticket"].with_user(user or self.ana)
        return Ticket._portal_find(self.ticket.id)

    def _add(self, *emails, **kwargs):
        return self._own()._portal_add_people(list(emails), **kwargs)

    def _row(self, person):
        return self.ticket.participant_ids.filtered(lambda r: r.partner_id == person)

    def _rows(self):
        self.env.invalidate_all()
        return {row["name"]: row for row in self._own()._get_copy_rows()}

    def _copy_of_mail(self, person):
        return self.env["helpdesk.ticket.participant"].create(
            {
                "ticket_id": self.ticket.id,
                "partner_id": person.id,
                "source": "mail_copy",
                "added_by_id": self.ana.partner_id.id,
                "included": False,
            }
        )

    def _lines(self):
        """Return what customers changed, as messages, oldest first."""
        messages = self.ticket._get_public_messages()
        return messages.filtered(lambda m: m.message_type == "auto_comment")

    def _seen_by(self, user):
        """Return the first words of what somebody reads in the thread."""
        rows = self._own(user)._portal_thread()["rows"]
        self.env.invalidate_all()
        return [
            " ".join((row.get("summary") or row.get("body")).split()[:3])
            for row in rows
        ]
