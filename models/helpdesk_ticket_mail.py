from odoo import api, models, tools
from odoo.exceptions import AccessError

from .helpdesk_ticket_outbox import LAYOUT

#: no acknowledgement is sent where one of these is set
SILENT_CONTEXT = (
    "helpdesk_no_acknowledgement",
    "import_file",
    "install_mode",
    "tracking_disable",
)


class HelpdeskTicket(models.Model):
    """Messages of people, and the mails they become."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Posting
    # ------------------------------------------------------------

    def message_post(self, **kwargs):
        """Post with our mail layout; customers post plain public messages only.

        :raise AccessError: when a customer writes to a ticket that is closed
        """
        if kwargs.get("subtype_id") != self._creation_subtype().id:
            self._fetch_for_posting()
        kwargs.setdefault("email_layout_xmlid", LAYOUT)
        kwargs.setdefault("model_description", self.env._("ticket"))
        if self._is_written_by_machine(kwargs):
            return super().message_post(**self._prepare_machine_post(kwargs))
        person = kwargs.get("message_type") in ("comment", None)
        if not person or self.env.user._is_internal():
            return super().message_post(**self._prepare_agent_post(kwargs))
        vals = self._prepare_customer_post(kwargs)
        # sudo: mail.message - customers write no messages but through this method,
        # which checked above that they read the ticket and own the files
        return super(HelpdeskTicket, self.sudo()).message_post(**vals)

    def _fetch_for_posting(self):
        """Read all that a message moves at once, its search words included."""
        names = [
            name
            for name, field in self._fields.items()
            if field.store and field.column_type and field.prefetch is True
        ]
        # sudo: helpdesk.ticket - the core reads the same, in more statements
        self.sudo().fetch([*names, "search_text"])

    def _is_written_by_machine(self, kwargs):
        """Tell whether a mail that came in is an answering machine's."""
        kind = self.env.context.get("helpdesk_mail_kind", "person")
        return kwargs.get("message_type") == "email" and kind != "person"

    def _prepare_machine_post(self, kwargs):
        """Return ``message_post`` values of a note: staff sees it, customers do not.

        S1-16: an auto-reply does not count as an answer.
        """
        return kwargs | {
            "message_type": "out_of_office",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "subtype_xmlid": False,
            "is_internal": True,
            "partner_ids": [],
        }

    def _prepare_agent_post(self, kwargs):
        """Return ``message_post`` values of which customers see who answers.

        Name and team are told; the address is the desk's, never a personal one.
        """
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        if comment_id != kwargs.get("subtype_id") and (
            kwargs.get("subtype_xmlid") != "mail.mt_comment"
        ):
            return kwargs
        if not self.env.su:
            self._check_posted_files(kwargs)
        kwargs = self._get_known_values() | kwargs
        author = self.env.user.partner_id
        if kwargs.get("author_id"):
            author = author.browse(kwargs["author_id"])
        if kwargs.get("message_type") == "auto_comment":
            return kwargs
        # sudo: helpdesk.ticket - on whose side the author is
        if self.sudo()._is_customer_side(author):
            return kwargs
        sender = self._get_notice_sender()["email_from"]
        team, address = tools.parse_contact_from_email(sender)
        return kwargs | {
            "author_id": author.id,
            "email_from": tools.formataddr((f"{author.name} · {team}", address)),
        }

    def _check_posted_files(self, kwargs):
        """Check what our side sends to customers by the same rules as theirs.

        :raise UserError: for a file that is refused, saying why
        """
        # sudo: ir.attachment - the core checks whether the user may send them
        uploaded = self.env["ir.attachment"].sudo()
        uploaded = uploaded.browse(kwargs.get("attachment_ids") or [])
        files = [(file.name, file.raw or b"") for file in uploaded]
        for name, content, *_info in kwargs.get("attachments") or ():
            content = content.encode() if isinstance(content, str) else content
            files.append((name, content))
        self._check_ticket_files(files)

    def _message_compute_parent_id(self, parent_id):
        """A thread of a ticket is flat: only an answer by mail has a parent."""
        return parent_id and super()._message_compute_parent_id(parent_id)

    def _prepare_customer_post(self, kwargs):
        """Return what a customer may say in ``message_post``: words and files.

        Type, subtype, author and recipients are not theirs to choose.

        :raise AccessError: on a ticket or a file out of reach, or a closed ticket
        """
        self.ensure_one()
        allowed = {
            "body",
            "attachments",
            "attachment_ids",
            "email_layout_xmlid",
            "model_description",
        }
        if self.env.su:
            # the caller checked the right to post and the files; by a mail's token
            # it also says who writes
            allowed |= {
                "author_id",
                "email_from",
                "email_add_signature",
                "message_id",
            }
        else:
            self.check_access("read")
            self._check_own_files(kwargs.get("attachment_ids") or [])
        # sudo: ir.attachment - the caller or the line above checked whose they are
        uploaded = self.env["ir.attachment"].sudo()
        uploaded = uploaded.browse(kwargs.get("attachment_ids") or [])
        self._check_ticket_files((file.name, file.raw) for file in uploaded)
        # sudo: helpdesk.ticket - the state alone
        if self.sudo().stage_kind == "closed":
            raise AccessError(
                self.env._(
                    "This ticket is closed. Please open a new one and mention this "
                    "number."
                )
            )
        return {key: val for key, val in kwargs.items() if key in allowed} | {
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            **self.sudo()._get_known_values(),  # sudo: number and subject
        }

    def _get_known_values(self):
        """Return values of a public message that the core would look for."""
        return {"subject": self._message_compute_subject(), "tracking_value_ids": []}

    def _check_own_files(self, attachment_ids):
        """Check that the user uploaded these files and they are nowhere yet.

        :raise AccessError: otherwise
        """
        # sudo: ir.attachment - customers have no rights on files; their own ones
        # are told by who uploaded them
        files = self.env["ir.attachment"].sudo().browse(attachment_ids).exists()
        if len(files) != len(set(attachment_ids)) or any(
            file.create_uid != self.env.user
            or file.res_id
            or file.helpdesk_is_confidential
            for file in files
        ):
            raise AccessError(self.env._("You can only attach files of your own."))

    @api.model
    def _get_allowed_message_params(self):
        """Customers choose neither the type nor the subtype of a message."""
        if self.env.user._is_internal():
            return super()._get_allowed_message_params()
        return set()

    def _check_can_update_message_content(self, messages):
        """What a customer wrote was mailed and answered: it stays as it is."""
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Sent messages cannot be changed."))
        return super()._check_can_update_message_content(messages)

    def _message_post_after_hook(self, message, msg_vals):
        """Let public messages written by people move the ticket."""
        res = super()._message_post_after_hook(message, msg_vals)
        if message.message_type in ("comment", "email") and self._is_public_message(
            message.sudo()  # sudo: mail.message - just posted by this user
        ):
            self._on_public_message(message)
        return res

    # ------------------------------------------------------------
    # Mail out
    # ------------------------------------------------------------

    def _message_compute_subject(self):
        """One subject for all mails of a ticket, so that it stays one conversation."""
        self.ensure_one()
        return f"[#{self.number}] {self.name}"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Internal notes never leave the house, whoever is mentioned in them."""
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        if self.env.context.get("helpdesk_tell_sender"):
            return recipients
        note = message.sudo()  # sudo: mail.message - just posted, its kind alone
        if note.is_internal or note.subtype_id.internal or not note.subtype_id:
            return [data for data in recipients if not data["share"]]
        if note.message_type in ("comment", "email") and self:
            recipients += self._get_assignee_to_tell(note, recipients)
            recipients += self._get_requester_to_tell(note, recipients)
        return recipients

    def _notify_thread_with_out_of_office(self, message, recipients_data, **kwargs):
        """Who opens a ticket is told when we answer, not who of us is away."""
        created = self._creation_subtype()
        if message.subtype_id.id == created.id:
            return None
        return super()._notify_thread_with_out_of_office(
            message, recipients_data, **kwargs
        )

    def _get_assignee_to_tell(self, message, recipients):
        """Return the assignee as recipient of a customer's message, if not there yet.

        Who takes care of a ticket is told of it, whatever they follow.
        """
        # sudo: helpdesk.ticket - who takes care of it, whoever writes
        user = self.sudo().user_id
        if not user or user.id in {data["uid"] for data in recipients}:
            return []
        partner = user.partner_id
        if partner == message.author_id or not self._is_customer_message(message):
            return []
        data = self.env["mail.followers"]._get_recipient_data(
            self, "user_notification", message.subtype_id.id, partner.ids
        )[self.id]
        return [person for person in data.values() if person["id"] == partner.id]

    def _get_requester_to_tell(self, message, recipients):
        """Return the requester as recipient of what others write, if not there yet.

        In tickets that are older than this module they need not follow.
        """
        # sudo: helpdesk.ticket - who asked, whoever writes
        partner = self.sudo().partner_id
        if (
            not partner.active
            or partner == message.author_id
            or partner.id in {data["id"] for data in recipients}
        ):
            return []
        data = self.env["mail.followers"]._get_recipient_data(
            self, "user_notification", message.subtype_id.id, partner.ids
        )[self.id]
        return [person for person in data.values() if person["id"] == partner.id]

    def _notify_get_recipients_classify(
        self, message, recipients_data, model_description, msg_vals=False
    ):
        """Make a link for the requester only where the requester gets the mail."""
        ticket = self
        if self and self.partner_id.id not in {data["id"] for data in recipients_data}:
            ticket = self.with_context(helpdesk_no_customer_link=True)
        return super(HelpdeskTicket, ticket)._notify_get_recipients_classify(
            message, recipients_data, model_description, msg_vals=msg_vals
        )

    def _mail_get_partners(self, introspect_fields=False):
        if self.env.context.get("helpdesk_no_customer_link"):
            return dict.fromkeys(self.ids, self.env["res.partner"])
        return super()._mail_get_partners(introspect_fields=introspect_fields)
