# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class ResourceCalendar(models.Model):
    """Changed working hours move the dates of the tickets counted in them."""

    _inherit = "resource.calendar"

    def write(self, vals):
        res = super().write(vals)
        if {"tz", "attendance_ids", "global_leave_ids", "leave_ids"} & vals.keys():
            self._recount_clocks()
        return res

    def _recount_clocks(self):
        """Recount the clocks of all teams that work in these hours."""
        if not self:
            return
        # sudo: helpdesk.ticket.team - hours belong to whoever works in them
        teams = self.env["helpdesk.ticket.team"].sudo()
        teams.search([("calendar_id", "in", self.ids)])._recount_clocks()


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        attendances.calendar_id._recount_clocks()
        return attendances

    def write(self, vals):
        calendars = self.calendar_id
        res = super().write(vals)
        (calendars | self.calendar_id)._recount_clocks()
        return res

    def unlink(self):
        calendars = self.calendar_id
        res = super().unlink()
        calendars.exists()._recount_clocks()
        return res


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._recount_clocks()
        return leaves

    def write(self, vals):
        self._recount_clocks()
        res = super().write(vals)
        self._recount_clocks()
        return res

    def unlink(self):
        calendars = self._get_counted_calendars()
        res = super().unlink()
        calendars._recount_clocks()
        return res

    def _recount_clocks(self):
        self._get_counted_calendars()._recount_clocks()

    def _get_counted_calendars(self):
        """Return the calendars in which these are holidays; not those of one person."""
        holidays = self.filtered(lambda leave: not leave.resource_id)
        calendars = holidays.calendar_id
        if holidays.filtered(lambda leave: not leave.calendar_id):
            # sudo: helpdesk.ticket.team - a holiday of all calendars
            calendars |= self.env["helpdesk.ticket.team"].sudo().search([]).calendar_id
        return calendars
