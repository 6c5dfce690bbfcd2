# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import email_normalize, single_email_re

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.auth_signup.models.res_partner import SignupError

from ..tools import rate_limit
from . import common

SAVED = "helpdesk_password_saved"
#: characters of an e-mail address
MOST = 320


class HelpdeskSignIn(AuthSignupHome):
    """Getting in: first password, forgotten password, failed sign-ins.

    No answer tells whether an address is known here.
    """

    @http.route()
    def web_login(self, *args, **kw):
        """Offer a way in to who failed, and tell who chose a password to sign in."""
        response = super().web_login(*args, **kw)
        if response.is_qweb:
            failed = request.httprequest.method == "POST"
            response.qcontext["helpdesk_failed"] = failed
            response.qcontext["helpdesk_proof"] = bool(
                failed and request.env["res.users"]._needs_proof_to_sign_in()
            )
            if request.session.get(SAVED):
                response.qcontext["helpdesk_saved"] = request.session.pop(SAVED)
        return response

    def _login_redirect(self, uid, redirect=None):
        """The browser of who signed in is not locked out by who guesses."""
        Users = request.env["res.users"]
        # sudo: res.users - the login of who just signed in
        Users._set_known_device(Users.sudo().browse(uid).login)
        return super()._login_redirect(uid, redirect=redirect)

    @http.route(captcha=None, csrf=False, readonly=common.readonly_form)
    def web_auth_reset_password(self, *args, **kw):
        """S0-06 to S0-08: who forgot the password gets a link to choose another."""
        if kw.get("token"):
            return self._choose_password(kw)
        if not self.get_auth_signup_config()["reset_password_enabled"]:
            raise request.not_found()
        return self._ask_for_link("reset", kw)

    @http.route(
        "/web/get_password",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
        csrf=False,
        readonly=common.readonly_form,
    )
    def get_password(self, **kw):
        """S1-07 First access: who writes to us gets a link to choose a password."""
        return self._ask_for_link("first", kw)

    @http.route()
    def web_auth_signup(self, *args, **kw):
        """Links of the core's invitations choose a password the same way.

        Where everybody may sign up, one network does not do so without end.
        """
        if kw.get("token") and request.httprequest.method == "GET":
            query = urlencode({"token": kw["token"]})
            return request.redirect(f"/web/reset_password?{query}", code=303)
        if request.httprequest.method == "POST" and not kw.get("token"):
            Limit = request.env["helpdesk.rate.limit"]
            opens = Limit._hit("sign_up_network", rate_limit.current_network())
            qcontext = self.get_auth_signup_qcontext()
            if opens and qcontext["signup_enabled"]:
                qcontext["error"] = Limit._get_text(opens)
                return request.render("auth_signup.signup", qcontext)
        return super().web_auth_signup(*args, **kw)

    @http.route(
        "/web/proof",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def create_proof(self):
        """Give a browser something to calculate before its form counts (S0-07)."""
        challenge = request.env["helpdesk.rate.limit"]._create_proof()
        return request.make_json_response(
            challenge, headers=[("Cache-Control", "no-store")]
        )

    def get_auth_signup_qcontext(self):
        """The core tells by a redirection which addresses have an account."""
        qcontext = super().get_auth_signup_qcontext()
        qcontext.pop("signup_email", None)
        return qcontext

    # ------------------------------------------------------------
    # Asking for a link
    # ------------------------------------------------------------

    def _ask_for_link(self, kind, form):
        """Take an address; what follows is done later, whoever it belongs to.

        :param str kind: ``reset`` or ``first``: the words of the page
        """
        typed = str(form.get("login") or "").strip()
        values = {"kind": kind, "login": typed[:MOST], "errors": {}}
        if request.httprequest.method != "POST":
            return self._render("ask_for_link", values)
        address = email_normalize(typed)
        if not address or not single_email_re.match(address) or len(typed) > MOST:
            values["errors"]["login"] = request.env._(
                "Write your whole e-mail address, for example name@hotel.com."
            )
            return self._render("ask_for_link", values)
        Limit = request.env["helpdesk.rate.limit"]
        if Limit._take_proof(form.get("proof")):
            opens = Limit._hit("mail_link", address)
            if opens:
                values["errors"]["limit"] = Limit._get_text(opens)
                return self._render("ask_for_link", values)
            request.env["helpdesk.access.request"]._ask(address)
        values["address"] = address
        return self._render("link_sent", values)

    # ------------------------------------------------------------
    # Using a link
    # ------------------------------------------------------------

    def _choose_password(self, form):
        """Show the form of a link, or save the password and take them to sign in."""
        token = str(form["token"])
        # sudo: res.partner - who holds the link is who it was sent to
        info = request.env["res.partner"].sudo()._signup_retrieve_info(token)
        if not info:
            return self._render("link_used", {})
        values = {**self.get_auth_signup_config(), "login": info["login"]}
        values.update(self._get_password_rules(), token=token)
        if request.httprequest.method == "POST":
            values["error"] = self._save_password(token, form)
            if not values["error"]:
                return self._to_sign_in(info["login"])
        return self._render("choose_password", values)

    def _get_password_rules(self):
        # sudo: ir.config_parameter - how long a password must be
        get_param = request.env["ir.config_parameter"].sudo().get_param
        minimum = get_param("auth_password_policy.minlength", default=0)
        return {"password_minimum_length": minimum}

    def _save_password(self, token, form):
        """Save a password; return what is wrong with it, if anything."""
        password = str(form.get("password") or "")
        if not password:
            return request.env._("Write a password.")
        if password != form.get("confirm_password"):
            return request.env._("The two passwords differ. Write the same one twice.")
        try:
            with request.env.cr.savepoint():
                # sudo: res.users - who holds the link is who it was sent to
                request.env["res.users"].sudo().signup({"password": password}, token)
        except (UserError, SignupError) as error:
            return str(error)
        return ""

    def _to_sign_in(self, login):
        """Who chose a password signs in with it (S3-06), whoever was signed in."""
        if request.session.uid:
            request.session.logout(keep_db=True)
        request.session["auth_login"] = login
        request.session[SAVED] = True
        return request.redirect("/web/login", code=303)

    def _render(self, name, values):
        response = request.render(f"helpdesk_service_portal.{name}", values)
        response.headers["Cache-Control"] = "no-store"
        return response
