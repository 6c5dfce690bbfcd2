# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from .common import PORTAL, HelpdeskCommon

EARLY = "earlyneedle"
LATE = "lateneedle"
REQUEST = "requestneedle"


class SharingCase(HelpdeskCommon):
    """Eva, of another customer, takes part in Ana's ticket from a moment on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(
            name="Door does not open",
            description=f"<p>{REQUEST} 4711</p>",
            location_id=cls.location.id,
            user_id=cls.laura.id,
        )
        now = fields.Datetime.now()
        cls.early = cls._write(cls.ticket, EARLY, now - timedelta(days=2))
        cls.row = cls.env["helpdesk.ticket.participant"].create(
            {
                "ticket_id": cls.ticket.id,
                "partner_id": cls.eva.partner_id.id,
                "source": "customer",
                "sees_from": now - timedelta(days=1),
            }
        )
        cls.late = cls._write(cls.ticket, LATE, now)
        old = now - timedelta(days=3)
        cls.own_file = cls.env["ir.attachment"].create(
            {
                "name": "request.pdf",
                "raw": b"request file",
                "res_model": "helpdesk.ticket",
                "res_id": cls.ticket.id,
            }
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE ir_attachment SET create_date = %s WHERE id = %s",
            [old, cls.own_file.id],
        )
        cls.ticket._refresh_search_text()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _write(cls, ticket, word, moment):
        message = ticket.with_user(cls.laura).message_post(
            body=f"Answer {word}",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[(f"{word}.pdf", f"%PDF- {word} file".encode())],
        )
        message.sudo().date = moment
        return message.sudo()

    def setUp(self):
        super().setUp()
        self.env.invalidate_all()

    def as_user(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.ticket.with_user(user)


@tagged("post_install", "-at_install")
class TestHistory(SharingCase):
    """Settled: "an outsider from the moment they were added"."""

    def test_messages(self):
        """By id, by search and by the thread: later ones only."""
        Message = self.env["mail.message"].with_user(self.eva)
        on_ticket = [("model", "=", "helpdesk.ticket"), ("res_id", "=", self.ticket.id)]
        self.assertEqual(Message.search(on_ticket).ids, self.late.ids)
        self.assertFalse(Message.search([*on_ticket, ("body", "like", EARLY)]))
        self.assertIn(LATE, Message.browse(self.late.id).read(["body"])[0]["body"])
        with self.assertRaises(AccessError):
            Message.browse(self.early.id).read(["body"])
        self.assertEqual(
            Message._get_with_access(self.late.id).id, self.late.id, "later ones open"
        )
        self.assertFalse(Message._get_with_access(self.early.id))
        thread = self.as_user(self.eva).sudo()._portal_thread(with_request=True)
        text = str(thread)
        self.assertIn(LATE, text)
        for hidden in (EARLY, REQUEST, "request.pdf"):
            self.assertNotIn(hidden, text)

    def test_changes_of_state(self):
        """The lines of changes of state are part of the thread: later ones only."""
        self.flush_tracking()
        for kind, days in (("waiting_other", 2), ("in_progress", 0)):
            before = self.ticket.message_ids
            quiet = self.ticket.with_context(helpdesk_no_notice=True)
            quiet.stage_id = self.stages[kind]
            self.flush_tracking()
            lines = self.ticket.message_ids - before
            lines.date = fields.Datetime.now() - timedelta(days=days)
        seen = {}
        for user in (self.eva, self.ana):
            rows = self.as_user(user).sudo()._portal_thread()["rows"]
            seen[user] = [row["name"] for row in rows if row["kind"] == "state"]
        early, late = self.stages["waiting_other"].name, self.stages["in_progress"].name
        self.assertEqual(seen, {self.eva: [late], self.ana: [early, late]})

    def test_subject_and_details_stay_the_request_does_not(self):
        """Subject and details stay visible to a participant; the text before does not,
        by no way of reading.
        """
        ticket = self.as_user(self.eva)
        row = ticket.read(["name", "number", "stage_id", "location_id", "description"])
        self.assertEqual(row[0]["name"], "Door does not open")
        self.assertTrue(row[0]["number"])
        self.assertEqual(row[0]["stage_id"][0], self.ticket.stage_id.id)
        self.assertFalse(row[0]["description"])
        Ticket = self.env["helpdesk.ticket"].with_user(self.eva)
        names = ["description", "search_text"]
        spec = {name: {} for name in names}
        answers = [
            ticket.read(names),
            ticket.web_read(spec),
            Ticket.search_read([], names),
            Ticket.web_search_read([], spec),
            Ticket.formatted_read_group([], ["description"], ["__count"]),
            Ticket.formatted_read_group([], [], ["search_text:max", "__count"]),
            Ticket.formatted_read_group([], [], ["search_text:array_agg"]),
        ]
        for answer in answers:
            self.assertTrue(answer)
            for hidden in (EARLY, REQUEST):
                self.assertNotIn(hidden, str(answer))
        self.assertIn(REQUEST, str(self.as_user(self.ana).read(["description"])))

    def test_searching_finds_nothing_of_before(self):
        """A hit and a miss look alike, also when the order tells."""
        Ticket = self.env["helpdesk.ticket"].with_user(self.eva)
        self.as_user(self.eva)
        for field in ("description", "search_text"):
            for operator in ("like", "ilike", "not ilike", "=like", "not like"):
                with self.subTest(field=field, operator=operator):
                    hit, miss = (
                        Ticket.search([(field, operator, f"%{word}%")])
                        for word in (REQUEST, "zqxzqx")
                    )
                    self.assertEqual(hit, miss)
        for words, found in (
            (REQUEST, False),
            (EARLY, False),
            ("door open", True),
            (f"#{self.ticket.number}", True),
        ):
            domain = Ticket._portal_search_domain(words)
            self.assertEqual(bool(Ticket.search(domain)), found, words)
        Ticket = self.env["helpdesk.ticket"].with_user(self.ana)
        self.assertTrue(Ticket.search(Ticket._portal_search_domain(REQUEST)))

    def test_exporting_gives_nothing_of_before(self):
        export = self.env.ref("base.group_allow_export")
        self.eva.write({"group_ids": [(4, export.id)]})
        ticket = self.as_user(self.eva)
        self.assertTrue(ticket.export_data(["number", "name"])["datas"])
        for name in ("description", "search_text"):
            with self.assertRaises(AccessError):
                ticket.export_data(["number", name])
        with self.assertRaises(AccessError):
            self.env["mail.message"].with_user(self.eva).browse(
                self.early.id
            ).export_data(["body"])

    def test_the_program_keeps_the_whole_text(self):
        """What a person may not read is not lost when they answer."""
        ticket = self.as_user(self.eva)
        ticket.read(["name", "description"])
        self.assertIn(REQUEST, ticket.sudo().description)
        ticket.message_post(body="I can open it", subtype_xmlid="mail.mt_comment")
        self.env.flush_all()
        ticket.sudo()._refresh_search_text()
        for word in (REQUEST, EARLY, LATE, "can open it"):
            self.assertIn(word, self.ticket.search_text)

    def test_outsiders_begin_when_they_are_added(self):
        """Settled: "A participant of the customer's own company sees the whole
        history; an outsider from the moment they were added"; "To and Cc of the
        first mail see everything".
        """
        Participant = self.env["helpdesk.ticket.participant"]
        ticket = self._create_ticket()
        guest = self.env["res.partner"].create(
            {"name": "Guest", "email": "g@x.example"}
        )
        with self.clock(hours=1) as moment:
            for partner, vals, since in (
                (self.luis.partner_id, {}, False),
                (self.laura.partner_id, {}, False),
                (self.eva.partner_id, {}, moment.replace(microsecond=0)),
                (guest, {"source": "customer"}, moment.replace(microsecond=0)),
            ):
                row = Participant.create(
                    {"ticket_id": ticket.id, "partner_id": partner.id, **vals}
                )
                self.assertEqual(row.sees_from, since, partner.name)
            row.sees_from = False
            row.included = False
            row.included = True
            self.assertFalse(row.sees_from, "everything so far was shared")
            row.unlink()
            for vals in ({"source": "mail_copy"}, {"sees_from": False}):
                row = Participant.create(
                    {"ticket_id": ticket.id, "partner_id": guest.id, **vals}
                )
                self.assertFalse(row.sees_from, vals)
                row.unlink()
        with Form(ticket.with_user(self.sam)) as form:
            with form.participant_ids.new() as line:
                line.partner_id = guest
                self.assertTrue(line.sees_from)
                line.sees_from = False
        self.assertFalse(
            ticket.participant_ids.filtered(lambda p: p.partner_id == guest).sees_from
        )

    def test_sharing_everything_so_far(self):
        """Settled: "unless whoever adds them ticks 'share everything so far'"."""
        self.row.sees_from = False
        ticket = self.as_user(self.eva)
        self.assertIn(REQUEST, ticket.read(["description"])[0]["description"])
        Message = self.env["mail.message"].with_user(self.eva)
        self.assertTrue(Message.browse(self.early.id).read(["body"]))

    def test_scope_sees_all_of_it(self):
        """Who sees the ticket by their scope sees its whole history."""
        self.row.partner_id = self.luis.partner_id
        luis = self.luis.partner_id
        Message = self.env["mail.message"].with_user(self.luis)
        cases = (("own", False), ("location", False), ("location", True))
        for scope, manages in (*cases, ("company", False)):
            luis.helpdesk_scope = scope
            self.location.manager_ids = luis if manages else False
            whole = scope == "company" or manages
            with self.subTest(scope=scope, manages=manages):
                ticket = self.as_user(self.luis)
                self.assertEqual(
                    Message.browse(self.early.id).has_access("read"), whole
                )
                text = str(ticket.read(["description"]))
                self.assertEqual(REQUEST in text, whole)

    def test_who_becomes_the_requester_sees_all_of_it(self):
        self.ticket.partner_id = self.eva.partner_id
        Message = self.env["mail.message"].with_user(self.eva)
        self.as_user(self.eva)
        self.assertTrue(Message.browse(self.early.id).has_access("read"))

    def test_our_people_see_all_of_it(self):
        """The moment is for customers: an agent in copy reads what they answer."""
        self.row.partner_id = self.laura.partner_id
        ticket = self.as_user(self.laura)
        self.assertIn(REQUEST, ticket.read(["description"])[0]["description"])
        self.assertIn(EARLY, str(ticket.sudo()._portal_thread()))


@tagged("post_install", "-at_install")
class TestHistoryPage(SharingCase, HttpCase):
    """The page of who takes part from a moment on, and its files."""

    def test_page_and_files(self):
        self.authenticate(self.eva.login, self.eva.login)
        page = self.url_open(f"/my/ticket/{self.ticket.id}").text
        for word, shown in (
            ("Door does not open", True),
            (LATE, True),
            ("What was written before is not shown", True),
            (EARLY, False),
            (REQUEST, False),
            ("request.pdf", False),
        ):
            self.assertEqual(word in page, shown, word)
        for file, opens in (
            (self.late.attachment_ids, True),
            (self.early.attachment_ids, False),
            (self.own_file, False),
        ):
            token = self.ticket._get_file_token(file.id, self.eva.partner_id.id)
            for query in ("", f"?access_token={token}"):
                answer = self.url_open(f"/web/content/{file.id}{query}")
                self.assertEqual(answer.status_code, 200 if opens else 404, file.name)
        live = self.url_open(f"/my/ticket/{self.ticket.id}/live?after=0&stamp=x").text
        self.assertIn(LATE, live)
        self.assertNotIn(EARLY, live)
        found = self.url_open(f"/my/tickets?search={EARLY}").text
        self.assertNotIn("Door does not open", found)

    def test_doors(self):
        """RPC, /json/2 and the core's threads alike: nothing of before."""
        self.authenticate(self.eva.login, self.eva.login)
        ids = self.ticket.ids
        messages = (self.early + self.late).ids
        on_ticket = [["model", "=", "helpdesk.ticket"], ["res_id", "=", ids[0]]]
        names = ["name", "description", "search_text"]
        calls = [
            ("helpdesk.ticket", "read", [ids, names]),
            ("helpdesk.ticket", "search_read", [[], names]),
            ("helpdesk.ticket", "web_read", [ids, {name: {} for name in names}]),
            ("helpdesk.ticket", "export_data", [ids, names]),
            ("helpdesk.ticket", "formatted_read_group", [[], ["description"], []]),
            ("helpdesk.ticket", "onchange", [ids, {}, [], {n: {} for n in names}]),
            ("helpdesk.ticket", "copy", [ids]),
            ("mail.message", "read", [messages, ["body"]]),
            ("mail.message", "search_read", [on_ticket, ["body", "preview"]]),
            ("mail.message", "export_data", [messages, ["body"]]),
            ("mail.message", "formatted_read_group", [on_ticket, ["body"], []]),
            ("ir.attachment", "search_read", [[], ["name"]]),
        ]
        thread = {"thread_model": "helpdesk.ticket", "thread_id": ids[0]}
        shown = ""
        for model, method, args in calls:
            params = {"model": model, "method": method, "args": args, "kwargs": {}}
            path = f"/web/dataset/call_kw/{model}/{method}"
            shown += self._ask(path, params, f"{model} {method}")
        for path in ("/mail/chatter_fetch", "/mail/thread/messages", "/mail/data"):
            shown += self._ask(path, {**thread, "fetch_params": {}}, path)
        key = self.env["res.users.apikeys"].with_user(self.eva).sudo()
        key = key._generate("rpc", "x", fields.Datetime.now() + timedelta(days=1))
        for path, values in (
            ("helpdesk.ticket/read", {"ids": ids, "fields": names}),
            ("mail.message/search_read", {"domain": on_ticket, "fields": ["body"]}),
        ):
            answer = self.url_open(
                f"/json/2/{path}",
                json=values,
                headers={"Authorization": f"Bearer {key}"},
            )
            self._assert_nothing_of_before(answer.text, path)
            shown += answer.text
        self.assertIn("Door does not open", shown)
        self.assertIn(LATE, shown)

    def _ask(self, path, params, what):
        answer = self.url_open(path, json=self.build_rpc_payload(params)).text
        self._assert_nothing_of_before(answer, what)
        return answer

    def _assert_nothing_of_before(self, text, what):
        for hidden in (EARLY, REQUEST):
            self.assertNotIn(hidden, text, what)

    def test_the_requester_sees_all(self):
        self.authenticate(self.ana.login, self.ana.login)
        page = self.url_open(f"/my/ticket/{self.ticket.id}").text
        for word in (LATE, EARLY, REQUEST, "request.pdf"):
            self.assertIn(word, page)
        self.assertNotIn("What was written before is not shown", page)
        for file in (self.early.attachment_ids, self.own_file):
            answer = self.url_open(f"/web/content/{file.id}")
            self.assertEqual(answer.status_code, 200, file.name)


@tagged("post_install", "-at_install")
class TestPrivateCategory(HelpdeskCommon):
    """Settled: "is_private (only requester and managers)" cuts through all scopes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.private = cls.env["helpdesk.ticket.category"].create(
            {"name": "Staff", "is_private": True}
        )
        cls.ticket = cls._create_ticket(
            category_id=cls.private.id, location_id=cls.location.id
        )
        cls.rosa = cls._create_person("Rosa Copia", "rosa", PORTAL, cls.hotel)

    def _sees(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.env["helpdesk.ticket"].with_user(user).search([])
        readable = self.ticket.with_user(user).has_access("read")
        self.assertEqual(self.ticket in found, readable, "rule and record check agree")
        return readable

    def _share(self, user):
        return self.env["helpdesk.ticket.participant"].create(
            {"ticket_id": self.ticket.id, "partner_id": user.partner_id.id}
        )

    def test_only_the_requester(self):
        luis = self.luis.partner_id
        self._share(self.rosa)
        self._share(self.eva)
        self.assertTrue(self._sees(self.ana))
        self.assertFalse(self._sees(self.rosa))
        self.assertFalse(self._sees(self.eva))
        for scope in ("own", "location", "company"):
            luis.helpdesk_scope = scope
            self.location.manager_ids = luis
            self.assertFalse(self._sees(self.luis), scope)
        for scope in ("location", "company"):
            self.ana.partner_id.helpdesk_scope = scope
            self.assertTrue(self._sees(self.ana), scope)

    def test_managers_of_the_customer_in_their_scope(self):
        luis = self.luis.partner_id
        luis.helpdesk_is_manager = True
        self.assertFalse(self._sees(self.luis), "own scope")
        luis.helpdesk_scope = "company"
        self.assertTrue(self._sees(self.luis))
        luis.helpdesk_scope = "location"
        self.location.manager_ids = luis
        self.assertTrue(self._sees(self.luis))
        eva = self.eva.partner_id
        eva.helpdesk_is_manager = True
        self._share(self.eva)
        self.assertFalse(self._sees(self.eva), "another customer's manager")
        self.location.manager_ids = eva
        eva.helpdesk_scope = "location"
        self.assertFalse(self._sees(self.eva), "another customer's manager")

    def test_our_people_see_it_as_any_other(self):
        for user, sees in ((self.marta, True), (self.mora, True), (self.ines, False)):
            self.assertEqual(self._sees(user), sees, user.name)

    def test_a_category_that_becomes_private(self):
        self._share(self.rosa)
        self.private.is_private = False
        self.assertTrue(self._sees(self.rosa))
        self.private.is_private = True
        self.assertFalse(self._sees(self.rosa))
        self.ticket.category_id = False
        self.assertTrue(self._sees(self.rosa))

    def test_no_mail_to_who_does_not_see_it(self):
        self._share(self.rosa)
        with self.mock_mail_gateway():
            message = self._answer(self.ticket, self.sam, "About your colleague")
        self.assertEqual(message.sudo().notified_partner_ids, self.ana.partner_id)
        self.private.is_private = False
        with self.mock_mail_gateway():
            message = self._answer(self.ticket, self.sam, "For everybody")
        self.assertIn(self.rosa.partner_id, message.sudo().notified_partner_ids)
