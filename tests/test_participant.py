from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tools.discuss import Store

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestParticipant(HelpdeskCommon):
    """Who takes part sees the ticket; who is removed sees nothing more."""

    def _share(self, ticket, user, **vals):
        return self.env["helpdesk.ticket.participant"].create(
            {"ticket_id": ticket.id, "partner_id": user.partner_id.id, **vals}
        )

    def _visible(self, ticket, user):
        self.env.invalidate_all()
        found = self.env["helpdesk.ticket"].with_user(user).search([])
        readable = ticket.with_user(user).has_access("read")
        self.assertEqual(ticket in found, readable, "rule and record check agree")
        return readable

    def test_the_requester_takes_part(self):
        ticket = self._create_ticket()
        self.assertEqual(ticket.participant_ids.partner_id, self.ana.partner_id)
        self.assertEqual(ticket.participant_ids.source, "requester")
        self.assertIn(self.ana.partner_id, ticket.message_partner_ids)
        self.assertTrue(self._visible(ticket, self.ana))

    def test_a_colleague_sees_nothing_until_added(self):
        ticket = self._create_ticket()
        self.assertFalse(self._visible(ticket, self.luis))
        row = self._share(ticket, self.luis)
        self.assertTrue(self._visible(ticket, self.luis))
        self.assertIn(self.luis.partner_id, ticket.message_partner_ids)
        row.unlink()
        self.assertFalse(self._visible(ticket, self.luis))
        self.assertNotIn(self.luis.partner_id, ticket.message_partner_ids)

    def test_listed_in_copy_is_not_let_in(self):
        ticket = self._create_ticket()
        row = self._share(ticket, self.eva, included=False)
        self.assertFalse(self._visible(ticket, self.eva))
        self.assertNotIn(self.eva.partner_id, ticket.message_partner_ids)
        row.included = True
        self.assertTrue(self._visible(ticket, self.eva))

    def test_a_follower_who_does_not_take_part_sees_nothing(self):
        ticket = self._create_ticket()
        ticket.message_subscribe(self.eva.partner_id.ids)
        self.assertFalse(self._visible(ticket, self.eva))

    def test_a_changed_requester_takes_over_and_the_former_stays(self):
        ticket = self._create_ticket()
        ticket.partner_id = self.luis.partner_id
        self.assertEqual(ticket.partner_email, "luis@test.example")
        sources = {p.partner_id: p.source for p in ticket.participant_ids}
        self.assertEqual(sources[self.luis.partner_id], "requester")
        self.assertTrue(self._visible(ticket, self.luis))
        self.assertTrue(self._visible(ticket, self.ana))

    def test_scope_widens_what_a_contact_sees(self):
        ticket = self._create_ticket(location_id=self.location.id)
        self.assertFalse(self._visible(ticket, self.luis))
        partner = self.luis.partner_id
        partner.helpdesk_scope = "company"
        self.assertTrue(self._visible(ticket, self.luis))
        partner.helpdesk_scope = "location"
        self.assertFalse(self._visible(ticket, self.luis))
        self.location.manager_ids = partner
        self.assertTrue(self._visible(ticket, self.luis))

    def test_one_person_once(self):
        ticket = self._create_ticket()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._share(ticket, self.ana)

    def test_who_was_removed_reads_no_old_message_and_no_note(self):
        """Internal notes: never, by no route, id, search or past notification."""
        ticket = self._create_ticket(user_id=self.laura.id)
        row = self._share(ticket, self.luis)
        answer = self._answer(ticket, self.laura, "We are on it")
        own = self._answer(ticket, self.luis, "Thanks")
        note = self._note(ticket, self.laura, partner_ids=self.luis.partner_id.ids)
        log = ticket._message_log(body="logged")
        Message = self.env["mail.message"].with_user(self.luis)
        self.assertEqual(Message.browse(answer.id).body, answer.body)
        for hidden in (note, log):
            with self.assertRaises(AccessError):
                Message.browse(hidden.id).read(["body"])
        row.unlink()
        for hidden in (answer, own, note, log):
            with self.assertRaises(AccessError):
                Message.browse(hidden.id).read(["body"])
        domain = [("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]
        self.assertFalse(Message.search(domain))

    def test_the_right_to_a_thread_is_none_to_its_notes(self):
        """Reactions and link previews ask for a message by this door."""
        ticket = self._create_ticket(user_id=self.laura.id)
        note = self._note(ticket, self.laura)
        answer = self._answer(ticket, self.laura)
        by_token = {"token": ticket.access_token}
        public = self.env.ref("base.public_user")
        for user, mode, access, opened in (
            (self.ana, "read", {}, answer),
            (self.ana, "create", {}, answer),
            (public, "read", by_token, answer),
            (public, "create", by_token, answer),
            (self.laura, "read", {}, answer + note),
            (self.ines, "read", by_token, answer),
        ):
            Message = self.env["mail.message"].with_user(user)
            with self.subTest(user=user.name, mode=mode):
                found = [
                    Message._get_with_access(message.id, mode=mode, **access).id
                    for message in answer + note
                ]
                self.assertEqual(list(filter(None, found)), opened.ids)

    def test_a_thread_tells_customers_neither_files_of_notes_nor_followers(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        self._note(ticket, self.laura, attachments=[("secret.txt", b"x")])
        public = self.env.ref("base.public_user")
        asked = ["attachments", "followers", "activities", "suggestedRecipients"]
        for user, told in ((public, False), (self.laura, True)):
            store = Store()
            thread = ticket.with_user(user)
            thread = thread.sudo() if user == public else thread
            thread._thread_to_store(store, [], request_list=asked)
            with self.subTest(user=user.name):
                self.assertEqual("secret.txt" in str(store.get_result()), told)

    def test_employees_export_no_notes_of_tickets_they_do_not_see(self):
        export = self.env.ref("base.group_allow_export")
        self.ines.write({"group_ids": [(4, export.id)]})
        ticket = self._create_ticket(user_id=self.laura.id)
        note = self._note(ticket, self.laura, partner_ids=self.marta.partner_id.ids)
        notification = note.notification_ids.with_user(self.ines)
        self.assertTrue(notification)
        with self.assertRaises(AccessError):
            notification.export_data(["mail_message_id/body"])

    def test_notes_are_mailed_to_no_customer(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        with self.mock_mail_gateway():
            note = self._note(ticket, self.laura, partner_ids=self.ana.partner_id.ids)
        self.assertFalse(note.notified_partner_ids & self.ana.partner_id)
        self.assertNotSentEmail(["ana@test.example"])

    def test_customers_neither_rewrite_nor_forge_messages(self):
        ticket = self._create_ticket()
        mine = self._answer(ticket, self.ana, "Hello")
        Message = self.env["mail.message"].with_user(self.ana)
        with self.assertRaises(AccessError):
            Message.browse(mine.id).write({"body": "changed"})
        with self.assertRaises(AccessError):
            Message.create(
                {
                    "model": "helpdesk.ticket",
                    "res_id": ticket.id,
                    "body": "forged",
                    "message_type": "comment",
                    "subtype_id": self.env.ref("mail.mt_comment").id,
                }
            )
        with self.assertRaises(AccessError):
            ticket.with_user(self.ana)._message_update_content(mine, body="changed")

    def test_customers_choose_neither_author_nor_subtype_nor_files(self):
        ticket = self._create_ticket()
        theirs = self.env["ir.attachment"].create({"name": "s.txt", "raw": b"secret"})
        message = self._answer(
            ticket,
            self.ana,
            author_id=self.laura.partner_id.id,
            partner_ids=self.eva.partner_id.ids,
        )
        self.assertEqual(message.author_id, self.ana.partner_id)
        self.assertFalse(message.partner_ids)
        note = ticket.with_user(self.ana).message_post(
            body="x", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(note.sudo().subtype_id, self.env.ref("mail.mt_comment"))
        with self.assertRaises(AccessError):
            self._answer(ticket, self.ana, attachment_ids=theirs.ids)

    def test_a_foreign_ticket_takes_no_message(self):
        with self.assertRaises(AccessError):
            self._answer(self._create_ticket(), self.eva)
