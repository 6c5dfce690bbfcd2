# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.web.controllers.utils import clean_action

from ..tools import dates

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
#: what a step may say of itself; a note counts neither as done nor as to do
STATES = ("todo", "doing", "warn", "done", "note")

_logger = logging.getLogger(__name__)


class HelpdeskSetup(models.AbstractModel):
    """The set-up page: what a desk needs before customers come, each with a tick.

    A step has a row in ``_get_steps`` and a method ``_check_<code>``, which looks at
    what is so now: nothing is ticked by hand. Modules add steps by ``_inherit``.
    """

    _name = "helpdesk.setup"
    _description = "Helpdesk Set-up"

    # ------------------------------------------------------------
    # The steps
    # ------------------------------------------------------------

    @api.model
    def _get_sections(self):
        """Return the titles of the page's sections by code, in their order."""
        return {
            "moving": self.env._("Moving in"),
            "mail": self.env._("Mail"),
            "desk": self.env._("Your desk"),
            "customers": self.env._("Your customers"),
            "watch": self.env._("Keep an eye on"),
        }

    @api.model
    def _get_steps(self):
        """Return the steps by code: dicts with ``section``, ``sequence``, ``title``.

        ``slow`` ones are looked at when the page opens, not every few seconds. Each
        has a method ``_check_<code>``, which runs as superuser for the company of the
        environment. It returns nothing where the step does not apply here, else a dict:

        * ``state``: one of ``STATES``
        * ``sentence``: how things stand
        * ``button``, ``action``: its label, and an external id or a dict; ``group``:
          who may open it, if not all managers
        * ``progress``: a pair of numbers
        * ``items``: sentences, or dicts with ``text`` and ``title``, ``command``,
          ``state``, ``button``, ``action``
        """
        return {}

    # ------------------------------------------------------------
    # The page
    # ------------------------------------------------------------

    @api.model
    def _check_manager(self):
        """Let nobody but those who administrate the helpdesk go on.

        :raise AccessError: for everybody else
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only who administrates the helpdesk sets it up.")
            )

    @api.model
    @api.readonly
    def setup_page(self, with_slow=True):
        """Return the page: how things stand now.

        :param bool with_slow: also what takes a while; else those steps are left out
        :return: dict ``company``: its name where there are several, ``sections``: list
            of dicts ``code``, ``title``, ``steps``
        :raise AccessError: for who does not administrate the helpdesk
        """
        self._check_manager()
        # sudo: helpdesk.setup - counts and settings of one company, for its managers
        steps = self.sudo()._look_at_steps(with_slow)
        sections = [
            {
                "code": code,
                "title": title,
                "steps": [step for step in steps if step["section"] == code],
            }
            for code, title in self._get_sections().items()
        ]
        several = self.env.user.has_group("base.group_multi_company")
        return {
            "company": self.env.company.name if several else "",
            "sections": [section for section in sections if section["steps"]],
        }

    def _look_at_steps(self, with_slow):
        """Return what each step says of itself, in their order."""
        aside = self._get_aside()
        rows = sorted(self._get_steps().items(), key=lambda row: row[1]["sequence"])
        steps = []
        for code, row in rows:
            if row.get("slow") and not with_slow:
                continue
            found = self._look_at_step(code)
            if found:
                step = {"code": code, "title": row["title"], "section": row["section"]}
                step |= {"slow": row.get("slow", False), "aside": code in aside}
                steps.append(step | found)
        return steps

    def _look_at_step(self, code):
        """Return what a step says of itself; one that fails spoils no other."""
        try:
            with self.env.cr.savepoint(flush=False):
                found = getattr(self, f"_check_{code}")()
        except Exception:
            _logger.exception("Step %s of the set-up cannot be checked", code)
            sentence = self.env._(
                "This could not be checked. The server's log says why."
            )
            return self._prepare_step({"state": "warn", "sentence": sentence})
        return found and self._prepare_step(found)

    def _prepare_step(self, found):
        """Return a step with all its keys, without buttons that lead nowhere."""
        step = {"button": "", "action": False, "progress": False, "items": [], **found}
        group = step.pop("group", None)
        if group and not self.env.user.has_group(group):
            step |= {"button": "", "action": False}
            step["hint"] = self.env._("Somebody with the right “Settings” changes it.")
        step["items"] = [
            {"state": "", "button": "", "action": False}
            | (item if isinstance(item, dict) else {"text": item})
            for item in step["items"]
        ]
        for row in (step, *step["items"]):
            if isinstance(row["action"], dict) and row["action"].get("type"):
                row["action"] = clean_action(row["action"], self.env)
        return step

    def _when(self, moment):
        """Return a moment in words and in the zone of who reads."""
        zone = self.env.user.tz or "UTC"
        lang = self.env.lang
        time = dates.time_words(moment, zone, lang)
        if dates.days_apart(moment, fields.Datetime.now(), zone) == 0:
            return self.env._("today at %s", time)
        day = dates.short_day(moment, zone, lang)
        return self.env._("on %(day)s at %(time)s", day=day, time=time)

    # ------------------------------------------------------------
    # Not for us
    # ------------------------------------------------------------

    def _get_aside(self):
        """Return the codes of the steps that this company put aside."""
        # sudo: res.company - a setting of the page
        return set((self.env.company.sudo().helpdesk_setup_aside or "").split(","))

    @api.model
    def setup_put_aside(self, code, aside):
        """Put a step aside, as not for this company, or take it back.

        :raise AccessError: for who does not administrate the helpdesk
        """
        self._check_manager()
        codes = self._get_aside() & self._get_steps().keys()
        if code in self._get_steps():
            codes = codes | {code} if aside else codes - {code}
        # sudo: res.company - a setting of the page, which its managers make
        self.env.company.sudo().helpdesk_setup_aside = ",".join(sorted(codes))


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_setup_aside = fields.Char(
        string="Steps of the set-up put aside",
        help="Codes of the steps that do not matter to this company.",
    )
