# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .helpdesk_ticket_stage import FINAL_KINDS


class HelpdeskTicket(models.Model):
    """Solved: what the customer says about it, and how it opens again."""

    _inherit = "helpdesk.ticket"

    thanked_date = fields.Datetime(
        string="Thanked",
        readonly=True,
        copy=False,
        help="When the customer said that all is well, after it was solved.",
    )
    customer_confirmed = fields.Selection(
        selection=[("yes", "Yes"), ("no", "No")],
        string="Solved, says the customer",
        readonly=True,
        copy=False,
        help="What the customer answered when closing the ticket; empty: nothing.",
    )

    def _settle_final_dates(self, before, keep_closed):
        """What was said of a solution is gone with it."""
        res = super()._settle_final_dates(before, keep_closed)
        reopened = self.filtered(
            lambda ticket: (
                ticket.stage_kind not in FINAL_KINDS
                and (ticket.thanked_date or ticket.customer_confirmed)
            )
        )
        if reopened:
            reopened.write({"thanked_date": False, "customer_confirmed": False})
        return res

    # ------------------------------------------------------------
    # Verbs of the customer
    # ------------------------------------------------------------

    def _portal_can_close(self):
        """Tell whether the current user may close this ticket: a visible, open one."""
        self.ensure_one()
        return self.stage_kind not in FINAL_KINDS

    def _portal_close(self, solved=None):
        """Close, in the customer's words: solved, and reopened by an answer.

        :param str solved: ``yes`` or ``no``, whether it was solved; else not said
        """
        self.ensure_one()
        self._lock_for_customer()
        if not self._portal_can_close():
            return
        said = solved if solved in ("yes", "no") else False
        ours = self.with_context(lang=self.partner_id.lang or self.env.lang)
        self._post_line(ours._get_close_notice(said), self._get_person_in_charge())
        self.action_solve()
        self.customer_confirmed = said

    def _get_close_notice(self, said):
        name = self.env.user.name
        if said == "yes":
            return self.env._("%(name)s closed the ticket: it was solved.", name=name)
        if said == "no":
            return self.env._(
                "%(name)s closed the ticket: it was not solved.", name=name
            )
        return self.env._("%(name)s closed the ticket.", name=name)

    def _portal_thank(self):
        """The customer says that all is well: solved stays solved."""
        self.ensure_one()
        self._lock_for_customer()
        if self.stage_kind != "solved" or self.thanked_date:
            return
        self.thanked_date = self._now()
        ours = self.with_context(lang=self.partner_id.lang or self.env.lang)
        self._post_line(
            ours.env._("%(name)s says that all is well.", name=self.env.user.name)
        )

    def _portal_reopen(self):
        """The customer says that it still happens, which is an answer (S1-11).

        The current user must be the customer; a closed ticket stays closed.
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - the caller found it under the user's own rules
        ticket_sudo = self.sudo()
        ticket_sudo._lock_for_customer()
        if ticket_sudo.stage_kind == "solved":
            self._portal_post(self.env._("It still happens."))

    # ------------------------------------------------------------
    # The page
    # ------------------------------------------------------------

    def _portal_band(self):
        """Return what the band of whose turn it is says and offers.

        Icon, sentence and what we need; addresses only where they lead somewhere.
        """
        self.ensure_one()
        solved, closed = self.stage_kind == "solved", self.stage_kind == "closed"
        icons = {
            "customer": "fa-hand-o-right",
            "other": "fa-hourglass-half",
            "done": "fa-check-circle",
        }
        more_time = self._get_extension_state() == "open"
        path = f"/my/ticket/{self.id}"
        return {
            "kind": "closed" if closed else self.turn,
            "icon": icons.get(self.turn, "fa-wrench"),
            "text": self._get_turn_text(),
            "request": self.turn == "customer" and self.customer_request,
            "more_time": more_time and self._get_extension_path(),
            "reopen": solved and f"{path}/reopen",
            "thanks": solved and not self.thanked_date and f"{path}/thanks",
            "follow_up": closed and f"/new/ticket?follow_up={self.id}",
        }
