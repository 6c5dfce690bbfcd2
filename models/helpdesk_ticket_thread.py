# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io

from markupsafe import escape
from PIL import Image

from odoo import api, models, tools
from odoo.tools import SQL, html2plaintext

from ..tools import dates, thread_html
from .helpdesk_ticket_live import NEWS_DAYS
from .mail_message_thread import WRITER_NAME_LENGTH

PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
#: the box in which pictures of the thread are shown, in pixels
PICTURE_BOX = (360, 300)
#: enough of a file to read the size of the picture from
PICTURE_HEAD = 256 * 1024
EXIF_ORIENTATION = 0x0112
LYING = (5, 6, 7, 8)
#: a notice and the change of state it tells of are one line
SAME_EVENT_SECONDS = 90


class HelpdeskTicket(models.Model):
    """The thread as customers read it, oldest first: what people wrote, what we told
    by ourselves, and the changes of state.
    """

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def _portal_thread(self, with_request=False):
        """Return what this (sudo) ticket's thread shows, as plain values.

        As many statements for a thousand messages as for two.

        :param bool with_request: also the request itself and its files
        :return: dict: ``rows`` oldest first · ``photos`` by contact · ``request_row``
            · ``start``: from when on the reader sees it, None for all of it
        """
        self.ensure_one()
        zone, now = self._get_reader_zone(), self._now()
        start = self._get_history_start()
        messages = self._get_public_messages(start)
        texts = messages.mapped("body")
        files = messages.attachment_ids
        own_files = files.browse()
        if with_request:
            own_files = self._get_public_attachments(start)
            texts.append("" if start else self.description)
        people = messages.author_id | self.user_id.partner_id
        sides = self._get_author_sides(messages)
        context = {
            "zone": zone,
            "lang": self.env.lang,
            "now": now,
            "read_up_to": self._portal_read_up_to(),
            "news_start": dates.add_days(now, -NEWS_DAYS, zone),
            "reader": self.env.user.partner_id,
            "sides": sides,
            "photos": self._get_portal_photos(people),
            "confidential": self._get_confidential_rows(),
            "sizes": self._get_picture_sizes(
                files | own_files, "".join(map(str, filter(None, texts)))
            ),
        }
        rows = [self._get_message_row(message, context) for message in messages]
        rows += self._get_change_rows(context, start)
        rows.sort(key=lambda row: (row["date"], row["id"]))
        return {
            "rows": self._mark_days(self._join_notices(rows)),
            "photos": context["photos"],
            "request_row": self._get_text_parts(
                "" if start else self.description, own_files, context["sizes"]
            )
            | {"confidential": not start and context["confidential"].get(False)},
            "start": start,
        }

    def _get_author_sides(self, messages):
        """Return by author whether they write as a customer, once for each."""
        messages.author_id.mapped("partner_share")  # one query for all authors
        sides = {}
        for message in messages:
            if message.author_id not in sides:
                sides[message.author_id] = self._is_customer_message(message)
        return sides

    def _get_message_row(self, message, context):
        """Return a message as the page shows it."""
        is_notice = message.message_type not in ("comment", "email")
        is_customer = context["sides"][message.author_id]
        is_mine = message.author_id == context["reader"]
        parts = self._get_text_parts(
            message.body, message.attachment_ids, context["sizes"]
        )
        row = self._get_row(message.id, message.date, context)
        return {
            **row,
            **parts,
            "confidential": context["confidential"].get(message.id, []),
            "kind": self._get_row_kind(message, is_notice),
            "changed": message.write_date.timestamp(),
            "is_customer": is_customer,
            "is_mine": is_mine,
            "is_new": not is_mine
            and not is_notice
            and message.id > context["read_up_to"]
            and message.date > context["news_start"],
            "author": self._get_portal_author(message, is_customer),
            "photo": None
            if is_customer or is_notice
            else context["photos"].get(message.author_id.id),
            "summary": self._get_notice_summary(message) if is_notice else "",
        }

    def _get_row_kind(self, message, is_notice):
        """Return what a row is: what a customer changed is a thin line, see
        ``_post_change``.
        """
        if not is_notice:
            return "message"
        # sudo: res.company - who the helpdesk writes as
        ours = self.company_id.sudo().partner_id
        return "notice" if message.author_id == ours else "change"

    def _get_text_parts(self, text, files, sizes):
        """Return a text and its files as shown: pictures, and chips for the rest.

        What stands in the text is not shown below it again.
        """
        shown = thread_html.picture_ids(text)
        files = files.filtered(lambda file: file.id not in shown).sorted("id")
        pictures = files.filtered(lambda file: sizes.get(file.id))
        return {
            "body": thread_html.prepare_body(
                text, self.env._("Show quoted text"), sizes, self._get_file_token
            ),
            "pictures": [self._get_picture_row(picture, sizes) for picture in pictures],
            "files": self._portal_file_rows(files - pictures),
        }

    @api.model
    def _get_row(self, id_, moment, context):
        zone, lang = context["zone"], context["lang"]
        return {
            "id": id_,
            "date": moment,
            "when": dates.time_words(moment, zone, lang),
            "exact": dates.deadline_words(moment, zone, lang),
            "day": dates.to_local(moment, zone).date().isoformat(),
            "day_words": self._get_day_words(moment, context),
            "is_new": False,
            "changed": 0,
        }

    def _get_change_rows(self, context, start=None):
        """Return the changes of state as thin lines, in the names customers know.

        :param datetime start: from when on the reader sees them
        """
        field_id = self._get_thread_ids()[1]
        self.env["mail.tracking.value"].flush_model()
        changes = self.env.execute_query(
            SQL(
                """
                SELECT message.id, message.date, tracking.new_value_integer
                  FROM mail_tracking_value tracking
                  JOIN mail_message message ON message.id = tracking.mail_message_id
                 WHERE message.model = 'helpdesk.ticket' AND message.res_id = %s
                   AND tracking.field_id = %s
                   AND (%s IS NULL OR message.date >= %s)
                """,
                self.id,
                field_id,
                start,
                start,
            )
        )
        stages = self.env["helpdesk.ticket.stage"].with_context(active_test=False)
        stages = stages.search_fetch(
            [("id", "in", [stage_id for *_, stage_id in changes])], ["name", "kind"]
        )
        names = {stage.id: stage.name for stage in stages}
        return [
            self._get_row(id_, moment, context)
            | {
                "kind": "state",
                "name": names[stage_id],
                "summary": self.env._("Status: %(name)s", name=names[stage_id]),
            }
            for id_, moment, stage_id in changes
            if stage_id in names
        ]

    @api.model
    def _join_notices(self, rows):
        """Return the rows without the changes of state that a notice names, too."""
        notices = [row for row in rows if row["kind"] == "notice"]
        joined = set()
        for row in rows:
            if row["kind"] != "state":
                continue
            for notice in notices:
                apart = abs((notice["date"] - row["date"]).total_seconds())
                names_it = escape(row["name"]) in notice["body"]
                if apart <= SAME_EVENT_SECONDS and names_it:
                    notice["summary"] = row["summary"]
                    joined.add(row["id"])
                    break
        return [row for row in rows if row["id"] not in joined]

    @api.model
    def _mark_days(self, rows):
        """Tell the first row of each day."""
        day = None
        for row in rows:
            row["starts_day"] = row["day"] != day
            day = row["day"]
        return rows

    def _get_day_words(self, moment, context):
        """Return a day between messages: today, yesterday, else with its name."""
        apart = dates.days_apart(moment, context["now"], context["zone"])
        if apart == 0:
            return self.env._("Today")
        if apart == -1:
            return self.env._("Yesterday")
        return dates.day_words(moment, context["zone"], context["lang"])

    @api.model
    def _get_notice_summary(self, message):
        """Return what a notice says in one line: its text after the greeting."""
        text = html2plaintext(message.body or "", include_references=False)
        lines = text.replace("*", "").split("\n")
        lines = [line.strip() for line in lines if line.strip()]
        return lines[1] if len(lines) > 1 else (lines[:1] or [""])[0]

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    def _get_message_create_valid_field_names(self):
        return super()._get_message_create_valid_field_names() | {"writer_name"}

    def _prepare_customer_post(self, kwargs):
        """D-04 Under a shared mailbox a message may say who wrote it."""
        vals = super()._prepare_customer_post(kwargs)
        name = self._portal_clean_line(kwargs.get("writer_name"))[:WRITER_NAME_LENGTH]
        # sudo: res.partner - whether the writer's own mailbox is shared
        if name and self.env.user.partner_id.sudo().helpdesk_is_shared:
            vals["writer_name"] = name
        return vals

    def _get_portal_author(self, message, is_customer=None):
        """Return who wrote a message, as the team wants customers to see it."""
        if is_customer is None:
            is_customer = self._is_customer_message(message)
        if not is_customer and self.team_id.portal_assignee == "team":
            return self.team_id.name
        return message._get_writer_text()

    def _get_portal_photos(self, partners):
        """Return by contact the address of the photo, of those of us who have one.

        The addresses work without rights, write nothing and are kept by browsers.
        """
        if self.team_id.portal_assignee == "team":
            return {}
        ours = partners.filtered(lambda partner: not partner.partner_share)
        if not ours:
            return {}
        # sudo: ir.attachment - whether they have a photo
        photos = (
            self.env["ir.attachment"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_field", "=", "image_128"),
                    ("res_id", "in", ours.ids),
                ],
                ["res_id", "checksum"],
            )
        )
        return {
            photo.res_id: f"/web/image/res.partner/{photo.res_id}/avatar_128"
            f"?access_token={self._get_photo_token(photo.res_id)}"
            f"&unique={(photo.checksum or '')[:8]}"
            for photo in photos
        }

    @api.model
    def _get_photo_token(self, partner_id):
        # sudo: res.partner - the photo beside an answer to this very reader
        return (
            self.env["res.partner"]
            .sudo()
            .browse(partner_id)
            ._get_avatar_128_access_token()
        )

    # ------------------------------------------------------------
    # Files and pictures
    # ------------------------------------------------------------

    def _portal_file_rows(self, attachments):
        """Return files as rows; their links are the reader's own and write nothing."""
        return [
            {
                "name": attachment.name,
                "type": self._get_file_type(attachment),
                "size": self._portal_size_text(attachment.file_size),
                "is_image": (attachment.mimetype or "").startswith("image/"),
                "url": f"/web/content/{attachment.id}?download=true"
                f"&access_token={self._get_file_token(attachment.id)}",
            }
            for attachment in attachments
        ]

    @api.model
    def _get_file_type(self, attachment):
        """Return the type of a file as people know it: the end of its name."""
        _name, dot, extension = (attachment.name or "").rpartition(".")
        return extension.upper() if dot and len(extension) <= 5 else ""

    def _get_picture_row(self, picture, sizes):
        """Return a picture small, at its true proportions, leading to the whole one."""
        width, height = self._fit_picture(sizes[picture.id])
        token = self._get_file_token(picture.id)
        address = f"/web/image/{picture.id}"
        return {
            "name": picture.name,
            "size": self._portal_size_text(picture.file_size),
            "url": f"{address}?access_token={token}",
            # twice the pixels, for the screens of phones
            "small": f"{address}/{2 * PICTURE_BOX[0]}x{2 * PICTURE_BOX[1]}"
            f"?access_token={token}&unique={(picture.checksum or '')[:8]}",
            "width": width,
            "height": height,
        }

    @api.model
    def _fit_picture(self, size):
        """Return the size in which a picture fits into the thread."""
        scale = min(1, PICTURE_BOX[0] / size[0], PICTURE_BOX[1] / size[1])
        return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))

    @api.model
    def _get_picture_sizes(self, files, text):
        """Return by file the pixels of the pictures among files and in a text.

        A picture whose size cannot be told is shown as a file.
        """
        # sudo: ir.attachment - files of public messages, pictures of their text
        files = files.sudo() | files.sudo().browse(thread_html.picture_ids(text))
        if not files:
            return {}
        files = files.search_fetch(
            [("id", "in", files.ids), ("res_field", "=", False)],
            ["name", "mimetype", "file_size", "checksum", "store_fname"],
        )
        sizes = {
            file.id: self._get_picture_size(file.checksum, file.id)
            for file in files
            if file.mimetype in PICTURE_TYPES
        }
        return {id_: size for id_, size in sizes.items() if size}

    @api.model
    @tools.ormcache("checksum")
    def _get_picture_size(self, checksum, attachment_id):
        """Return the pixels of a picture, as it is looked at; None when it is none."""
        # sudo: ir.attachment - of a message the caller may read; its size alone
        attachment = self.env["ir.attachment"].sudo().browse(attachment_id)
        if attachment.store_fname:
            head = attachment._file_read(attachment.store_fname, PICTURE_HEAD)
        else:
            head = attachment.raw or b""
        try:
            with Image.open(io.BytesIO(head)) as image:
                lying = image.getexif().get(EXIF_ORIENTATION) in LYING
                return image.size[::-1] if lying else image.size
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None
