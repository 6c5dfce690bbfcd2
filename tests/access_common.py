import base64
import io
import zipfile

import requests

from odoo import fields, http
from odoo.tests import HttpCase

from .access_tables import (
    SEES,
    SIGNED_IN,
)
from .common import PORTAL, HelpdeskCommon
from .figures import FiguresCase

MODULES = ("helpdesk_mgmt", "helpdesk_type", "helpdesk_service_portal")
MARKERS = tuple(SEES)
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
FINGERPRINT = """
    SELECT (SELECT json_agg(t ORDER BY id) FROM (
                SELECT id, name, description, stage_id, team_id, user_id, priority,
                       partner_id, location_id, category_id, type_id, active,
                       access_token, customer_request, interaction_count
                  FROM helpdesk_ticket WHERE id IN %(ids)s) t)::text,
           (SELECT json_agg(m ORDER BY id) FROM (
                SELECT id, body, is_internal, subtype_id, author_id, subject, res_id
                  FROM mail_message
                 WHERE model = 'helpdesk.ticket' AND res_id IN %(ids)s) m)::text,
           (SELECT json_agg(a ORDER BY id) FROM (
                SELECT id, name, checksum, res_id, access_token, public
                  FROM ir_attachment
                 WHERE res_model = 'helpdesk.ticket' AND res_id IN %(ids)s) a)::text,
           (SELECT json_agg(p ORDER BY id) FROM (
                SELECT id, ticket_id, partner_id, included, sees_from, source
                  FROM helpdesk_ticket_participant
                 WHERE ticket_id IN %(ids)s) p)::text,
           (SELECT json_agg(f ORDER BY id) FROM (
                SELECT id, res_id, partner_id FROM mail_followers
                 WHERE res_model = 'helpdesk.ticket' AND res_id IN %(ids)s) f)::text,
           (SELECT count(*) FROM mail_message_reaction),
           (SELECT count(*) FROM helpdesk_ticket),
           (SELECT count(*) FROM helpdesk_ticket_participant),
           (SELECT count(*) FROM mail_message),
           (SELECT json_agg(s ORDER BY id) FROM (
                SELECT id, name, kind FROM helpdesk_ticket_stage) s)::text
"""


class AccessCase(FiguresCase, HelpdeskCommon, HttpCase):
    """Everybody tries every door; what is shown and what changes is compared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rosa = cls._create_person("Rosa Copia", "rosa", PORTAL, cls.hotel)
        cls.users = {role: getattr(cls, role) for role in SIGNED_IN}
        internal = cls.ines | cls.laura | cls.marta | cls.sam | cls.mora
        export = cls.env.ref("base.group_allow_export")
        internal.write({"group_ids": [fields.Command.link(export.id)]})
        cls.users["visitor"] = cls.env.ref("base.public_user")
        cls.public_files = cls.env["ir.attachment"]
        # of the desks in the demo data, some let visitors write
        cls.env["helpdesk.ticket.team"].search([]).visitor_form = False
        other_team = cls._create_team("Other desk", cls.env["res.users"])
        cls.ana_ticket = cls._create_marked_ticket("ANA", cls.ana, user_id=cls.laura.id)
        cls.eva_ticket = cls._create_marked_ticket(
            "EVA", cls.eva, team_id=other_team.id, user_id=cls.sam.id
        )
        cls.ana_ticket.participant_ids = [
            fields.Command.create(
                {"partner_id": cls.rosa.partner_id.id, "source": "customer"}
            )
        ]
        cls.notes = cls.env["mail.message"].browse()
        for ticket in (cls.ana_ticket, cls.eva_ticket):
            cls.notes |= cls._create_internals(ticket, ticket.name.split()[0][:3])
        cls.env.flush_all()
        cls.checks = cls.violated = 0

    @classmethod
    def tearDownClass(cls):
        if cls.checks:
            cls.tell(
                f"Access matrix, {cls.__name__}: {cls.checks} checks, "
                f"{cls.violated} violations"
            )
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        self.violations = {}

    @classmethod
    def _create_marked_ticket(cls, who, requester, **vals):
        """Create a ticket whose public part holds ``<who>PUB``."""
        ticket = cls._create_ticket(
            requester,
            name=f"{who}PUB subject",
            description=f"<p>{who}PUB description</p>",
            location_id=cls.location.id if requester == cls.ana else False,
            **vals,
        )
        message = ticket.with_user(requester).message_post(
            body=f"{who}PUB message needle",
            attachments=[(f"{who}PUB.pdf", f"%PDF- {who}PUB file".encode())],
        )
        cls.public_files = cls.public_files | message.sudo().attachment_ids
        return ticket

    @classmethod
    def _create_internals(cls, ticket, who):
        """Write every kind of internal message about ``ticket``, with a file.

        The requester was notified of one, wrote one before it was made internal and
        is mentioned in one: none of that opens it.
        """
        requester = ticket.partner_id
        post = ticket.with_user(cls.sam).message_post
        text = {"body": f"{who}NOTE secretneedle"}
        file = {"attachments": [(f"{who}NOTE.pdf", f"{who}NOTE file".encode())]}
        notes = post(**text, **file, subtype_xmlid="mail.mt_note")
        notes |= post(**text, message_type="notification", subtype_xmlid="mail.mt_note")
        notes |= ticket._message_log(**text)
        notes |= post(**text, partner_ids=requester.ids, subtype_xmlid="mail.mt_note")
        mine = post(**text, **file, subtype_xmlid="mail.mt_note")
        mine.sudo().write({"author_id": requester.id, "create_uid": cls.ana.id})
        hidden = post(**text, subtype_xmlid="mail.mt_comment")
        hidden.sudo().is_internal = True
        notes |= mine | hidden
        for note in notes.filtered(lambda n: requester not in n.notified_partner_ids):
            cls.env["mail.notification"].create(
                {
                    "mail_message_id": note.id,
                    "res_partner_id": requester.id,
                    "notification_type": "inbox",
                    "is_read": False,
                }
            )
        tracked = post(
            body="", message_type="notification", subtype_xmlid="mail.mt_note"
        )
        cls.env["mail.tracking.value"].sudo().create(
            {
                "mail_message_id": tracked.id,
                "field_id": cls.env["ir.model.fields"]
                ._get("helpdesk.ticket", "name")
                .id,
                "old_value_char": f"{who}NOTE old",
                "new_value_char": f"{who}NOTE secretneedle",
            }
        )
        image = cls.env["ir.attachment"].create(
            {
                "name": f"{who}NOTE.png",
                "raw": base64.b64decode(PNG),
                "res_model": "helpdesk.ticket",
                "res_id": ticket.id,
            }
        )
        notes[0].sudo().attachment_ids |= image
        ticket.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=f"{who}NOTE activity",
            user_id=cls.sam.id,
        )
        return notes | tracked

    # ------------------------------------------------------------
    # Trying doors
    # ------------------------------------------------------------

    def sign_in(self, role):
        """Continue as ``role``."""
        login = role != "visitor" and self.users[role].login
        self.authenticate(login or None, login or None)
        self.role = role

    def expect(self, what, good):
        """Count one check of what the current role does."""
        type(self).checks += 1
        if not good:
            type(self).violated += 1
            self.violations.setdefault(what, []).append(self.role)

    def knock(self, what, door, may_change=False, may_see=()):
        """Try a door, undo what it did, check that nothing leaked or changed.

        :param door: function without arguments that returns a response
        :return: the response, with ``changed`` and ``text`` set
        """
        self.env.cr.flush()
        before = self._fingerprint()
        with self.env.cr.savepoint(flush=False) as savepoint:
            response = door()
            response.changed = self._fingerprint() != before
            savepoint.rollback()
        self.env.invalidate_all()
        response.seen = self._find_markers(response)
        wrong = [
            marker
            for marker in response.seen
            if SEES[marker][self.role] == "-" and marker not in may_see
        ]
        self.expect(f"{what} shows {wrong}", not wrong)
        self.expect(
            f"{what} answers {response.status_code}", response.status_code < 500
        )
        if not may_change:
            self.expect(f"{what} changes data", not response.changed)
        return response

    def _fingerprint(self):
        ids = (self.ana_ticket.id, self.eva_ticket.id)
        self.env.cr.execute(FINGERPRINT, {"ids": ids})
        return self.env.cr.fetchone()

    def _find_markers(self, response):
        content = response.content
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content += b"".join(archive.read(name) for name in archive.namelist())
        return {
            marker
            for marker in MARKERS
            if marker.encode() in content
            or base64.b64encode(f"{marker} file".encode())[:-3] in content
        }

    def get(self, url, **kw):
        return self.url_open(url, allow_redirects=False, **kw)

    def post(self, url, data=None, csrf=True, **kw):
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data, allow_redirects=False, method="POST", **kw)

    def json(self, url, params):
        """Call a JSON-RPC route; ``response.result`` and ``.error`` are set."""
        response = self.url_open(url, json=self.build_rpc_payload(params))
        try:
            answer = response.json()
        except requests.JSONDecodeError:
            answer = {"error": {"data": {"name": str(response.status_code)}}}
        response.result = answer.get("result")
        response.error = (answer.get("error") or {}).get("data", {}).get("name")
        return response

    def call(self, model, method, args=(), kwargs=None):
        params = {"model": model, "method": method, "args": args}
        return self.json(
            f"/web/dataset/call_kw/{model}/{method}", {**params, "kwargs": kwargs or {}}
        )

    def assert_no_violations(self):
        lines = [f"{' '.join(who)}: {what}" for what, who in self.violations.items()]
        if lines:
            self.fail(f"{len(lines)} violations:\n" + "\n".join(lines))
