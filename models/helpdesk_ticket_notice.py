# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta
from uuid import uuid4

from lxml import html
from lxml.etree import LxmlError
from markupsafe import Markup

from odoo import api, models, tools
from odoo.tools.misc import clean_context

from odoo.addons.base.models.ir_qweb import QWebError

from ..tools.alerts import alert
from ..tools.inside import inside
from .helpdesk_ticket_mail import SILENT_CONTEXT
from .helpdesk_ticket_outbox import LAYOUT, MERGE_SECONDS
from .helpdesk_ticket_stage import FINAL_KINDS

_logger = logging.getLogger(__name__)
TEMPLATE = "helpdesk_service_portal.mail_template_%s"
#: what templates of ours say of the language
LANG = "{{ object.partner_id.lang }}"
#: what customers are told of when it changes, besides the stage and who takes care
TOLD_DETAILS = ("priority", "type_id", "category_id", "location_id", "team_id")
TOLD_FIELDS = {"stage_id", "user_id", *TOLD_DETAILS}
#: what is written under one of these is told by whoever writes it, or not at all
QUIET_CONTEXT = (
    "helpdesk_no_notice",
    "import_file",
    "install_mode",
    "mail_notrack",
    "tracking_disable",
)
#: an address that opens more tickets than this within an hour gets their
#: acknowledgements gathered in one mail
GATHER_FROM = 10


class HelpdeskTicket(models.Model):
    """What the team says by itself: acknowledgements, changes, reminders."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Posting
    # ------------------------------------------------------------

    def _post_notice(self, template, delay=0):
        """Post one notice, see ``_post_notices``; return its message."""
        self.ensure_one()
        return self._post_notices(template, delay).get(self.id)

    def _post_notices(self, template, delay=0):
        """Post ``template`` in each thread as a notice; queue a mail to the requester.

        All tickets in one go: a thousand take hardly more statements than one.

        :param template: a ``mail.template`` of tickets, or the end of the name of one
            of ours, such as "reminder"
        :param int delay: seconds the mail waits for what happens together with it
        :return: {ticket id: message as sudo}; empty when the template was deleted
        """
        if not self:
            return {}
        template = self._get_notice_template(template)
        if not template:
            return {}
        tickets = self._as_us()
        langs = tickets._get_notice_langs(template)
        bodies = tickets._render_notices(template, langs)
        messages = tickets._create_notices(bodies, langs)
        carriers = tickets._queue_notices(messages, langs, delay)
        tickets._announce_notices(carriers)
        return messages

    def _as_us(self):
        """Return the tickets as sudo, without defaults for what the caller creates."""
        context = clean_context(self.env.context)
        # sudo: helpdesk.ticket - written by us, not by the caller
        return self.with_env(self.env(context=context, su=True))

    @api.model
    def _get_notice_template(self, template):
        """Return the template as sudo, by its record or the end of its name."""
        # sudo: mail.template - fixed texts about a ticket the caller just changed
        Template = self.env["mail.template"].sudo()
        if isinstance(template, str):
            name = template if "." in template else TEMPLATE % template
            res_id = self.env["ir.model.data"]._xmlid_to_res_id(name)
            template = Template.browse(res_id or [])
        template = Template.browse(template.id)
        template.fetch(["lang"])
        return template

    def _get_notice_langs(self, template):
        """Return {ticket id: language of its requester}, the company's if unknown."""
        if template.lang == LANG:
            rendered = {ticket.id: ticket.partner_id.lang for ticket in self}
        else:
            rendered = template._render_lang(self.ids)
        known = {code for code, _name in self.env["res.lang"].get_installed()}
        langs = {}
        for ticket in self:
            lang = rendered.get(ticket.id)
            if lang not in known:
                lang = ticket.company_id.partner_id.lang
            if lang not in known:
                lang = self.env.lang if self.env.lang in known else None
            langs[ticket.id] = lang
        return langs

    def _render_notices(self, template, langs):
        """Return {ticket id: words}, rendered once per language.

        The core compiles the template again for each record, which takes longer than
        all the rest.
        """
        bodies = {}
        for lang in set(langs.values()):
            tickets = self.filtered(lambda t, lang=lang: langs[t.id] == lang)
            localized = template.with_context(lang=lang)
            tickets = tickets.with_context(lang=lang)
            try:
                bodies |= tickets._render_notice_bodies(localized)
            except (QWebError, LxmlError, ValueError):
                # an administrator's slip keeps nobody from moving a ticket
                alert(
                    _logger,
                    "layout_broken",
                    "mail template %s",
                    template.name,
                    exc_info=True,
                )
                bodies |= {ticket.id: ticket._get_plain_notice() for ticket in tickets}
        return bodies

    def _render_notice_bodies(self, template):
        """Return {ticket id: words of the template}, in the language of the records."""
        separator = f"<!{uuid4()}>"
        template.fetch(["body_html"])
        source = html.fragment_fromstring(f"{template.body_html or ''}", "t")
        source.set("t-foreach", "objects")
        source.set("t-as", "object")
        marker = source.makeelement("t", {"t-out": "separator"})
        marker.tail, source.text = source.text, None
        source.insert(0, marker)
        context = template._render_eval_context() | {
            "objects": self,
            "separator": Markup(separator),
        }
        qweb = self.env["ir.qweb"].with_context(helpdesk_keep_compiled=True)
        # without what the pages of a website need
        rendered = qweb._render(source, context, minimal_qcontext=True)
        parts = str(rendered).split(separator)[1:]
        return dict(zip(self.ids, map(Markup, parts), strict=True))

    def _get_plain_notice(self):
        """Return what is told where the words of an administrator cannot be printed."""
        words = self.env._(
            "There is news about your ticket “%(subject)s”. Its status is %(status)s.",
            subject=self.name,
            status=self.stage_id.name or "–",
        )
        return Markup("<p>%s</p>") % words

    def _create_notices(self, bodies, langs):
        """Create the messages of notices; their mails are another matter."""
        subtype_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        domains = self._mail_get_alias_domains(default_company=self.env.company)
        values = []
        alike = self.grouped(lambda ticket: (ticket.team_id, langs[ticket.id]))
        for (team, lang), tickets in alike.items():
            sender = tickets[:1].with_context(lang=lang)._get_notice_sender()
            reply_to = tickets._notify_get_reply_to(
                default=sender["email_from"], author_id=sender["author_id"]
            )
            values += [
                sender
                | {
                    "model": self._name,
                    "res_id": ticket.id,
                    "message_type": "auto_comment",
                    "subtype_id": subtype_id,
                    "subject": ticket._message_compute_subject(),
                    "body": bodies[ticket.id],
                    "partner_ids": ticket.partner_id.ids,
                    "parent_id": False,
                    "reply_to": reply_to[ticket.id],
                    "record_alias_domain_id": domains[ticket.id].id,
                    "record_company_id": (ticket.company_id or team.company_id).id,
                    "email_layout_xmlid": LAYOUT,
                    "email_add_signature": False,
                }
                for ticket in tickets
            ]
        messages = self._message_create(values)
        for message, vals in zip(messages, values, strict=True):
            self.browse(vals["res_id"])._message_post_after_hook(message, vals)
        return {message.res_id: message for message in messages}

    def _announce_notices(self, messages):
        """Tell the clock which messages told the customers its dates."""
        told = self.filtered(
            lambda t: (
                t.id in messages and t.stage_kind in ("waiting_customer", "solved")
            )
        )
        for ticket in told:
            ticket._announce_close_date(messages[ticket.id])

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

    # ------------------------------------------------------------
    # New tickets
    # ------------------------------------------------------------

    def _acknowledge(self):
        """Tell the requester that the ticket arrived and when we answer.

        A follow-up of a closed ticket that came by mail is announced as such.
        """
        if not self._is_acknowledged():
            return
        tickets = self.filtered(lambda t: t.stage_kind not in FINAL_KINDS)
        follow_ups = tickets.filtered(
            lambda t: (
                t.previous_ticket_id
                and (
                    self.env.context.get("helpdesk_follow_up")
                    or (t.first_mail or {}).get("is_follow_up")
                )
            )
        )
        follow_ups._post_notices("follow_up")
        (tickets - follow_ups)._acknowledge_opened()

    @api.model
    def _is_acknowledged(self):
        """Tell whether what is opened now is acknowledged at all."""
        if self._is_silent():
            return False
        # machines answer machines, without end
        return self.env.context.get("helpdesk_mail_kind", "person") == "person"

    @api.model
    def _is_silent(self):
        """Tell whether nobody is written to, as in an import."""
        return any(self.env.context.get(key) for key in SILENT_CONTEXT)

    def _acknowledge_opened(self):
        """Acknowledge new tickets; the many of one requester in one mail."""
        before = self._count_opened_lately()
        single = self.browse()
        for partner, opened in self.grouped("partner_id").items():
            left = max(0, GATHER_FROM - before.get(partner, 0))
            single += opened.sorted("id")[:left]
        single.with_context(helpdesk_first_message=True)._post_notices(
            "acknowledgement"
        )
        for tickets in (self - single).grouped("partner_id").values():
            tickets._acknowledge_together()

    def _count_opened_lately(self):
        """Return how many other tickets their requesters opened within the hour.

        :return: {partner: number}
        """
        since = self.env.cr.now() - timedelta(hours=1)
        # sudo: helpdesk.ticket - counted, whoever opens one; archived ones are in no
        # index
        Ticket = self.sudo().with_context(active_test=True)
        groups = Ticket._read_group(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("create_date", ">", since),
                ("id", "not in", self.ids),
            ],
            ["partner_id"],
            ["__count"],
        )
        return dict(groups)

    def _acknowledge_together(self):
        """Acknowledge tickets of one requester in one mail that lists all numbers.

        It waits a quarter of an hour, in which further ones join it.
        """
        if not self:
            return
        tickets, template = self._as_us(), self._get_notice_template("acknowledgement")
        langs = tickets._get_notice_langs(template)
        bodies = tickets._render_notices(template, langs)
        messages = tickets._create_notices(bodies, langs)
        tickets._queue_together(messages, langs)

    # ------------------------------------------------------------
    # Changes
    # ------------------------------------------------------------

    def write(self, vals):
        """Remember what customers are told of when it changes, until the commit."""
        if not any(self.env.context.get(key) for key in QUIET_CONTEXT):
            if not TOLD_FIELDS.isdisjoint(vals):
                self._note_changes()
        elif "stage_id" in vals:
            self._mark_told(vals["stage_id"])
        return super().write(vals)

    def _note_changes(self):
        data = self.env.cr.precommit.data
        if "helpdesk.changes" not in data:
            data["helpdesk.changes"] = {}
            self.env.cr.precommit.add(self.browse()._as_us()._tell_changes)
        before = data["helpdesk.changes"]
        for ticket in self.sudo():  # sudo: customers are told, whoever changes it
            if ticket.id and ticket.id not in before:
                before[ticket.id] = {name: ticket[name] for name in TOLD_FIELDS}

    def _mark_told(self, stage_id):
        """That these tickets reach the stage is told by what is being posted."""
        told = self.env.cr.precommit.data.setdefault("helpdesk.told", {})
        told.update(dict.fromkeys(self.ids, stage_id))

    @api.model
    def _tell_changes(self):
        """Tell the requesters what changed, once for all changes of a transaction.

        S3-39, S4-31: stage, who takes care of it, priority, type, category, location
        and team. What follows from an answer is told by the answer itself.
        """
        data = self.env.cr.precommit.data
        before, told = data.pop("helpdesk.changes", {}), data.pop("helpdesk.told", {})
        tickets = self.browse(before).exists()
        changes = {
            ticket.id: {
                name for name in TOLD_FIELDS if ticket[name] != before[ticket.id][name]
            }
            for ticket in tickets
        }
        tickets = tickets.filtered(lambda t: changes[t.id])
        tickets._tell_assignments(changes, before)
        tickets._tell_details(changes)
        untold = tickets.filtered(lambda t: t.stage_id.id != told.get(t.id))
        untold._tell_stages(changes)

    def _track_template(self, changes):
        """Stage mails are notices of ours, see ``_tell_changes``.

        The base mails them in mass mode: invisible in the portal, and an answer to
        them opens another ticket.
        """
        res = super()._track_template(changes)
        res.pop("stage_id", None)
        return res

    def _tell_stages(self, changes):
        moved = self.filtered(lambda t: "stage_id" in changes[t.id])
        for template, tickets in moved.grouped(
            lambda t: t.stage_id.mail_template_id
        ).items():
            if template:
                tickets._post_notices(template, delay=MERGE_SECONDS)

    def _tell_assignments(self, changes, before):
        """Tell who takes care of it; which person, only where persons are shown."""
        taken = self.filtered(
            lambda t: (
                "user_id" in changes[t.id]
                and t.user_id
                and t.stage_kind not in FINAL_KINDS
                and (t.team_id.portal_assignee == "name" or not before[t.id]["user_id"])
            )
        )
        taken._post_notices("assigned", delay=MERGE_SECONDS)

    def _tell_details(self, changes):
        names = set(TOLD_DETAILS)
        changed = self.filtered(
            lambda t: changes[t.id] & names and t.stage_kind not in FINAL_KINDS
        )
        for fnames, tickets in changed.grouped(
            lambda t: tuple(name for name in TOLD_DETAILS if name in changes[t.id])
        ).items():
            tickets.with_context(helpdesk_details=fnames)._post_notices(
                "changed", delay=MERGE_SECONDS
            )

    def _get_changed_details(self):
        """Return what the notice "changed" is about, as (label, value)."""
        self.ensure_one()
        field_names = self.env.context.get("helpdesk_details", ())
        described = self.fields_get(list(field_names), ["string", "selection"])
        words = []
        for name in field_names:
            label, value = described[name]["string"], self[name]
            if name == "location_id":
                label = (self.company_id or self.env.company)._get_location_word()
            if "selection" in described[name]:
                value = dict(described[name]["selection"]).get(value)
            elif value:
                value = value.display_name
            words.append((label, value or "–"))
        return words

    def _get_gathered_tickets(self):
        """Return the tickets that one mail acknowledges together."""
        ids = inside(self.env, "helpdesk_gathered_ids", self.ids)
        return self.browse(ids).sorted("id")
