# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import json
import zipfile

from odoo import fields, models
from odoo.fields import Domain

from ..tools.text import file_part

#: tickets read at a time, so that memory does not grow with their number
BATCH = 50
#: what all files of an export may weigh; those beyond it are named, not added
MAX_FILE_BYTES = 1024**3


class ResUsers(models.Model):
    """The personal data of a customer in one ZIP."""

    _inherit = "res.users"

    def _write_personal_data(self, stream):
        """Write profile, own tickets, their public messages and files as a ZIP.

        Tickets of colleagues that the user sees as well are not theirs to take away.

        :param stream: binary file, written to
        :return: how many tickets it holds
        """
        self.ensure_one()
        count, weight = 0, 0
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            self._add_profile(archive)
            ids = self._get_personal_tickets().ids
            for start in range(0, len(ids), BATCH):
                for ticket in self.env["helpdesk.ticket"].browse(
                    ids[start : start + BATCH]
                ):
                    weight = self._add_ticket(archive, ticket, weight)
                    count += 1
                # written by now, and nothing is pending in a page that only reads
                self.env.invalidate_all(flush=False)
        return count

    def _get_personal_tickets(self):
        """Return the tickets the user asked for or takes part in, oldest first."""
        me = self.partner_id.id
        mine = Domain("partner_id", "=", me) | Domain(
            "id", "in", self._get_participations(me)
        )
        # as the user: the rules say what they may see
        return self.env["helpdesk.ticket"].with_user(self).search(mine, order="id")

    def _get_participations(self, partner_id):
        # sudo: helpdesk.ticket.participant - the user's own
        participants = (
            self.env["helpdesk.ticket.participant"]
            .sudo()
            .search_fetch(
                [("partner_id", "=", partner_id), ("included", "=", True)],
                ["ticket_id"],
            )
        )
        return participants.ticket_id.ids

    def _add_profile(self, archive):
        # sudo: res.users, res.partner - the user's own
        user, partner = self.sudo(), self.partner_id.sudo()
        profile = {
            "name": user.name,
            "job_title": partner.function or "",
            "login": user.login,
            "email": user.email or "",
            "phone": user.phone or "",
            "language": user.lang or "",
            "time_zone": user.tz or "",
            "company": partner.commercial_partner_id.name,
            "account_created": fields.Datetime.to_string(user.create_date),
            "two_step_authentication": user.totp_enabled,
            "passkeys": user.auth_passkey_key_ids.mapped("name"),
            "sign_ins": [
                {"date": row["date"], "device": row["name"], "place": row["place"]}
                for row in user._get_sign_ins()
            ],
        }
        archive.writestr("profile.json", self._to_json(profile))
        if partner.image_1920:
            archive.writestr("photo.jpg", base64.b64decode(partner.image_1920))

    def _add_ticket(self, archive, ticket, weight):
        """Add one ticket; return the weight of all files so far.

        :param ticket: of ``_get_personal_tickets``
        :param int weight: bytes of files added before
        """
        start = ticket._get_history_start()
        # sudo: helpdesk.ticket - found by the user's own search; what is printed is
        # what their page of the ticket shows
        ticket = ticket.sudo()
        messages = ticket._get_public_messages(start)
        files = ticket._get_public_attachments(start) | messages.attachment_ids
        folder = f"tickets/{file_part(ticket.number)}"
        names = {}
        for file in files:
            name = f"{folder}/{file.id}-{file_part(file.name)}"
            weight += file.file_size
            if weight <= MAX_FILE_BYTES:
                archive.writestr(name, file.raw or b"")
                names[file.id] = name
            else:
                weight -= file.file_size
                names[file.id] = self.env._("%(name)s (too large)", name=file.name)
        rows = self._get_message_rows(messages, names)
        values = {
            "number": ticket.number,
            "subject": ticket.name,
            "status": ticket.stage_id.name,
            "type": ticket.type_id.name or "",
            "category": ticket.category_id.complete_name or "",
            "location": ticket.location_id.complete_name or "",
            "requester": ticket.partner_id.name,
            "created": fields.Datetime.to_string(ticket.create_date),
            "solved": fields.Datetime.to_string(ticket.solved_date) or "",
            "closed": fields.Datetime.to_string(ticket.closed_date) or "",
            "description": "" if start else str(ticket.description or ""),
            "files": [names[file.id] for file in files - messages.attachment_ids],
            "messages": rows,
        }
        archive.writestr(f"{folder}/ticket.json", self._to_json(values))
        page = self.env["ir.qweb"]._render(
            "helpdesk_service_portal.personal_data_ticket",
            {
                "ticket": ticket,
                "values": values,
                "rows": rows,
                "description": False if start else ticket.description,
                "folder": f"{folder}/",
                "lang": self.env.lang,
            },
        )
        archive.writestr(f"{folder}/ticket.html", f"<!DOCTYPE html>\n{page}")
        return weight

    def _get_message_rows(self, messages, names):
        Ticket = self.env["helpdesk.ticket"]
        return [
            {
                "date": Ticket._get_moment_text(message.date, self.partner_id),
                "author": message._get_writer_text(),
                "text": message.body or "",
                "files": [names[file.id] for file in message.attachment_ids],
            }
            for message in messages
        ]

    def _to_json(self, values):
        return json.dumps(values, ensure_ascii=False, indent=1, default=str)
