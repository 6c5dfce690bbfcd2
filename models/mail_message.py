from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class MailMessage(models.Model):
    """Customers read the public part of the threads of their tickets, no more.

    The core lets share users read by id every note that is not a comment, whatever
    they wrote and whatever they were once notified of, and lets authors rewrite
    their messages; it hides such messages from searches only.
    """

    _inherit = "mail.message"

    def _get_forbidden_access(self, operation):
        forbidden = super()._get_forbidden_access(operation)
        if self.env.user._is_internal():
            return forbidden
        of_tickets = (self - forbidden)._filter_on_tickets()
        if not of_tickets:
            return forbidden
        if operation != "read":
            return forbidden + of_tickets
        return forbidden + of_tickets._filter_unreadable_on_tickets()

    def _filter_on_tickets(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM mail_message"
                " WHERE id = ANY(%s) AND model = 'helpdesk.ticket'",
                self.ids,
            )
        )
        return self.browse(row[0] for row in rows)

    def _filter_unreadable_on_tickets(self):
        """Return the messages that are internal, of tickets out of reach, or earlier
        than what the reader sees of a ticket.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT message.id, message.res_id, message.date,
                       message.is_internal IS TRUE
                       OR message.subtype_id IS NULL
                       OR subtype.internal IS TRUE
                  FROM mail_message message
             LEFT JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
                 WHERE message.id = ANY(%s)
                """,
                self.ids,
            )
        )
        ids = {row[1] for row in rows if row[1]}
        visible = self.env["helpdesk.ticket"].browse(ids)._filtered_access("read")
        visible_ids = set(visible.ids)
        starts = visible._get_history_starts(self.env.user.partner_id.id)
        return self.browse(
            id_
            for id_, res_id, date, internal in rows
            if internal
            or res_id not in visible_ids
            or (res_id in starts and date < starts[res_id])
        )

    def _export_rows(self, fields, **kwargs):
        """Exporting notifications does not lead around the rights to messages."""
        if not self.env.su:
            self.check_access("read")
        return super()._export_rows(fields, **kwargs)

    @api.model
    def _get_with_access(self, message_id, mode="read", **kwargs):
        """The right to a ticket, or the token of its mail, is none to its notes."""
        message = super()._get_with_access(message_id, mode=mode, **kwargs)
        message_sudo = message.sudo()  # sudo: what kind of message it is
        if message_sudo.model != "helpdesk.ticket":
            return message
        ticket = self.env["helpdesk.ticket"].browse(message_sudo.res_id)
        if ticket._is_read_by_staff():
            return message
        # who signs by a mail's hash reads as that contact
        ticket = ticket._with_reader(kwargs.get("hash") and kwargs.get("pid"))
        start = ticket._get_history_start()
        if start and message_sudo.date < start:
            return self.browse()
        return message if ticket._is_public_message(message_sudo) else self.browse()

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """Searching tells customers nothing about threads they cannot open."""
        share = not self.env.su and not self.env.user._is_internal()
        if share and not bypass_access and not self.env.user._is_public():
            visible = self.env["helpdesk.ticket"].with_context(active_test=False)
            domain = Domain(domain) & (
                Domain("model", "!=", "helpdesk.ticket")
                | Domain("res_id", "in", visible._search([]))
            )
            starts = visible._get_history_starts(self.env.user.partner_id.id)
            domain &= Domain.AND(
                Domain("model", "!=", "helpdesk.ticket")
                | Domain("res_id", "!=", ticket_id)
                | Domain("date", ">=", start)
                for ticket_id, start in starts.items()
            )
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
