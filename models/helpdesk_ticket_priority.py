# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """What a priority means and promises, in words for both sides (D-03)."""

    _inherit = "helpdesk.ticket"

    priority_meaning = fields.Char(
        string="Meaning of the priority",
        compute="_compute_priority_meaning",
        help="What the priority means to customers, and the times promised for it.",
    )

    @api.depends("priority", "team_id")
    @api.depends_context("lang")
    def _compute_priority_meaning(self):
        for ticket in self:
            # sudo: helpdesk.ticket.team - its meanings are for customers
            meanings = self._get_priority_meanings(ticket.team_id.sudo())
            words = [meanings.get(ticket.priority), ticket._get_promised_times_text()]
            ticket.priority_meaning = " ".join(word for word in words if word)

    @api.model
    def _get_priority_meanings(self, team=None):
        """Return what each priority means to customers (S4-15 to S4-18).

        :param team: the (sudo) team whose own words go before the usual ones
        """
        usual = {
            "3": self.env._("Immediate attention is needed to avoid damage or loss."),
            "2": self.env._("It affects guests, customers or daily work considerably."),
            "1": self.env._("It is important, but not immediate."),
            "0": self.env._("It can wait and does not affect daily work."),
        }
        own = {}
        if team:
            promises = team.with_context(lang=self.env.lang).promise_ids
            own = {promise.priority: promise.meaning for promise in promises}
        return {value: own.get(value) or words for value, words in usual.items()}

    def _get_promised_times_text(self):
        """Return the times promised for the ticket; what nobody set is not shown."""
        self.ensure_one()
        # sudo: helpdesk.ticket.team - promises are made to customers
        team = self.team_id.sudo()
        if not team:
            return ""
        promise = team._get_promise(self.priority)
        sentences = [self._portal_promise_text(team, self.priority)]
        if promise.solve_hours:
            time = self._portal_span_text(team, promise.solve_hours)
            if team.calendar_id:
                words = self.env._(
                    "We solve within %(time)s of working time.", time=time
                )
            else:
                words = self.env._("We solve within %(time)s.", time=time)
            sentences.append(words)
        return " ".join(sentence for sentence in sentences if sentence)
