# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import SUPERUSER_ID, models, tools


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _prepare_ticket_number(self, values):
        """What is only tried out uses up no number."""
        if self.env.context.get("helpdesk_mail_preview"):
            return "…"
        return super()._prepare_ticket_number(values)


class HelpdeskTicketMailLog(models.Model):
    """What customers will get when a mail is released: tried out and undone."""

    _inherit = "helpdesk.ticket.mail.log"

    def _get_preview(self, ticket=None):
        """Return in HTML what releasing this mail does and the mails it sends.

        Nothing of it stays: it happens in a transaction of its own that is undone.

        :param ticket: ``helpdesk.ticket`` it is moved to, if any
        """
        self.ensure_one()
        self._check_undecided()
        if ticket:
            ticket.check_access("write")
        context = {
            "lang": self.env.lang,
            "tz": self.env.user.tz,
            "helpdesk_mail_preview": True,
            "helpdesk_mail_released": True,
            "helpdesk_mail_ticket_id": ticket.id if ticket else False,
        }
        self.env.flush_all()
        with self.pool.cursor() as cr:
            env = self.env(cr=cr, user=SUPERUSER_ID, context=context)
            html = env[self._name].browse(self.id)._try_out()
            cr.rollback()
        return html

    def _try_out(self):
        """Process the mail and return what came of it; the caller undoes it."""
        last = self.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        self._process_again(**self.env.context)
        self.env.flush_all()
        mails = self.env["mail.mail"].search([("id", ">", last)], order="id")
        parts = [Markup("<p><b>%s</b></p>") % self._describe_outcome()]
        shown = [
            values
            for mail in mails
            for values in mail._prepare_outgoing_list()
            if values["email_to"]
        ]
        if not shown:
            parts.append(Markup("<p>%s</p>") % self.env._("Nobody gets a mail for it."))
        for values in shown:
            parts.append(
                Markup(
                    '<div class="o_helpdesk_preview border rounded p-3 mb-3">'
                    "<div><b>%s</b> %s</div><div><b>%s</b> %s</div><hr/>%s</div>"
                )
                % (
                    self.env._("To:"),
                    ", ".join(values["email_to"]),
                    self.env._("Subject:"),
                    values["subject"],
                    Markup(tools.html_sanitize(values["body"], sanitize_style=True)),
                )
            )
        return Markup("").join(parts)

    def _describe_outcome(self):
        """Return in a sentence what the mail became."""
        ticket = self.ticket_id
        if self.outcome in ("ticket", "follow_up"):
            return self.env._(
                "It opens a ticket of %(requester)s with the team %(team)s.",
                requester=ticket.partner_id.display_name or self.email_from,
                team=ticket.team_id.name,
            )
        if self.outcome in ("reply", "auto_reply"):
            return self.env._(
                "It becomes a message in ticket %(number)s, %(subject)s.",
                number=ticket.number,
                subject=ticket.name,
            )
        return self.env._(
            "It cannot be processed: %s", self.reason_text or self.outcome
        )
