import json
from unittest.mock import patch

from odoo.exceptions import AccessDenied
from odoo.tests import tagged

from ..models.res_users_sign_in import KNOWN
from ..tools import rate_limit
from .portal_common import PortalCommon
from .test_proof_of_work import solve
from .test_rate_limit import real_connections

FEW = 3


@tagged("post_install", "-at_install")
class TestSignInLimits(PortalCommon):
    """Guessing is limited at every door, and nobody else is locked out by it."""

    def setUp(self):
        super().setUp()
        self.enterContext(real_connections(self.env))
        self._set_limits(sign_in=FEW, sign_in_account=50, sign_in_network=50)
        self.authenticate(None, None)

    def _set_limits(self, **limits):
        for door, hits in limits.items():
            self.env["ir.config_parameter"].sudo().set_param(
                rate_limit.PARAMETER + door, f"{hits}/900"
            )

    def _sign_in(self, user, password=None, **form):
        """Try to sign in by the page; tell whether it worked."""
        password = user.login if password is None else password
        login = form.pop("login", user.login)
        self.tree = self.post(
            "/web/login", {"login": login, "password": password, **form}
        )
        worked = "/my" in self.path
        if worked:
            known = self.opener.cookies.get(KNOWN)
            self.authenticate(None, None)
            self.known = known
        return worked

    def _from(self, address):
        """Let requests come from another network."""
        return patch.object(rate_limit, "get_network", lambda _address: address)

    # ------------------------------------------------------------
    # The page
    # ------------------------------------------------------------

    def test_guessing_one_account_is_stopped(self):
        """Also with the right password, in any letter case, until the time told; the
        address typed is kept."""
        for _guess in range(FEW):
            self.assertFalse(self._sign_in(self.ana, "guess"))
            self.assertIn("Wrong login/password", self.text)
        self.assertFalse(self._sign_in(self.ana, login="ANA@test.example"))
        self.assertRegex(self.text, r"too often .* try again at \d+:\d\d [AP]M \(")
        self.assertEqual(
            self.tree.xpath("//input[@name='login']/@value"), ["ANA@test.example"]
        )

    def test_unknown_accounts_are_stopped_alike(self):
        """No answer tells whether an address is known."""
        for _guess in range(FEW):
            self.assertFalse(self._sign_in(self.ana, "x", login="x@nowhere.example"))
            self.assertIn("Wrong login/password", self.text)
        self.assertFalse(self._sign_in(self.ana, "x", login="x@nowhere.example"))
        self.assertIn("too often", self.text)

    def test_others_behind_the_same_network_get_in(self):
        for _guess in range(FEW + 1):
            self._sign_in(self.ana, "guess")
        self.assertTrue(self._sign_in(self.luis))

    def test_owner_gets_in_from_a_browser_that_is_known(self):
        """Who guesses locks the owner out of no browser used before."""
        self.assertTrue(self._sign_in(self.ana))
        known = self.known
        for _guess in range(FEW + 1):
            self._sign_in(self.ana, "guess")
        self.assertFalse(self._sign_in(self.ana))
        self.opener.cookies.set(KNOWN, known)
        self.assertTrue(self._sign_in(self.ana))
        self.opener.cookies.set(KNOWN, known[:-1] + "x")
        self.assertFalse(self._sign_in(self.ana), "a forged mark")
        self.opener.cookies.set(KNOWN, known)
        for _guess in range(FEW + 1):
            self._sign_in(self.luis, "guess")
        self.assertFalse(self._sign_in(self.luis), "another's mark")

    def test_known_browser_does_not_guess_without_end(self):
        self._set_limits(sign_in_device=FEW)
        self.assertTrue(self._sign_in(self.ana))
        self.opener.cookies.set(KNOWN, self.known)
        for _guess in range(FEW):
            self.assertFalse(self._sign_in(self.ana, "guess"))
        self.assertFalse(self._sign_in(self.ana))

    def test_owner_gets_in_from_another_network(self):
        with self._from("198.51.100.7"):
            for _guess in range(FEW + 1):
                self._sign_in(self.ana, "guess")
        self.assertTrue(self._sign_in(self.ana))

    def test_guesses_from_many_networks_are_counted_together(self):
        self._set_limits(sign_in_account=FEW)
        for number in range(FEW):
            with self._from(f"198.51.100.{number}"):
                self._sign_in(self.ana, "guess")
        with self._from("198.51.100.99"):
            self.assertFalse(self._sign_in(self.ana))

    def test_network_that_guesses_many_accounts_needs_a_proof_of_work(self):
        """Nobody else behind the same network is locked out: the browser calculates."""
        self._set_limits(sign_in_network=FEW)
        for number in range(FEW):
            self._sign_in(self.ana, "guess", login=f"x{number}@nowhere.example")
        self.assertFalse(self._sign_in(self.ana))
        self.assertTrue(self.tree.xpath("//form//input[@name='proof']"))
        proof = solve(self.env["helpdesk.rate.limit"]._create_proof())
        self.assertTrue(self._sign_in(self.ana, proof=proof))
        self.assertFalse(self._sign_in(self.luis, proof=proof), "used once")

    def test_right_password_begins_to_count_anew(self):
        for _time in range(3):
            for _guess in range(FEW - 1):
                self._sign_in(self.ana, "guess")
            self.assertTrue(self._sign_in(self.ana))

    # ------------------------------------------------------------
    # Other doors
    # ------------------------------------------------------------

    def _call_json(self, service, method, *args):
        answer = self.url_open(
            "/jsonrpc",
            data=json.dumps(
                {"params": {"service": service, "method": method, "args": args}}
            ),
            headers={"Content-Type": "application/json"},
        )
        return answer.json()

    def test_xml_rpc_and_json_rpc_count_by_account(self):
        """XML-RPC, JSON-RPC per account (the core hides the address there)."""
        db, login = self.env.cr.dbname, self.ana.login
        call = self.xmlrpc_common.authenticate
        self.assertTrue(call(db, login, login, {}))
        for _guess in range(FEW):
            self.assertFalse(call(db, login, "guess", {}))
        self.assertFalse(call(db, login, login, {}))
        self.assertFalse(self._sign_in(self.ana), "one count for all doors")
        luis = self.luis.login
        answer = self._call_json("common", "authenticate", db, luis, luis, {})
        self.assertEqual(answer["result"], self.luis.id)
        for _guess in range(FEW):
            self._call_json("common", "authenticate", db, luis, "guess", {})
        answer = self._call_json("common", "authenticate", db, luis, luis, {})
        self.assertFalse(answer["result"])

    def test_calls_with_a_wrong_password_are_counted(self):
        db, uid = self.env.cr.dbname, self.ana.id

        def call(password):
            args = [db, uid, password, "res.users", "read", [uid], ["name"]]
            return self._call_json("object", "execute", *args)

        for _guess in range(FEW):
            self.assertIn("error", call("guess"))
        self.assertIn("too often", json.dumps(call(self.ana.login)))

    def test_rpc_doors_count_by_network(self):
        """Per network in the controllers."""
        self._set_limits(sign_in_network=FEW)
        db = self.env.cr.dbname
        for number in range(FEW):
            login = f"x{number}@nowhere.example"
            self.assertFalse(self.xmlrpc_common.authenticate(db, login, "x", {}))
        luis = self.luis.login
        self.assertFalse(self.xmlrpc_common.authenticate(db, luis, luis, {}))
        answer = self._call_json("common", "authenticate", db, luis, luis, {})
        self.assertFalse(answer["result"])

    def test_json_session_door_is_counted(self):
        def call(password):
            return self.url_open(
                "/web/session/authenticate",
                data=json.dumps(
                    {
                        "params": {
                            "db": self.env.cr.dbname,
                            "login": self.ana.login,
                            "password": password,
                        }
                    }
                ),
                headers={"Content-Type": "application/json"},
            ).json()

        for _guess in range(FEW):
            self.assertIn("error", call("guess"))
        self.assertIn("too often", json.dumps(call(self.ana.login)))

    def test_changing_the_password_guesses_none(self):
        ana = self.env["res.users"].with_user(self.ana)
        for _guess in range(FEW):
            with self.assertRaises(AccessDenied):
                ana.change_password("guess", "Nuevo-Vallarta-2027")
        with self.assertRaisesRegex(AccessDenied, "too often"):
            ana.change_password(self.ana.login, "Nuevo-Vallarta-2027")

    def test_wrong_api_keys_are_counted(self):
        """/json/2 bearer keys: by network, and by the part of a key that is public."""
        self._set_limits(api_key=FEW, api_key_network=FEW + 2)

        def call(key):
            return self.url_open(
                "/json/2/res.users/context_get",
                data="{}",
                headers={
                    "Content-Type": "application/json",
                    "Authorization": f"bearer {key}",
                },
            )

        right = (
            self.env["res.users.apikeys"]
            .with_user(self.ana)
            .sudo()
            ._generate(None, "k", None)
        )
        self.assertEqual(call(right).status_code, 200)
        for _guess in range(FEW):
            self.assertEqual(call(right[:8] + "0" * 32).status_code, 401)
        refused = call(right)
        self.assertEqual(refused.status_code, 429)
        self.assertGreater(int(refused.headers["Retry-After"]), 0)
        other = (
            self.env["res.users.apikeys"]
            .with_user(self.luis)
            .sudo()
            ._generate(None, "k", None)
        )
        answers = [call(f"{number:08}" + "0" * 32).status_code for number in range(4)]
        self.assertEqual(answers, [401, 401, 429, 429])
        self.assertEqual(call(other).status_code, 200, "a right one opens all the same")

    def test_wrong_and_unknown_take_as_long(self):
        """An unknown login is calculated for like a wrong password."""
        contexts = []
        users = self.env["res.users"].__class__
        original = users._crypt_context

        def count(model):
            contexts.append(model)
            return original(model)

        with patch.object(users, "_crypt_context", count):
            for login in (self.ana.login, "x@nowhere.example"):
                contexts.clear()
                credential = {"login": login, "password": "x", "type": "password"}
                with self.assertRaises(AccessDenied):
                    self.env["res.users"]._login(credential, {"interactive": True})
                self.assertEqual(len(contexts), 1, login)
