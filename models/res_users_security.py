# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields, models
from odoo.http import STORED_SESSION_BYTES, request

from ..tools import dates
from ..tools.inside import Inside, inside

#: changes of an account that sign everybody else out, and why a mail tells of them
CHANGES = [
    ("password", "Password changed"),
    ("two_factor_on", "Two-step authentication enabled"),
    ("two_factor_off", "Two-step authentication disabled"),
    ("two_factor_reset", "Two-step authentication reset by our team"),
    ("passkey_added", "Passkey added"),
    ("passkey_removed", "Passkey removed"),
]
#: days for which the sign-in page says why a session ended
ENDED_DAYS = 30
SIGN_INS = 10
#: names that need more than a capital
NAMES = {
    "chromeos": "ChromeOS",
    "ios": "iOS",
    "ipad": "iPad",
    "iphone": "iPhone",
    "macos": "macOS",
    "msie": "Internet Explorer",
    "webkit": "Safari",
}


def device_words(browser, platform):
    """Return a device in words: Chrome · Windows; "" where nothing is known."""
    names = (
        NAMES.get(name, name[:1].upper() + name[1:])
        for name in (browser or "", platform or "")
        if name
    )
    return " · ".join(names)


class ResUsers(models.Model):
    """Devices and sign-ins of a customer, and who is told when their keys change."""

    _inherit = "res.users"

    helpdesk_change = fields.Selection(
        selection=CHANGES,
        string="Last change of the account's keys",
        groups=fields.NO_ACCESS,
        copy=False,
        help="Why the sessions of all others ended.",
    )
    helpdesk_change_date = fields.Datetime(
        string="Date of the last change", groups=fields.NO_ACCESS, copy=False
    )

    # ------------------------------------------------------------
    # Changes of the keys
    # ------------------------------------------------------------

    def write(self, vals):
        """Customers are told when the keys of their account change, in our words."""
        change = self._get_change(vals)
        if not change or inside(self.env, "helpdesk_change"):
            return super().write(vals)
        # sudo: res.users - who has signed in before
        changed = self.filtered("share").filtered(
            # the first password is no change
            lambda user: change != "password" or user.sudo().login_date
        )
        users = self.with_context(helpdesk_change=Inside(change))
        result = super(ResUsers, users).write(vals)
        changed._note_change(change)
        return result

    def _get_change(self, vals):
        """Return which of ``CHANGES`` writing ``vals`` is, None for no such."""
        if vals.get("password"):
            return "password"
        if "totp_secret" in vals:
            return "two_factor_on" if vals["totp_secret"] else "two_factor_off"
        commands = [command[0] for command in vals.get("auth_passkey_key_ids") or ()]
        if fields.Command.CREATE in commands:
            return "passkey_added"
        if fields.Command.DELETE in commands:
            return "passkey_removed"
        return None

    def _note_change(self, change):
        """Keep why the other sessions end and mail it to the account's address."""
        if not self:
            return
        # sudo: res.users - written by the program alone
        self.sudo().write(
            {"helpdesk_change": change, "helpdesk_change_date": fields.Datetime.now()}
        )
        self._forget_other_devices()
        self._send_account_notice(change)

    def _forget_other_devices(self):
        """List only this device from now on: the keys of all others are void.

        Their sessions stay until they come back and are told why they ended.
        """
        # sudo: res.device.log - of the accounts whose keys have changed
        logs = self.env["res.device.log"].sudo()
        domain = [("user_id", "in", self.ids), ("revoked", "=", False)]
        if request and request.session.uid in self.ids:
            domain.append(
                ("session_identifier", "!=", request.session.sid[:STORED_SESSION_BYTES])
            )
        logs.search(domain).revoked = True

    def _notify_security_setting_update(self, subject, content, *args, **kwargs):
        """The core's mail, in the words of its settings page, is not for customers."""
        told = self
        if inside(self.env, "helpdesk_change"):
            told = self.filtered(lambda user: not user.share)
        return super(ResUsers, told)._notify_security_setting_update(
            subject, content, *args, **kwargs
        )

    def _deactivate_portal_user(self, **post):
        """The address is told before it is forgotten."""
        self._send_account_notice("deleted")
        return super(
            ResUsers, self.with_context(helpdesk_change=Inside("deleted"))
        )._deactivate_portal_user(**post)

    # ------------------------------------------------------------
    # Why a session ended
    # ------------------------------------------------------------

    def _get_ended_notice(self, user_id):
        """Return why the sessions of a user ended, for who had one; "" if unknown.

        :param user_id: of the session that is no more
        """
        if not user_id:
            return ""
        # sudo: res.users - the browser had a session of this user
        user = self.sudo().browse(user_id).exists()
        moment = user.helpdesk_change_date
        if not moment or moment < fields.Datetime.now() - timedelta(days=ENDED_DAYS):
            return ""
        date = self.env["helpdesk.ticket"]._get_moment_text(moment, user.partner_id)
        sentence = user._get_ended_sentence(date)
        if user.partner_id.helpdesk_is_shared:
            sentence = f"{sentence} {user._get_ended_advice()}".strip()
        return sentence

    def _get_ended_sentence(self, date):
        return {
            "password": lambda: self.env._(
                "The password of this account was changed on %(date)s. Sign in with "
                "the new one.",
                date=date,
            ),
            "two_factor_on": lambda: self.env._(
                "Two-step authentication was enabled on %(date)s: after the password "
                "a code is asked.",
                date=date,
            ),
            "two_factor_off": lambda: self.env._(
                "Two-step authentication was disabled on %(date)s: the password is "
                "enough to sign in.",
                date=date,
            ),
            "two_factor_reset": lambda: self.env._(
                "Our team reset the two-step authentication of this account on "
                "%(date)s: the password is enough to sign in.",
                date=date,
            ),
            "passkey_added": lambda: self.env._(
                "A passkey was added to this account on %(date)s. Sign in again as "
                "always.",
                date=date,
            ),
            "passkey_removed": lambda: self.env._(
                "A passkey of this account was removed on %(date)s. Sign in again "
                "with the password.",
                date=date,
            ),
        }[self.helpdesk_change]()

    def _get_ended_advice(self):
        """Return what who shares the mailbox does now."""
        if self.helpdesk_change == "password":
            return self.env._(
                "Ask whoever uses this mailbox with you for it, or choose another "
                "one with “Reset password”."
            )
        if self.helpdesk_change == "two_factor_on":
            return self.env._(
                "If your phone shows no code, ask whoever enabled it: your phone can "
                "be added under “Account security”, or use a printed recovery code."
            )
        return ""

    # ------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------

    def _send_account_notice(self, event):
        """Mail what happened to each account's address, in its language.

        :param str event: one of ``CHANGES``, or what ``_get_notice_words`` knows
        """
        mails = []
        # sudo: res.users - language, zone and address of the account, which may be
        # signing in just now
        for user in self.sudo().filtered(lambda user: user.share and user.email):
            told = user.with_context(lang=user.lang or self.env.lang)
            mails.append(told._prepare_account_notice(event))
        if mails:
            # sudo: mail.mail - customers may not create mails
            self.env["mail.mail"].sudo().create(mails)
            # sudo: ir.cron - sent by the queue, so that no page waits for a server
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _prepare_account_notice(self, event):
        """Return the values of the mail that tells of ``event``."""
        company = self.company_id
        subject, paragraphs = self._get_notice_words(event)
        body = self.env["ir.qweb"]._render(
            "helpdesk_service_portal.mail_account_notice",
            {
                "lang": self.env.lang,
                "user": self,
                "paragraphs": paragraphs,
                "date": self.env["helpdesk.ticket"]._get_moment_text(
                    fields.Datetime.now(), self.partner_id
                ),
                "device": self._get_request_device(),
                "company": company,
                "security_url": f"{self.get_base_url()}/my/security",
                "is_alarming": event != "deleted",
            },
        )
        return {
            "subject": subject,
            "body_html": body,
            "email_to": self.email_formatted,
            "email_from": company.partner_id.email_formatted
            or self.env.user.email_formatted,
            "reply_to": company.helpdesk_email or False,
            "author_id": company.partner_id.id,
            "auto_delete": True,
        }

    def _get_request_device(self):
        """Return what the request comes from, in words; "" outside of one."""
        if not request:
            return ""
        agent = request.httprequest.user_agent
        return device_words(agent.browser, agent.platform)

    def _get_notice_words(self, event):
        """Return the subject and the paragraphs of the mail about ``event``."""
        words = getattr(self, f"_get_notice_{event}")
        subject, sentence, advice = words()
        shared = self.partner_id.helpdesk_is_shared
        return subject, [sentence, advice] if shared and advice else [sentence]

    def _get_notice_password(self):
        return (
            self.env._("The password of your account was changed"),
            self.env._(
                "The password of %(login)s was changed. All other devices were "
                "signed out.",
                login=self.login,
            ),
            self.env._(
                "Several people use this mailbox: whoever was signed out asks the "
                "colleague who changed the password, or chooses another one with "
                "“Reset password”."
            ),
        )

    def _get_notice_two_factor_on(self):
        return (
            self.env._("Two-step authentication was enabled"),
            self.env._(
                "From now on a code is asked after the password of %(login)s. All "
                "other devices were signed out.",
                login=self.login,
            ),
            self.env._(
                "Several people use this mailbox: whoever has not scanned the code "
                "yet gets in with a printed recovery code, and adds their phone under "
                "“Account security”."
            ),
        )

    def _get_notice_two_factor_off(self):
        return (
            self.env._("Two-step authentication was disabled"),
            self.env._(
                "The password of %(login)s is enough to sign in now.", login=self.login
            ),
            "",
        )

    def _get_notice_two_factor_reset(self):
        return (
            self.env._("Our team reset your two-step authentication"),
            self.env._(
                "Somebody asked us to, and we checked who it was. The password of "
                "%(login)s is enough to sign in now; enable two-step authentication "
                "again under “Account security”.",
                login=self.login,
            ),
            "",
        )

    def _get_notice_passkey_added(self):
        return (
            self.env._("A passkey was added to your account"),
            self.env._(
                "A new device can sign in to %(login)s without a password. All other "
                "devices were signed out.",
                login=self.login,
            ),
            self.env._(
                "Several people use this mailbox: whoever was signed out signs in "
                "again as always."
            ),
        )

    def _get_notice_passkey_removed(self):
        return (
            self.env._("A passkey of your account was removed"),
            self.env._(
                "A device can no longer sign in to %(login)s without a password.",
                login=self.login,
            ),
            "",
        )

    def _get_notice_phone_added(self):
        return (
            self.env._("Another phone was added to your account"),
            self.env._(
                "The code for authenticator apps of %(login)s was shown again, to add "
                "a phone.",
                login=self.login,
            ),
            "",
        )

    def _get_notice_recovery_codes(self):
        return (
            self.env._("New recovery codes for your account"),
            self.env._(
                "Recovery codes of %(login)s were made; those from before no longer "
                "count.",
                login=self.login,
            ),
            "",
        )

    def _get_notice_recovery_code_used(self):
        return (
            self.env._("A recovery code was used to sign in"),
            self.env._(
                "Somebody signed in to %(login)s with a recovery code. Codes left: "
                "%(count)s",
                login=self.login,
                count=self._count_recovery_codes(),
            ),
            "",
        )

    def _get_notice_deleted(self):
        return (
            self.env._("Your account was deleted"),
            self.env._(
                "Nobody can sign in to %(login)s any more. Your company's tickets "
                "stay where they are.",
                login=self.login,
            ),
            "",
        )

    # ------------------------------------------------------------
    # Devices
    # ------------------------------------------------------------

    def _get_devices(self):
        """Return the devices that are signed in, this one first, then the latest.

        :return: list of dict: ``id`` of ``res.device`` · ``name`` · ``place`` ·
            ``last`` · ``last_exact`` · ``is_current`` · ``is_mobile``
        """
        self.ensure_one()
        # sudo: res.device - the user's own; customers have no right on the model
        devices = self.env["res.device"].sudo().search([("user_id", "=", self.id)])
        rows = {}
        for device in devices:
            rows.setdefault(device.session_identifier, self._get_device_row(device))
        return sorted(rows.values(), key=lambda row: not row["is_current"])

    def _get_device_row(self, device):
        zone = self.env["helpdesk.ticket"]._get_reader_zone(self.partner_id)
        now, lang = fields.Datetime.now(), self.env.lang
        places = filter(None, (device.city, device.country, device.ip_address))
        return {
            "id": device.id,
            "name": device_words(device.browser, device.platform)
            or self.env._("Unknown device"),
            "place": " · ".join(places),
            "last": dates.relative_words(device.last_activity, now, zone, lang),
            "last_exact": dates.deadline_words(device.last_activity, zone, lang),
            "is_current": bool(device.is_current),
            "is_mobile": device.device_type == "mobile",
        }

    def _get_device(self, device_id):
        """Return another device of the user that is signed in, as sudo; else none."""
        self.ensure_one()
        # sudo: res.device - the user's own
        device = (
            self.env["res.device"]
            .sudo()
            .search([("user_id", "=", self.id), ("id", "=", device_id)])
        )
        return device.filtered(lambda device: not device.is_current)

    def _get_sign_ins(self):
        """Return the latest sign-ins, newest first, those that ended too."""
        self.ensure_one()
        # sudo: res.device.log - the user's own
        groups = (
            self.env["res.device.log"]
            .sudo()
            ._read_group(
                [("user_id", "=", self.id)],
                ["session_identifier"],
                ["first_activity:min", "id:max", "revoked:bool_and"],
                order="first_activity:min desc",
                limit=SIGN_INS,
            )
        )
        zone = self.env["helpdesk.ticket"]._get_reader_zone(self.partner_id)
        Log = self.env["res.device.log"].sudo()  # sudo: as above
        logs = Log.browse(latest for _session, _first, latest, _ended in groups)
        rows = []
        for log, (_session, first, _latest, ended) in zip(logs, groups, strict=True):
            rows.append(
                {
                    **self._get_device_row(log),
                    "date": dates.deadline_words(first, zone, self.env.lang),
                    "is_ended": ended,
                }
            )
        return rows
