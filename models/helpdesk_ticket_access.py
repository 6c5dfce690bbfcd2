from odoo import api, fields, models
from odoo.exceptions import MissingError
from odoo.fields import Domain
from odoo.orm.utils import parse_field_expr
from odoo.tools import SQL

#: what a thread shows of a message, read in one go
THREAD_FIELDS = (
    "date",
    "body",
    "author_id",
    "email_from",
    "message_type",
    "writer_name",
    "write_date",
)
PUBLIC_MESSAGE_TYPES = ("comment", "email", "email_outgoing", "auto_comment")


class HelpdeskTicket(models.Model):
    """What customers may see of a ticket, of its messages and of its files."""

    _inherit = "helpdesk.ticket"

    is_portal_visible = fields.Boolean(
        compute="_compute_is_portal_visible",
        search="_search_is_portal_visible",
        help="The user sees this ticket in the portal: it is in their scope or they "
        "take part in it.",
    )

    # ------------------------------------------------------------
    # Tickets
    # ------------------------------------------------------------

    @api.depends_context("uid")
    @api.depends(
        "partner_id",
        "commercial_partner_id",
        "location_id",
        "category_id.is_private",
        "participant_ids.partner_id",
        "participant_ids.included",
        "participant_ids.source",
    )
    def _compute_is_portal_visible(self):
        visible = self._filter_visible_to(self.env.user.partner_id.id)
        for ticket in self:
            ticket.is_portal_visible = ticket._origin in visible

    @api.model
    def _search_is_portal_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_portal_visible_domain()
        if True in value and False in value:
            return Domain.TRUE
        return domain if True in value else ~domain

    def _filter_visible_to(self, partner_id):
        """Return those of these tickets that a contact sees in the portal, as sudo."""
        # sudo: helpdesk.ticket - the condition itself decides what is visible
        tickets = self._origin.sudo()
        if not tickets:
            return tickets
        domain = self._get_portal_visible_domain(partner_id)
        try:
            return tickets.filtered_domain(domain)
        except MissingError:  # some of them are gone
            return tickets.exists().filtered_domain(domain)

    @api.model
    def _get_portal_visible_domain(self, partner_id=None):
        """Return the tickets in a contact's scope and those shared with them.

        The scope is a condition on one indexed column. What was shared with the
        person beyond it is usually nothing and is fetched as a list of ids: a
        sub-select joined by OR would make PostgreSQL walk all customers' tickets.
        Private categories cut through: their tickets are the requester's, and of the
        customer's managers as far as their scope reaches.

        :param int partner_id: default is the user's own contact
        """
        partner_id = partner_id or self.env.user.partner_id.id
        scope, company_id, is_manager, locations, shared = self._get_scope_and_shares(
            partner_id
        )
        own = Domain("partner_id", "=", partner_id)
        wider = Domain.FALSE
        if scope == "company":
            wider = Domain("commercial_partner_id", "=", company_id)
        elif scope == "location":
            wider = Domain("location_id", "in", locations)
        private_ids = self.env["helpdesk.ticket.category"]._get_private_ids()
        if private_ids and not wider.is_false():
            open_to_all = Domain("category_id", "not in", private_ids)
            if is_manager:
                open_to_all |= Domain("commercial_partner_id", "=", company_id)
            # inside the condition on the column, which holds the own ones, too
            wider &= open_to_all | own if scope == "company" else open_to_all
        domain = wider if scope == "company" else own | wider
        return domain | Domain("id", "in", shared) if shared else domain

    @api.model
    def _get_scope_and_shares(self, partner_id):
        """Return what widens a contact's view, in one statement as each page asks.

        Who sees the thread of a shared ticket from a later moment on only is noted
        for the rest of the transaction, see ``_get_limited_ids``.

        :return: (scope, id of the customer, whether they manage its people, ids of the
            locations they manage, ids of the tickets shared with them)
        """
        partner_fields = [
            "helpdesk_scope",
            "helpdesk_is_manager",
            "helpdesk_location_ids",
            "commercial_partner_id",
        ]
        self.env["res.partner"].flush_model(partner_fields)
        self.env["helpdesk.ticket.location"].flush_model(["manager_ids", "active"])
        participant_fields = [
            "ticket_id",
            "partner_id",
            "included",
            "source",
            "sees_from",
        ]
        self.env["helpdesk.ticket.participant"].flush_model(participant_fields)
        private_ids = self.env["helpdesk.ticket.category"]._get_private_ids()
        not_private = SQL()
        if private_ids:
            self.flush_model(["category_id", "commercial_partner_id"])
            not_private = SQL(
                """
                AND EXISTS (
                    SELECT 1 FROM helpdesk_ticket ticket
                     WHERE ticket.id = participant.ticket_id
                       AND (ticket.category_id IS NULL
                            OR ticket.category_id NOT IN %s
                            OR partner.helpdesk_is_manager IS TRUE
                            AND ticket.commercial_partner_id
                                = partner.commercial_partner_id))
                """,
                private_ids,
            )
        *scope, shared = self.env.execute_query(
            SQL(
                """
                SELECT partner.helpdesk_scope,
                       partner.commercial_partner_id,
                       partner.helpdesk_is_manager IS TRUE,
                       ARRAY(
                           SELECT managed.location_id
                             FROM helpdesk_ticket_location_manager_rel managed
                             JOIN helpdesk_ticket_location location
                               ON location.id = managed.location_id
                            WHERE managed.partner_id = partner.id
                              AND location.active IS TRUE
                       ),
                       ARRAY(
                           SELECT ARRAY[
                                      participant.ticket_id,
                                      (participant.sees_from IS NOT NULL)::int
                                  ]
                             FROM helpdesk_ticket_participant participant
                            WHERE participant.partner_id = partner.id
                              AND participant.included IS TRUE
                              AND participant.source <> 'requester'
                              %s
                       )
                  FROM res_partner partner WHERE partner.id = %s
                """,
                not_private,
                partner_id,
            )
        )[0]
        self._note_limited(partner_id, {id_ for id_, limited in shared if limited})
        return *scope, [id_ for id_, _limited in shared]

    def action_access_check(self):
        """S1-12 Show what the requester, or another person, sees of this ticket."""
        self.ensure_one()
        return self.env["helpdesk.access.check"]._open(self.partner_id, self)

    # ------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------

    @api.model
    def _portal_readable_fields(self):
        """Return the fields customers may read, search, sort and group by."""
        return {
            "id",
            "display_name",
            "number",
            "name",
            "description",
            "create_date",
            "write_date",
            "active",
            "sequence",
            "priority",
            "company_id",
            "partner_id",
            "commercial_partner_id",
            "partner_name",
            "partner_email",
            "location_id",
            "category_id",
            "type_id",
            "channel_id",
            "team_id",
            "user_id",
            "stage_id",
            "stage_kind",
            "turn",
            "closed",
            "last_stage_update",
            "solved_date",
            "closed_date",
            "reopen_count",
            "interaction_count",
            "last_customer_message_date",
            "last_agent_message_date",
            "answer_due_date",
            "solve_due_date",
            "customer_request",
            "waiting_party",
            "search_text",
            "access_url",
            "access_warning",
            "is_portal_visible",
        }

    @api.model
    def _portal_writable_fields(self):
        """Return the fields customers may change on their own open tickets."""
        return set()

    def _has_field_access(self, field, operation):
        """Portal users reach whitelisted fields only, over every door."""
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or self.env.user._is_internal():
            return True
        if operation == "read":
            return field.name in self._portal_readable_fields()
        return field.name in self._portal_writable_fields()

    @api.model
    def _search(self, domain, *args, **kwargs):
        """They search by these fields only.

        The core leaves fields with a search method and related ones unchecked.
        """
        if not self.env.su and not self.env.user._is_internal():
            domain = Domain(domain)
            for condition in domain.iter_conditions():
                field = self._fields.get(parse_field_expr(condition.field_expr)[0])
                if field:
                    self._check_field_access(field, "read")
        return super()._search(domain, *args, **kwargs)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Neither do they sort or group by what a related field leads to.

        The core checks only the field at the end of the path.
        """
        self._check_related_access(field_expr)
        return super()._field_to_sql(alias, field_expr, query)

    def _read_group_groupby(self, alias, groupby_spec, query):
        """The core does not check relations to many either."""
        name = parse_field_expr(groupby_spec.partition(":")[0])[0]
        if field := self._fields.get(name):
            self._check_field_access(field, "read")
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _check_related_access(self, field_expr):
        field = self._fields.get(parse_field_expr(field_expr)[0])
        if field and field.related and not field.store:
            self._check_field_access(field, "read")

    def _get_access_action(self, access_uid=None, force_website=False):
        """The links of mails take customers to the ticket's page by their own right.

        The core would put the ticket's token into the address, which customers
        cannot read and which would outlive their right.
        """
        self.ensure_one()
        # sudo: res.users - whether this user is a customer
        user = self.env["res.users"].sudo().browse(access_uid or self.env.uid)
        if user.share and self.with_user(user).has_access("read"):
            return {
                "type": "ir.actions.act_url",
                "url": self.access_url,
                "target": "self",
                "res_id": self.id,
            }
        return super()._get_access_action(
            access_uid=access_uid, force_website=force_website
        )

    # ------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Tickets of private categories are mailed to customers who see them only."""
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        private_ids = self.env["helpdesk.ticket.category"]._get_private_ids()
        # sudo: helpdesk.ticket - its category, whoever writes
        if len(self) != 1 or self.sudo().category_id.id not in private_ids:
            return recipients
        return [
            person
            for person in recipients
            if not person["share"] or self._filter_visible_to(person["id"])
        ]

    # ------------------------------------------------------------
    # Messages and files
    # ------------------------------------------------------------

    def _is_read_by_staff(self):
        """Tell whether an internal user reads these tickets by their own right."""
        return self.env.user._is_internal() and self.sudo(False).has_access("read")

    def _thread_to_store(self, store, fields, *, request_list=None):
        """Who is let in by a mail's token is told of the thread and no more.

        The core would read files of notes, followers and activities for them.
        """
        if request_list and not self._is_read_by_staff():
            request_list = [name for name in request_list if name == "display_name"]
        return super()._thread_to_store(store, fields, request_list=request_list)

    @api.model
    def _get_public_message_domain(self):
        """Return the one definition of what customers read in a thread."""
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return (
            Domain("model", "=", "helpdesk.ticket")
            & Domain("message_type", "in", PUBLIC_MESSAGE_TYPES)
            & Domain("is_internal", "=", False)
            & Domain("subtype_id", "=", comment)
        )

    def _is_public_message(self, message):
        """Tell whether customers may read ``message`` of a ticket's thread."""
        return (
            message.model == self._name
            and message.message_type in PUBLIC_MESSAGE_TYPES
            and not message.is_internal
            and message.subtype_id.id
            == self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        )

    def _get_public_messages(self, since=None):
        """Return the messages customers may read, as sudo records, oldest first.

        The caller has checked the access to the tickets.

        :param datetime since: from when on the reader sees the thread, see
            ``_get_history_start``; None: the whole history
        """
        domain = self._get_public_message_domain() & Domain("res_id", "in", self.ids)
        if since:
            domain &= Domain("date", ">=", since)
        # sudo: mail.message - the domain holds what is public in a thread the
        # caller may read; portal users cannot read authors and files themselves
        return (
            self.env["mail.message"]
            .sudo()
            .search_fetch(domain, THREAD_FIELDS, order="date, id")
        )

    def _get_public_attachments(self, since=None):
        """Return the tickets' own files, as sudo records, oldest first.

        Files of messages are not among them: public messages show their own, those
        of internal notes are never shown. The caller has checked the access.

        :param datetime since: as for ``_get_public_messages``
        """
        # sudo: ir.attachment - files of a ticket the caller may read
        Attachment = self.env["ir.attachment"].sudo()
        if not self.ids:
            return Attachment
        domain = Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        domain &= Domain("res_field", "=", False)
        domain &= Domain("helpdesk_is_confidential", "=", False)
        if since:
            domain &= Domain("create_date", ">=", since)
        attachments = Attachment.search(domain, order="id")
        if not attachments:
            return attachments
        self.env["mail.message"].flush_model(["attachment_ids"])
        self.env.cr.execute(
            "SELECT attachment_id FROM message_attachment_rel"
            " WHERE attachment_id IN %s",
            [tuple(attachments.ids)],
        )
        posted = {row[0] for row in self.env.cr.fetchall()}
        return attachments.filtered(lambda a: a.id not in posted)
