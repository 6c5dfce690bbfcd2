# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .helpdesk_ticket_stage import FINAL_KINDS

#: what people wrote; these move with their thread
PEOPLE_TYPES = ("comment", "email")
QUIET = {"mail_notrack": True, "helpdesk_merging": True}


class HelpdeskTicket(models.Model):
    """Several tickets about one matter go on as one; their old numbers lead there.

    The survivor takes messages, files, people, activities and drafts. The others stay
    as closed tickets whose portal page and mails lead on to it.
    """

    _inherit = "helpdesk.ticket"

    merged_into_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        help="The ticket that goes on with this one.",
    )
    merged_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="merged_into_id",
        string="Merged tickets",
        context={"active_test": False},
    )

    # ------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------

    def action_merge_into(self, target_id):
        """Let another ticket of the same customer go on with these.

        :param int target_id: the survivor
        :raise UserError: when they cannot be one
        """
        target = self.browse(target_id)
        (self | target).check_access("write")
        self._check_merge(target)
        target_sudo = target._as_us()
        since = min(filter(None, (self | target).mapped("queue_date")), default=False)
        due = min(
            filter(None, (self | target).mapped("answer_due_date")), default=False
        )
        for ticket in self.sorted("id"):
            # sudo: helpdesk.ticket - the user may write both; the rest follows
            ticket.sudo()._merge_one(target_sudo)
        target_sudo._recount_conversation()
        target_sudo._refresh_search_text()
        if any(t.stage_kind not in FINAL_KINDS for t in self):
            if target.stage_kind == "solved":
                target.action_reopen()
            # what waited in one of them waits, whatever was answered in another
            quiet = target_sudo.with_context(**QUIET)
            quiet.write({"queue_date": since, "answer_due_date": due})
        for ticket in self:
            ticket.sudo()._close_merged(target)  # sudo: as above
        target._tell_merged(self)

    def _check_merge(self, target):
        """:raise UserError: when these tickets cannot go on as ``target``"""
        if not self or not target or target in self:
            raise UserError(self.env._("Choose another ticket that goes on."))
        tickets = self | target
        merged = tickets.filtered("merged_into_id")[:1]
        if merged:
            raise UserError(merged._get_merged_text())
        if len(tickets.commercial_partner_id) > 1 or len(tickets.company_id) > 1:
            raise UserError(
                self.env._("Only tickets of one and the same customer can be merged.")
            )
        if target.stage_kind == "closed":
            raise UserError(
                self.env._(
                    "#%(number)s is closed and cannot go on. Choose an open ticket.",
                    number=target.number,
                )
            )
        private = self.filtered("category_id.is_private")
        if private and not target.category_id.is_private:
            raise UserError(
                self.env._(
                    "#%(number)s has a private category: other people would see it in "
                    "a ticket whose category is not private.",
                    number=private[0].number,
                )
            )

    def _merge_one(self, target):
        """Move all that hangs on this (sudo) ticket to ``target`` (sudo)."""
        self.ensure_one()
        files = self._get_public_attachments()
        request = self._move_request(target, files)
        messages = self._get_movable_messages()
        self._move_messages(messages, target)
        self._move_files(target, request)
        self._carry_people(target, since=self._now())
        # sudo: activities and drafts of a ticket that goes on as another
        activities = self.activity_ids
        activities.sudo().write({"res_id": target.id})
        drafts = self.env["helpdesk.ticket.draft"].sudo()
        drafts.search([("ticket_id", "=", self.id)]).ticket_id = target.id
        self.merged_ids.with_context(**QUIET).merged_into_id = target.id

    def _move_request(self, target, files):
        """Make the request of this (sudo) ticket a message of ``target``.

        :return: the message, none where our team wrote first
        """
        if self.opened_by_us:
            return self.env["mail.message"]
        heading = Markup("<p><strong>#%s · %s</strong></p>") % (self.number, self.name)
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return target._message_create(
            [
                {
                    "model": self._name,
                    "res_id": target.id,
                    "message_type": "comment",
                    "subtype_id": comment,
                    "author_id": self.partner_id.id,
                    "email_from": self.partner_id.email_formatted,
                    "date": self.create_date,
                    "subject": target._message_compute_subject(),
                    "body": heading + (self.description or ""),
                    "attachment_ids": [(4, file.id) for file in files],
                }
            ]
        )

    def _get_movable_messages(self):
        """Return what people wrote in these (sudo) tickets, notes included."""
        Message = self.env["mail.message"]
        messages = Message.search(
            [
                ("model", "=", self._name),
                ("res_id", "in", self.ids),
                (
                    "message_type",
                    "in",
                    (*PEOPLE_TYPES, "out_of_office", "notification"),
                ),
            ]
        )
        return messages.filtered(
            lambda m: (
                m.message_type != "notification"
                or (m.body and not m.tracking_value_ids)
            )
        )

    def _move_messages(self, messages, target):
        """Move messages (sudo) and their files to the thread of ``target``."""
        messages.attachment_ids.filtered(
            lambda file: file.res_model == self._name and file.res_id in self.ids
        ).write({"res_id": target.id})
        messages.write({"res_id": target.id})

    def _move_files(self, target, request):
        """Move the other files of this (sudo) ticket to ``target``."""
        files = self.env["ir.attachment"].sudo()  # sudo: of the ticket that moves
        files = files.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
            ]
        )
        files.filtered(
            lambda f: f.helpdesk_is_confidential and not f.helpdesk_message_id
        ).helpdesk_message_id = request
        files.write({"res_id": target.id})
        if self.has_confidential:
            target.with_context(**QUIET).has_confidential = True

    def _carry_people(self, target, since=None):
        """Let participants and followers of this (sudo) ticket into ``target``.

        :param datetime since: from when on people of other companies see its thread;
            None: as here
        """
        Participant = self.env["helpdesk.ticket.participant"].sudo()  # sudo: carried
        there = {row.partner_id: row for row in target.participant_ids}
        values = []
        for row in self.participant_ids:
            partner = row.partner_id
            is_outsider = partner.partner_share and (
                partner.commercial_partner_id != target.commercial_partner_id
            )
            sees_from = row.sees_from
            if since and is_outsider:
                sees_from = since
            if partner in there:
                if row.included and not there[partner].included:
                    there[partner].write({"included": True, "sees_from": sees_from})
                continue
            values.append(
                {
                    "ticket_id": target.id,
                    "partner_id": partner.id,
                    "source": "agent" if row.source == "requester" else row.source,
                    "added_by_id": row.added_by_id.id,
                    "date_added": row.date_added,
                    "included": row.included,
                    "sees_from": sees_from,
                }
            )
        for row, vals in zip(Participant.create(values), values, strict=True):
            if row.sees_from != vals["sees_from"]:
                row.sees_from = vals["sees_from"]
        left_out = target.participant_ids.filtered(lambda row: not row.included)
        followers = self.message_partner_ids - left_out.partner_id
        target.message_subscribe(followers.ids)

    def _close_merged(self, target):
        """End this (sudo) ticket, which goes on as ``target``, without a word."""
        ended = self.team_id._get_stage("closed") or self.team_id._get_stage("solved")
        vals = {"merged_into_id": target.id, "duplicate_id": target.id}
        if ended and self.stage_kind != "closed":
            vals["stage_id"] = ended.id
        quiet = self.with_context(helpdesk_no_notice=True, helpdesk_merging=True)
        quiet.write(vals)

    def _tell_merged(self, tickets):
        """Tell all people of this ticket that others go on here, and note it."""
        self.ensure_one()
        target = self._as_us()
        numbers = ", ".join(f"#{t.number} “{t.name}”" for t in tickets.sorted("id"))
        target._post_told(
            lambda env: env._(
                "%(others)s and this ticket are one now: #%(number)s. Everything "
                "written there stands here; please answer here.",
                others=numbers,
                number=target.number,
            )
        )
        user = self.env.user
        for ticket in tickets:
            former = ticket._as_us()
            former._log_told(
                lambda env: env._("%(who)s merged this ticket into %(other)s."),
                user,
                target,
            )
            target._log_told(
                lambda env: env._("%(who)s merged %(other)s into this ticket."),
                user,
                former,
            )

    # ------------------------------------------------------------
    # What merging and splitting share
    # ------------------------------------------------------------

    def _recount_conversation(self):
        """Let counts and dates of these (sudo) tickets follow from their messages."""
        for ticket in self:
            messages = ticket._get_public_messages().filtered(
                lambda m: m.message_type in PEOPLE_TYPES
            )
            theirs = messages.filtered(ticket._is_customer_message)
            own_request = not (ticket.opened_by_us or ticket.split_from_id)
            asked = theirs.mapped("date") + [ticket.create_date] * own_request
            answered = max((messages - theirs).mapped("date"), default=False)
            waiting = [date for date in asked if not answered or date > answered]
            is_open = ticket.stage_kind not in FINAL_KINDS
            since = min(waiting) if waiting and is_open else False
            promise = ticket.team_id._get_promise(ticket.priority)
            ticket.with_context(**QUIET).write(
                {
                    "interaction_count": len(messages) + own_request,
                    "last_customer_message_date": max(asked, default=False),
                    "last_agent_message_date": answered,
                    "queue_date": since,
                    "answer_due_date": since
                    and ticket.team_id._get_promised_date(promise.answer_hours, since),
                }
            )

    def _post_told(self, words):
        """Post a notice to all people of this (sudo) ticket.

        :param words: function that returns it in the language of an environment
        """
        ticket = self._in_words_of_customer()
        body = Markup("<p>%s</p><p>%s</p>") % (
            ticket.env._("Hello:"),
            words(ticket.env),
        )
        ticket.message_post(
            body=body,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            **ticket._get_notice_sender(),
        )

    def _log_told(self, words, user, other):
        """Note for the team, in its language, what was done with two tickets.

        :param words: function that returns it in the language of an environment
        """
        ticket = self._in_words_of_team()
        link = other._get_html_link(title=f"#{other.number}")
        body = Markup("<p>%s</p>") % words(ticket.env)
        ticket._message_log(
            body=body % {"who": user.name, "other": link},
            author_id=user.partner_id.id,
        )

    # ------------------------------------------------------------
    # The old number leads on
    # ------------------------------------------------------------

    def _get_survivor(self):
        """Return the ticket that goes on with this one: usually itself."""
        ticket = self
        while ticket.merged_into_id:
            ticket = ticket.merged_into_id
        return ticket

    def _lead_mail_on(self, mail):
        """Return the ticket that a mail for this (sudo) one joins, none if it may not.

        Who names a number, takes part in the survivor; who answers our mail, had it.

        :param dict mail: what routing read of it
        """
        survivor = self._get_survivor()
        if survivor == self or mail.get("parent"):
            return survivor
        if survivor._lets_in_by_mail(mail["author"], mail["address"]):
            return survivor
        mail["hint"] = survivor
        return survivor.browse()

    def _is_link_over(self):
        """Links of a merged ticket end with those of its survivor."""
        survivor = self._get_survivor()
        return super(HelpdeskTicket, survivor)._is_link_over()

    def _get_merged_text(self):
        """Return that this ticket goes on as another."""
        self.ensure_one()
        # sudo: helpdesk.ticket - the number alone
        survivor = self.sudo()._get_survivor()
        return self.env._(
            "#%(number)s was merged into #%(survivor)s: go on there.",
            number=self.sudo().number,
            survivor=survivor.number,
        )

    def write(self, vals):
        """A merged ticket is not moved any more.

        :raise UserError: when somebody tries
        """
        if "stage_id" in vals and not self.env.context.get("helpdesk_merging"):
            # sudo: helpdesk.ticket - whether it goes on elsewhere
            merged = self.sudo().filtered("merged_into_id")[:1]
            if merged:
                raise UserError(merged.sudo(False)._get_merged_text())
        return super().write(vals)

    @api.model
    def _portal_find(self, ticket_id, access_token=None):
        """A merged ticket leads on to its survivor, if the reader sees that one."""
        found = super()._portal_find(ticket_id, access_token)
        if not found.merged_into_id:
            return found
        survivor = found._get_survivor()
        is_visitor = self.env.user._is_public()
        if not is_visitor and self.browse(survivor.id).has_access("read"):
            return survivor.with_env(found.env)
        reader_id = found._get_reader_id()
        if is_visitor:
            reader_id = reader_id or found.partner_id.id
        return (reader_id and survivor._open_for(reader_id)) or found

    def _get_portal_address(self, access_token=None):
        """Return where the page of this (sudo) ticket is for who came by a link."""
        self.ensure_one()
        path = f"/my/ticket/{self.id}"
        if not access_token or not self.env.user._is_public():
            return path
        reader_id = self._get_reader_id() or self.partner_id.id
        return f"{path}/{self._get_mail_token(reader_id)}"

    def _open_by_file_token(self, attachment_id, token):
        """Links of files in mails of a merged ticket open them in its survivor."""
        opened = super()._open_by_file_token(attachment_id, token)
        if opened or not token:
            return opened
        for former in self.merged_ids:
            found = super(HelpdeskTicket, former)._open_by_file_token(
                attachment_id, token
            )
            if found:
                return self._open_for(found._get_reader_id())
        return opened
