# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL


class HelpdeskInvitation(models.Model):
    """Who is invited and who is not: what preview, list and queue all ask."""

    _inherit = "helpdesk.invitation"

    @api.model
    def _get_skips(self, partners, again=False, days=0, times=0):
        """Return {contact id: reason} of those who are not invited, in one query.

        :param again: those invited before are invited again
        :param int days: not if that was less than so many days ago
        :param int times: not if it was done so often; 0 counts nothing
        """
        if not partners:
            return {}
        skips, owners = {}, {}
        for partner_id, reason, address, state, is_recent, count in self._fetch_facts(
            partners, days
        ):
            is_often = bool(times) and count >= times
            reason = reason or self._get_line_reason(state, again, is_recent, is_often)
            if not reason and owners.setdefault(address, partner_id) != partner_id:
                reason = "twice"
            if reason:
                skips[partner_id] = reason
        return skips

    @api.model
    def _get_line_reason(self, state, again, is_recent, is_often):
        """Return why who has an invitation in this state is not invited once more."""
        if state == "accepted":
            return "account"
        if state in ("queued", "bounced"):
            return state
        if state != "sent":
            return ""
        if not again:
            return "invited"
        return "recent" if is_recent else "often" if is_often else ""

    @api.model
    def _fetch_facts(self, partners, days):
        """Return what is known of contacts, who has an account first.

        :return: rows of contact id, reason, address, state of the invitation, whether
            it is younger than ``days``, how often it was sent
        """
        for model in ("res.partner", "res.users", "mail.blacklist", self._name):
            self.env[model].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT partner.id,
                       CASE
                       WHEN partner.active IS NOT TRUE THEN 'archived'
                       WHEN account.internal THEN 'internal'
                       WHEN account.signed_in THEN 'account'
                       WHEN account.active IS FALSE THEN 'removed'
                       WHEN TRIM(COALESCE(partner.email, '')) = '' THEN 'no_address'
                       WHEN partner.email_normalized IS NULL
                            OR partner.email_normalized = '' THEN 'invalid'
                       WHEN EXISTS (
                            SELECT FROM mail_blacklist
                             WHERE email = partner.email_normalized AND active)
                            THEN 'blacklisted'
                       WHEN EXISTS (
                            SELECT FROM res_users other
                             WHERE other.login = partner.email_normalized
                               AND other.partner_id != partner.id)
                         OR EXISTS (
                            SELECT FROM res_partner owner
                              JOIN res_users other ON other.partner_id = owner.id
                             WHERE owner.email_normalized = partner.email_normalized
                               AND owner.id != partner.id AND other.active)
                            THEN 'taken'
                       WHEN EXISTS (
                            SELECT FROM helpdesk_invitation other
                             WHERE other.email = partner.email_normalized
                               AND other.partner_id != partner.id
                               AND other.state IN ('queued', 'sent'))
                            THEN 'twice'
                       END,
                       partner.email_normalized,
                       CASE WHEN line.state = 'bounced'
                             AND line.email IS DISTINCT FROM partner.email_normalized
                            THEN 'draft' ELSE line.state END,
                       line.date_sent > %(since)s,
                       COALESCE(line.sent_count, 0)
                  FROM res_partner partner
             LEFT JOIN helpdesk_invitation line ON line.partner_id = partner.id
        LEFT JOIN LATERAL (
                       SELECT BOOL_OR(active) AS active,
                              BOOL_OR(active AND share IS NOT TRUE) AS internal,
                              BOOL_OR(active AND EXISTS (
                                  SELECT FROM res_users_log log
                                   WHERE log.create_uid = account.id)) AS signed_in
                         FROM res_users account
                        WHERE account.partner_id = partner.id) account ON TRUE
                 WHERE partner.id = ANY(%(ids)s)
              ORDER BY account.active IS NULL, partner.id
                """,
                ids=partners.ids,
                since=fields.Datetime.subtract(fields.Datetime.now(), days=days),
            )
        )

    @api.model
    def _get_skip_words(self):
        """Return why somebody is not invited, in the reader's language."""
        return {
            "archived": self.env._("The contact is archived."),
            "internal": self.env._("Works here, and has an account."),
            "account": self.env._("Has an account in use."),
            "removed": self.env._(
                "Had an account, which was taken away: give it back on the contact."
            ),
            "no_address": self.env._("Has no e-mail address."),
            "invalid": self.env._("What stands as e-mail is no address."),
            "blacklisted": self.env._("Does not want our mails (blacklist)."),
            "taken": self.env._("Another contact has an account with this address."),
            "twice": self.env._("Another contact is invited with this address."),
            "queued": self.env._("Waits for its turn already."),
            "invited": self.env._("Is invited already and has not signed in yet."),
            "bounced": self.env._(
                "The invitation came back: correct the address first."
            ),
            "recent": self.env._("Was invited only a short time ago."),
            "often": self.env._("Was invited as often as you allow."),
        }
