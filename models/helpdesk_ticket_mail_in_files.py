# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree, html
from markupsafe import Markup, escape

from odoo import api, models

from ..tools import attachment_policy

#: parts that programs add and nobody sent: signatures of mails and the like
TECHNICAL = {"p7s", "p7m", "asc", "sig", "dat"}


class HelpdeskTicket(models.Model):
    """The files of mails, by the rules for attachments, and pictures in the text."""

    _inherit = "helpdesk.ticket"

    def _split_mail_files(self, files):
        """Split the files of a mail by the rules for attachments.

        Called on the ticket it answers, on none for a new one.

        :param files: tuples of name, content and maybe a dict with the ``cid``
        :return: (good, refused): triples of clean name, bytes and dict · dicts of
            ``name``, ``size``, ``reason`` and whether the sender is ``told``
        """
        good, refused = [], []
        if not files:
            return good, refused
        pairs, infos = [], []
        for name, content, *info in files:
            infos.append((info and info[0]) or {})
            if hasattr(content, "as_bytes"):
                content = content.as_bytes()
            elif isinstance(content, str):
                content = content.encode("utf-8", "replace")
            pairs.append((name, content))
        policy = self._get_file_policy()
        checked = policy.check(pairs, ticket_total=self._get_files_size())
        for (name, content, reason), info in zip(checked, infos, strict=True):
            if not reason:
                good.append((name, content, info))
                continue
            technical = attachment_policy.extension_of(name) in TECHNICAL
            told = not (technical or info.get("cid"))
            refused.append(
                {"name": name, "size": len(content), "reason": reason, "told": told}
            )
        return good, refused

    def _get_refusals(self, refused):
        """Return sentences about refused files, naming what is accepted."""
        return [
            self._portal_refusal_text(file["reason"], file["name"], file["size"])
            for file in refused
        ]

    def _add_first_files(self, msg, files):
        """Make the files of the first mail those of the request, pictures in place."""
        msg["attachments"] = []
        if not files:
            if "cid:" in (msg.get("body") or ""):
                self._write_mail_body(msg, {})
            return
        created = self._portal_create_files(
            [(name, content) for name, content, _info in files], self.id
        )
        sources = {}
        for attachment, (name, _content, info) in zip(created, files, strict=True):
            url = self._portal_picture_url(attachment)
            if url:
                sources.setdefault(info.get("cid") or name, url)
        if "cid:" in (msg.get("body") or ""):
            self._write_mail_body(msg, sources)

    def _write_mail_body(self, msg, sources):
        """Show the pictures of a mail in its text and in the request.

        :param dict sources: address by Content-ID or name
        """
        same = self.description and "cid:" in self.description
        msg["body"] = self._replace_pictures(msg["body"], sources)
        if same:
            ticket = self.with_context(mail_notrack=True)  # nothing is tracked here
            ticket.description = self._replace_pictures(self.description, sources)

    @api.model
    def _replace_pictures(self, body, sources):
        """Return a text whose pictures come from ``sources``; others are left out."""
        root = html.fragment_fromstring(str(body), create_parent="div")
        for image in list(root.iter("img")):
            source = image.get("src") or ""
            if not source.startswith("cid:"):
                continue
            url = sources.get(source[4:]) or sources.get(image.get("data-filename"))
            if url:
                image.set("src", url)
            else:
                image.drop_tree()
        parts = [escape(root.text or "")]
        for child in root:
            child_html = etree.tostring(child, encoding="unicode", method="html")
            parts.append(Markup(child_html))
        return Markup("").join(parts)
