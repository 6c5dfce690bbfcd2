from odoo import api, models, tools
from odoo.exceptions import AccessError

from .helpdesk_ticket_stage import FINAL_KINDS

LAYOUT = "helpdesk_service_portal.mail_layout"
ACKNOWLEDGEMENT = "helpdesk_service_portal.mail_template_acknowledgement"
SILENT_CONTEXT = (
    "helpdesk_no_acknowledgement",
    "import_file",
    "install_mode",
    "tracking_disable",
)


class HelpdeskTicket(models.Model):
    """Mail in, answers and mail out."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Posting
    # ------------------------------------------------------------

    def message_post(self, **kwargs):
        """Post with our mail layout; customers post plain public messages only.

        :raise AccessError: when a customer writes to a ticket that is closed
        """
        kwargs.setdefault("email_layout_xmlid", LAYOUT)
        kwargs.setdefault("model_description", self.env._("ticket"))
        person = kwargs.get("message_type") in ("comment", None)
        if not person or self.env.user._is_internal():
            return super().message_post(**self._prepare_agent_post(kwargs))
        vals = self._prepare_customer_post(kwargs)
        # sudo: mail.message - customers write no messages but through this method,
        # which checked above that they read the ticket and own the files
        return super(HelpdeskTicket, self.sudo()).message_post(**vals)

    def _prepare_agent_post(self, kwargs):
        """Return ``message_post`` values of which customers see who answers.

        Name and team are told; the address is the desk's, never a personal one.
        """
        comment = self.env.ref("mail.mt_comment")
        if comment.id != kwargs.get("subtype_id") and (
            kwargs.get("subtype_xmlid") != "mail.mt_comment"
        ):
            return kwargs
        author = self.env.user.partner_id
        if kwargs.get("author_id"):
            author = author.browse(kwargs["author_id"])
        if author.partner_share or kwargs.get("message_type") == "auto_comment":
            return kwargs
        sender = self._get_notice_sender()["email_from"]
        team, address = tools.parse_contact_from_email(sender)
        return kwargs | {
            "author_id": author.id,
            "email_from": tools.formataddr((f"{author.name} · {team}", address)),
        }

    def _message_compute_parent_id(self, parent_id):
        """The first message of a thread has no parent to look for."""
        if self.env.context.get("helpdesk_first_message"):
            return False
        return super()._message_compute_parent_id(parent_id)

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
        self._check_customer_files((file.name, file.raw) for file in uploaded)
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
        }

    def _check_own_files(self, attachment_ids):
        """Check that the user uploaded these files and they are nowhere yet.

        :raise AccessError: otherwise
        """
        # sudo: ir.attachment - customers have no rights on files; their own ones
        # are told by who uploaded them
        files = self.env["ir.attachment"].sudo().browse(attachment_ids).exists()
        if len(files) != len(set(attachment_ids)) or any(
            file.create_uid != self.env.user or file.res_id for file in files
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

    def _acknowledge(self):
        """Tell the requester that the ticket arrived and when we answer."""
        if any(self.env.context.get(key) for key in SILENT_CONTEXT):
            return
        template = self.env["mail.template"].browse(
            self.env["ir.model.data"]._xmlid_to_res_id(ACKNOWLEDGEMENT) or []
        )
        if not template:
            return
        for ticket in self.filtered(lambda t: t.stage_kind not in FINAL_KINDS):
            ticket.with_context(helpdesk_first_message=True)._post_notice(template)

    def _post_notice(self, template):
        """Post ``template`` in the thread as a notice and mail it to the requester.

        :param template: a ``mail.template`` of tickets
        :return: the message
        """
        self.ensure_one()
        # sudo: mail.template - fixed texts about a ticket the caller just changed
        template = template.sudo()
        lang = template._render_lang(self.ids)[self.id]
        localized = template.with_context(lang=lang)
        subject = localized._render_field("subject", self.ids)[self.id]
        body = localized._render_field("body_html", self.ids)[self.id]
        return self.sudo().message_post(  # sudo: written by us, not by the caller
            body=body,
            subject=subject,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
            notify_skip_followers=True,
            tracking_value_ids=[],  # none: nobody needs to look for them
            notify_author_mention=True,  # a customer who writes gets our answer
            **self._get_notice_sender(),
        )

    def _get_notice_sender(self):
        """Return author and sender of what the team says by itself."""
        # sudo: res.company - name and public address of the helpdesk
        company = self.company_id.sudo()
        team = self.team_id.sudo()  # sudo: its name is on every mail
        email = (
            company.helpdesk_email
            or team.alias_email
            or company.email_formatted
            or self.env.user.email_formatted
        )
        name, address = tools.parse_contact_from_email(email)
        return {
            "author_id": company.partner_id.id,
            "email_from": tools.formataddr((team.name or name, address)),
        }

    def _message_compute_subject(self):
        """One subject for all mails of a ticket, so that it stays one conversation."""
        self.ensure_one()
        return f"[#{self.number}] {self.name}"

    def _get_greeting_name(self):
        """Return the first name to greet the requester by; none for a company."""
        self.ensure_one()
        # sudo: res.partner - the requester's name, in a mail to the requester
        partner = self.partner_id.sudo()
        return "" if partner.is_company else (partner.name or "").split(" ")[0]

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Internal notes never leave the house, whoever is mentioned in them."""
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        note = message.sudo()  # sudo: mail.message - just posted, its kind alone
        if note.is_internal or note.subtype_id.internal or not note.subtype_id:
            return [data for data in recipients if not data["share"]]
        return recipients

    def _track_template(self, changes):
        """Stage mails are notices in the thread, so that they can be answered.

        The base mails them in mass mode: invisible in the portal, and an answer to
        them opens another ticket.
        """
        res = super()._track_template(changes)
        if "stage_id" in res:
            template, options = res["stage_id"]
            options |= {
                "composition_mode": "comment",
                "message_type": "auto_comment",
                "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id(
                    "mail.mt_comment"
                ),
                "email_layout_xmlid": LAYOUT,
                "notify_skip_followers": True,
                "partner_ids": self[:1].partner_id.ids,
                **self[:1]._get_notice_sender(),
            }
            options.pop("auto_delete_keep_log", None)
            res["stage_id"] = (template, options)
        return res

    # ------------------------------------------------------------
    # Mail in
    # ------------------------------------------------------------

    @api.model
    def message_new(self, msg, custom_values=None):
        """Open a ticket from a mail: nobody is assigned, its sender asks.

        Who is in To or Cc and known to us takes part from the beginning.
        """
        channel = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_email", raise_if_not_found=False
        )
        name, email = tools.parse_contact_from_email(msg.get("from"))
        defaults = {
            "user_id": False,
            "channel_id": channel.id if channel else False,
            "partner_name": name or email,
            "partner_email": email,
            "description": msg.get("body") or msg.get("subject") or "-",
        }
        ticket = super().message_new(msg, defaults | (custom_values or {}))
        ticket._add_mail_copies()
        return ticket

    def _add_mail_copies(self):
        """Customers whom the base made followers take part in the ticket."""
        followers = self.message_partner_ids.filtered("partner_share")
        self.env["helpdesk.ticket.participant"].create(
            [
                {
                    "ticket_id": self.id,
                    "partner_id": partner.id,
                    "source": "mail_copy",
                    "added_by_id": self.partner_id.id,
                }
                for partner in followers - self.participant_ids.partner_id
            ]
        )
