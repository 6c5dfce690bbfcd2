# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import phone

VALID_MINUTES = 30
MOST_WRONG = 5
WRONG_MINUTES = 60
TICKET = re.compile(r"#?(?P<letters>[^\W\d]*)(?P<digits>\d+)$")


class HelpdeskCallCheck(models.Model):
    """That a caller is who they say, checked by a member of staff during a call.

    Right and wrong answers are kept: wrong ones end the asking for an hour.
    """

    _name = "helpdesk.call.check"
    _description = "Helpdesk Call Check"
    _order = "id desc"
    _rec_name = "partner_id"

    user_id = fields.Many2one(
        comodel_name="res.users", required=True, ondelete="cascade", readonly=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Caller",
        required=True,
        ondelete="cascade",
        readonly=True,
        index=True,
    )
    fact = fields.Selection(
        selection=[
            ("email", "E-mail address"),
            ("ticket", "Number of a ticket of theirs"),
            ("phone", "Their own phone number"),
            ("extension", "Their extension"),
            ("vat", "Tax ID of their company"),
        ],
        readonly=True,
        help="What the caller knew; empty: they knew it wrong.",
    )

    @api.model
    def _is_confirmed(self, partner):
        """Tell whether the current user confirmed this caller a short while ago."""
        since = fields.Datetime.now() - timedelta(minutes=VALID_MINUTES)
        # sudo: helpdesk.call.check - one's own checks of one caller
        return bool(
            partner
            and self.sudo().search_count(
                self._get_domain(partner, since) & Domain("fact", "!=", False), limit=1
            )
        )

    @api.model
    def _get_domain(self, partner, since):
        return (
            Domain("partner_id", "=", partner.id)
            & Domain("user_id", "=", self.env.uid)
            & Domain("create_date", ">", since)
        )

    @api.model
    def _check(self, partner, fact):
        """Compare what a caller said with what we know of them, and keep it.

        :param partner: who they say they are
        :param str fact: an e-mail address, a ticket's number, ...
        :return: whether it is right
        :raise UserError: after too many wrong answers
        """
        since = fields.Datetime.now() - timedelta(minutes=WRONG_MINUTES)
        # sudo: helpdesk.call.check - kept by the program alone
        checks = self.sudo()
        wrong = self._get_domain(partner, since) & Domain("fact", "=", False)
        if checks.search_count(wrong, limit=MOST_WRONG) >= MOST_WRONG:
            raise UserError(
                self.env._(
                    "Too many wrong answers about this person. Call back at the number "
                    "we know."
                )
            )
        kind = self._get_fact_kind(partner, (fact or "").strip())
        checks.create({"user_id": self.env.uid, "partner_id": partner.id, "fact": kind})
        return bool(kind)

    @api.model
    def _get_fact_kind(self, partner, fact):
        """Return which fact about ``partner`` was said; False for none."""
        # sudo: res.partner, helpdesk.ticket - compared with what was said, not shown
        partner = partner.sudo()
        company = partner.commercial_partner_id
        email = tools.email_normalize(fact, strict=True)
        if email and email == partner.email_normalized:
            return "email"
        if company.vat and self._squeeze(fact) == self._squeeze(company.vat):
            return "vat"
        digits = phone.digits(fact)
        if not digits:
            return False
        if self._is_own_phone(partner, fact):
            return "phone"
        theirs = self.env["helpdesk.ticket"].sudo()
        theirs = theirs.search_fetch(
            [
                ("partner_id", "=", partner.id),
                "|",
                ("number", "=like", f"%{int(digits)}"),
                ("partner_extension", "=", fact),
            ],
            ["number", "partner_extension"],
            limit=50,
        )
        if any(self._is_number_of(ticket.number, fact) for ticket in theirs):
            return "ticket"
        if any(ticket.partner_extension == fact for ticket in theirs):
            return "extension"
        return False

    @api.model
    def _is_number_of(self, number, said):
        """Tell whether "195", "#195" or "HT195" means the ticket ``number``."""
        real, told = TICKET.search(number), TICKET.fullmatch(said.replace(" ", ""))
        return bool(
            real
            and told
            and int(real["digits"]) == int(told["digits"])
            and told["letters"].casefold() in ("", real["letters"].casefold())
        )

    @api.model
    def _squeeze(self, text):
        return re.sub(r"\W", "", text or "").casefold()

    @api.model
    def _is_own_phone(self, partner, fact):
        """Tell whether ``fact`` is the number of this person and nobody else."""
        code = (partner.country_id or partner.commercial_partner_id.country_id).code
        said = phone.sanitize(fact, code or self.env.company.country_id.code)
        return (
            bool(said)
            and said == partner.phone_sanitized
            and (partner.search_count([("phone_sanitized", "=", said)], limit=2) == 1)
        )
