# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import os
import re
import tempfile
import time

from werkzeug.wsgi import wrap_file

from odoo import fields, http
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request

from odoo.addons.auth_totp.controllers.home import Home as TwoFactorHome

from . import common
from .account import HelpdeskAccount

#: seconds for which a password counts for the next sensitive act, as in the core
CONFIRMED_SECONDS = 600
CONFIRMED = "identity-check-last"


class HelpdeskTwoSteps(TwoFactorHome):
    """The page that asks for the code after the password."""

    @http.route()
    def web_totp(self, redirect=None, **kwargs):
        """Codes are read with blanks or dashes, as people copy them from paper."""
        digits = re.sub(r"\D", "", kwargs.get("totp_token") or "")[:20]
        if digits:
            kwargs["totp_token"] = digits
        return super().web_totp(redirect=redirect, **kwargs)


class HelpdeskSecurity(HelpdeskAccount):
    """Account security: password, devices, second step, one's own data."""

    # ------------------------------------------------------------
    # The page
    # ------------------------------------------------------------

    @http.route(readonly=common.readonly_form)
    def security(self, **post):
        """Show the page; change the password."""
        if request.httprequest.method == "POST":
            post = {name: post.get(name) or "" for name in ("old", "new1", "new2")}
        return self._show_security(super().security(**post), post)

    @http.route()
    def deactivate_account(self, validation="", password="", **post):
        """Delete the account; guessing the password is limited here, too."""
        problem = self._count_password()
        if problem:
            password = ""
        return self._show_security(
            super().deactivate_account(validation, password, **post), post
        )

    def _show_security(self, response, params):
        """Add what our sections of the page show."""
        if response.is_qweb:
            user = request.env.user
            devices = user._get_devices()
            response.qcontext |= {
                "devices": devices,
                "other_devices": [row for row in devices if not row["is_current"]],
                "sign_ins": user._get_sign_ins(),
                "recovery_codes_left": user._count_recovery_codes(),
                "two_factor_required": user._is_two_factor_required(),
                # sudo: res.partner - whether the user's own mailbox is shared
                "is_shared": user.partner_id.sudo().helpdesk_is_shared,
                "password_length": user.get_password_policy()["minlength"],
                "done": params.get("done"),
            }
        return response

    def _update_password(self, old, new1, new2):
        problem = self._count_password()
        if problem:
            return {"errors": {"password": {"old": problem}}}
        result = super()._update_password(old, new1, new2)
        if result.get("success"):
            request.session[CONFIRMED] = time.time()
        return result

    # ------------------------------------------------------------
    # Sensitive acts: a page that explains, the password, then it is done
    # ------------------------------------------------------------

    @http.route("/my/security/device/<int:device_id>", **common.FORM_ROUTE)
    def portal_sign_out_device(self, device_id, **params):
        """Sign one other device out."""
        user = request.env.user
        device_sudo = user._get_device(device_id)
        if not device_sudo:
            return request.redirect("/my/security?done=gone#devices", code=303)
        problem = self._get_confirmation_problem()
        if problem is None:
            device_sudo._revoke()
            return request.redirect("/my/security?done=device#devices", code=303)
        return self._render_act(
            "portal_act_device", problem, device=user._get_device_row(device_sudo)
        )

    @http.route("/my/security/recovery-codes", **common.FORM_ROUTE)
    def portal_recovery_codes(self, **params):
        """Make recovery codes and show them once, to print."""
        user = request.env.user
        if not user._mfa_type():
            return request.redirect("/my/security#two_steps", code=303)
        problem = self._get_confirmation_problem()
        if problem is None:
            return self._render_act(
                "portal_recovery_codes",
                codes=user._make_recovery_codes(),
                date=request.env["helpdesk.ticket"]._get_moment_text(
                    fields.Datetime.now()
                ),
            )
        return self._render_act(
            "portal_act_recovery_codes", problem, left=user._count_recovery_codes()
        )

    @http.route("/my/security/phones", **common.FORM_ROUTE)
    def portal_add_phone(self, **params):
        """Show the code that an authenticator scans once more, for another phone."""
        user = request.env.user
        if not user.totp_enabled:
            return request.redirect("/my/security#two_steps", code=303)
        problem = self._get_confirmation_problem()
        if problem is None:
            return self._render_act(
                "portal_authenticator", authenticator=user._get_authenticator()
            )
        return self._render_act("portal_act_phone", problem)

    @http.route("/my/security/data", **common.FORM_ROUTE)
    def portal_personal_data(self, **params):
        """Give the user's personal data as a ZIP, a few times an hour."""
        problem = self._get_confirmation_problem()
        if problem is None:
            problem = self._count_export()
            if not problem:
                return self._send_personal_data()
        return self._render_act("portal_act_data", problem)

    def _send_personal_data(self):
        user = request.env.user
        # on the disk, whatever it weighs; gone once it was sent
        stream = tempfile.TemporaryFile()
        count = user._write_personal_data(stream)
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        request.env["helpdesk.audit"]._log(
            "personal_data",
            partner=user.partner_id,
            details=f"{count} tickets, {size} bytes",
        )
        response = http.Response(
            wrap_file(request.httprequest.environ, stream),
            content_type="application/zip",
            direct_passthrough=True,
        )
        response.headers["Content-Length"] = str(size)
        response.headers["Content-Disposition"] = http.content_disposition(
            request.env._("my-data.zip")
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def _count_export(self):
        opening = request.env["helpdesk.rate.limit"]._hit(
            "personal_data", request.env.uid
        )
        if not opening:
            return ""
        return request.env._(
            "Your data was exported several times just now. You can do it again from "
            "%(date)s.",
            date=request.env["helpdesk.ticket"]._get_moment_text(opening),
        )

    # ------------------------------------------------------------
    # The password once more
    # ------------------------------------------------------------

    def _is_confirmed(self):
        last = request.session.get(CONFIRMED, 0)
        return last > time.time() - CONFIRMED_SECONDS

    def _get_confirmation_problem(self):
        """Return None to go on, else what is wrong: "" on a page that was only opened.

        Who gave the password within ten minutes is not asked again.
        """
        if request.httprequest.method != "POST":
            return ""
        if self._is_confirmed():
            return None
        problem = self._count_password()
        if problem:
            return problem
        user = request.env.user
        credential = {
            "login": user.login,
            "password": request.httprequest.form.get("password", ""),
            "type": "password",
        }
        try:
            user._check_credentials(credential, {"interactive": True})
        except (AccessDenied, UserError):
            return request.env._("This is not your password.")
        request.session[CONFIRMED] = time.time()
        return None

    def _count_password(self):
        """Count a try of the password; return why there is none now, else ""."""
        opening = request.env["helpdesk.rate.limit"]._hit("password", request.env.uid)
        if not opening:
            return ""
        return request.env._(
            "There were too many tries. You can try again from %(date)s.",
            date=request.env["helpdesk.ticket"]._get_moment_text(opening),
        )

    def _render_act(self, template, problem="", **values):
        response = request.render(
            f"helpdesk_service_portal.{template}",
            {
                "page_name": "security",
                "problem": problem,
                "is_confirmed": self._is_confirmed(),
                # sudo: res.partner - whether the user's own mailbox is shared
                "is_shared": request.env.user.partner_id.sudo().helpdesk_is_shared,
                **values,
            },
        )
        response.headers["Cache-Control"] = "no-store"
        return response
