# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
import secrets
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request
from odoo.tools import consteq, hmac

from ..tools import rate_limit
from ..tools.alerts import alert

_logger = logging.getLogger(__name__)
KNOWN = "helpdesk_known"
KNOWN_SECONDS = 365 * 24 * 3600
#: of these doors, one that is closed opens with a proof of work
OPENS_WITH_PROOF = {"sign_in_network"}


class ResUsers(models.Model):
    """Guessing passwords is limited at every door, in the database.

    Failures count for the account from this network, for the account from anywhere,
    and for the network. Who signed in from a browser before is counted apart there, so
    that who guesses locks nobody out: neither the account's owner nor others behind
    the same network. RPC doors pass the network on, see controllers/rpc.py.
    """

    _inherit = "res.users"

    def _assert_can_auth(self, user=None):
        """In place of the core's cool-down, which locks out a whole network for a
        minute, forgets at each restart and is missing at the RPC doors.

        :param user: login, or id of the user
        """
        return self._limit_guesses(user)

    @contextmanager
    def _limit_guesses(self, user, failure=AccessDenied):
        """Let a password be tried and count it when it fails.

        :param user: login, or id of the user
        :param failure: the exception that says so
        :raise failure: while too many have failed, saying until when
        """
        uses = self._get_sign_in_uses(user)
        Limit = self.env["helpdesk.rate.limit"]
        lines = Limit._get_lines(uses)
        closed = {
            door: expires
            for door, (hits, expires) in lines.items()
            if 0 < Limit._get_limit(door)[0] <= hits
        }
        if closed and not self._opens_with_proof(closed):
            alert(_logger, "sign_in_blocked", "too many failed: %s", ", ".join(closed))
            raise failure(Limit._get_text(max(closed.values())))
        try:
            yield
        except failure:
            for door, key in uses:
                Limit._hit(door, key)
            raise
        own_door, own_key = uses[0]
        if own_door in lines:
            Limit._forget(own_door, own_key)

    @api.model
    def _get_sign_in_uses(self, user):
        """Return the doors a sign-in goes through, the narrowest first.

        :return: list of pairs of door and key
        """
        network = rate_limit.current_network()
        if isinstance(user, int):
            login = f"id {user}"
        else:
            login = (user or "").strip().lower()
            device = self._get_known_device(login)
            if device:
                return [("sign_in_device", device)]
        uses = [("sign_in", f"{login} {network}"), ("sign_in_account", login)]
        return [*uses, ("sign_in_network", network)] if network else uses

    def _opens_with_proof(self, closed):
        """Tell whether the browser has calculated for what is closed."""
        if not request or not set(closed) <= OPENS_WITH_PROOF:
            return False
        solution = request.params.get("proof") or ""
        return self.env["helpdesk.rate.limit"]._take_proof(solution)

    @api.model
    def _needs_proof_to_sign_in(self):
        """Tell whether sign-ins from this network need a proof of work for now."""
        return bool(
            self.env["helpdesk.rate.limit"]._get_opening(
                "sign_in_network", rate_limit.current_network()
            )
        )

    # ------------------------------------------------------------
    # Known browsers
    # ------------------------------------------------------------

    @api.model
    def _get_known_device(self, login):
        """Return the mark of a browser in which this login has signed in, or ""."""
        cookie = (request.cookies.get(KNOWN) or "") if request else ""
        mark, _dot, signature = cookie.partition(".")
        if mark and consteq(self._sign_device(login, mark), signature):
            return cookie
        return ""

    @api.model
    def _set_known_device(self, login):
        """Let the browser remember, signed, that this login has signed in there."""
        login = (login or "").strip().lower()
        if self._get_known_device(login):
            return
        mark = secrets.token_urlsafe(18)
        request.future_response.set_cookie(
            KNOWN,
            f"{mark}.{self._sign_device(login, mark)}",
            max_age=KNOWN_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.httprequest.scheme == "https",
        )

    def _sign_device(self, login, mark):
        # sudo: ir.config_parameter - the database secret signs the cookie
        return hmac(self.sudo().env, "helpdesk-known-device", (login, mark))

    # ------------------------------------------------------------
    # Doors of who is signed in
    # ------------------------------------------------------------

    def change_password(self, old_passwd, new_passwd):
        """The old password is not guessed here either."""
        with self._assert_can_auth(user=self.env.uid):
            return super().change_password(old_passwd, new_passwd)

    def _login(self, credential, user_agent_env):
        """An unknown login takes as long as a wrong password."""
        try:
            return super()._login(credential, user_agent_env=user_agent_env)
        except AccessDenied:
            if credential.get("type") == "password" and not self._has_login(credential):
                self._crypt_context().hash(credential.get("password") or "-")
            raise

    def _has_login(self, credential):
        # sudo: res.users - whether the login exists, told to nobody
        domain = self._get_login_domain(credential["login"])
        return bool(self.sudo().search_count(domain, limit=1))


class ResUsersIdentitycheck(models.TransientModel):
    _inherit = "res.users.identitycheck"

    def _check_identity(self):
        """Who found an open session does not guess its password."""
        with self.env.user._limit_guesses(self.env.uid, UserError):
            return super()._check_identity()
