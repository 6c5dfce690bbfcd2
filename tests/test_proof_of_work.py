import base64
import json
import re

from altcha import PayloadV1, solve_challenge_v1

from odoo.tests import tagged

from ..tools import proof_of_work
from .portal_common import PortalCommon
from .test_get_password import AccessMailCommon
from .test_rate_limit import real_connections

SENT = "a mail with a link is on its way"


def solve(challenge):
    """Calculate what the browser would, and write it as it does."""
    options = {
        "algorithm": challenge["algorithm"],
        "max_number": challenge["maxNumber"],
    }
    solution = solve_challenge_v1(
        challenge=challenge["challenge"], salt=challenge["salt"], **options
    )
    payload = PayloadV1(
        challenge["algorithm"],
        challenge["challenge"],
        solution.number,
        challenge["salt"],
        challenge["signature"],
    )
    return base64.b64encode(json.dumps(payload.to_dict()).encode()).decode()


@tagged("post_install", "-at_install")
class TestProofOfWork(PortalCommon, AccessMailCommon):
    """S0-07 Reset asks for the e-mail and then for the word in an image (captcha);
    wrong word = no mail. Settled: a proof of work solved by the browser; a missing,
    reused or wrong solution sends no mail and looks the same."""

    def setUp(self):
        super().setUp()
        self.enterContext(real_connections(self.env))
        self.env["helpdesk.access.request"].search([]).unlink()
        self.authenticate(None, None)

    def _get_proof(self):
        return solve(self.url_open("/web/proof", data={"a": "b"}).json())

    def _ask(self, address="ana@test.example", path="/web/reset_password", **form):
        self.post(path, {"login": address, **form}, csrf=False)

    def _get_asked(self):
        requests = self.env["helpdesk.access.request"].search([], order="id")
        return requests.mapped("address")

    def test_right_solution_sends_the_mail(self):
        """S0-08 On "Send", a mail goes to that address."""
        for path in ("/web/reset_password", "/web/get_password"):
            self._ask(proof=self._get_proof(), path=path)
            self.assertIn(SENT, self.text)
        self.assertEqual(self._get_asked(), ["ana@test.example"] * 2)

    def test_missing_wrong_reused_late_and_foreign_solutions_send_nothing(self):
        """A missing, reused or wrong solution sends no mail and looks the same."""
        right = self._get_proof()
        self._ask(proof=right)
        expected = self._get_page()
        self.env["helpdesk.access.request"].search([]).unlink()
        payload = json.loads(base64.b64decode(self._get_proof()))
        wrong = {**payload, "number": payload["number"] + 1}
        later = re.sub(r"expires=\d+", "expires=99999999999", payload["salt"])
        own = proof_of_work.create("our own key")
        no_end = {**payload, "salt": "abc&"}
        proofs = {
            "missing": "",
            "reused": right,
            "no base64": "%%%",
            "no json": base64.b64encode(b"[1").decode(),
            "a list": self._encode([1, 2]),
            "empty": self._encode({}),
            "wrong": self._encode(wrong),
            "other end": self._encode({**payload, "salt": later}),
            "no end": self._encode(no_end),
            "other key": solve(own),
            "odd types": self._encode({**payload, "number": {}, "salt": 7}),
        }
        for name, proof in proofs.items():
            with self.subTest(name):
                self._ask(proof=proof)
                self.assertEqual(self._get_page(), expected)
                self.assertFalse(self._get_asked())

    def test_solution_that_comes_too_late_sends_nothing(self):
        challenge = proof_of_work.create(
            self.env["helpdesk.rate.limit"]._get_proof_key()
        )
        solution = solve(challenge)
        Limit = self.env["helpdesk.rate.limit"]
        with self.clock(seconds=proof_of_work.SECONDS + 5):
            self.assertFalse(Limit._take_proof(solution))
        self.assertTrue(Limit._take_proof(solution))
        self.assertFalse(Limit._take_proof(solution))

    def test_unknown_address_gets_the_same_answer(self):
        """S0-08 same answer for unknown addresses; S1-07."""
        pages = set()
        self.luis.active = False
        for address in ("ana@test.example", "luis@test.example", "x@nowhere.example"):
            self._ask(address, proof=self._get_proof())
            pages.add(self._get_page().replace(address, "ADDRESS"))
        self.assertEqual(len(pages), 1)

    def test_the_work_is_done_after_the_answer(self):
        """The same statements run for every address: time tells nothing."""
        self._ask("y@nowhere.example", proof=self._get_proof())
        counts = set()
        for address in ("ana@test.example", "x@nowhere.example"):
            proof = self._get_proof()
            self.env["mail.mail"].search([]).unlink()
            before = self.env.cr.sql_log_count
            self._ask(address, proof=proof)
            counts.add(self.env.cr.sql_log_count - before)
            self.assertFalse(self.env["mail.mail"].search([]))
        self.assertEqual(len(counts), 1, counts)

    def test_address_is_normalised(self):
        self._ask(" Ana <ANA@Test.example> ", proof=self._get_proof())
        self.assertEqual(self._get_asked(), ["ana@test.example"])

    def test_what_is_no_address_is_said_beside_the_field(self):
        for typed in ("", "ana", "ana@", "@test.example", "a" * 400 + "@x.example"):
            with self.subTest(typed):
                proof = self._get_proof()
                tree = self.post("/web/get_password", {"login": typed, "proof": proof})
                error = tree.xpath("//*[@id='login_error']")
                self.assertIn("whole e-mail address", error[0].text_content())
                field = tree.xpath("//input[@name='login']/@value") or [""]
                self.assertEqual(field[0], typed[:320])
        self.assertFalse(self._get_asked())

    def test_each_address_gets_few_mails_and_is_told_when(self):
        """Limited per address: the form comes back with the address and the time."""
        with self.clock("2026-11-22 10:00:00"):
            for _time in range(3):
                self._ask("x@nowhere.example", proof=self._get_local_proof())
                self.assertIn(SENT, self.text)
            proof = self._get_local_proof()
            tree = self.post(
                "/web/get_password",
                {"login": "X@nowhere.example", "proof": proof},
                csrf=False,
            )
        self.assertIn("too often", self.part(tree, "helpdesk_limit"))
        self.assertRegex(self.part(tree, "helpdesk_limit"), r"at \d+:0[01] [AP]M")
        field = tree.xpath("//input[@name='login']/@value")
        self.assertEqual(field, ["X@nowhere.example"])
        self.assertEqual(len(self._get_asked()), 3)
        self._ask("other@nowhere.example", proof=self._get_proof())
        self.assertIn(SENT, self.text)

    def test_network_that_asks_often_works_harder_and_is_not_locked_out(self):
        """Limited per network without locking out others behind the same network."""
        self.env["ir.config_parameter"].set_param(
            "helpdesk_service_portal.limit.mail_link_network", "2/3600"
        )
        hardness = [
            self.url_open("/web/proof", data={"a": "b"}).json()["maxNumber"]
            for _time in range(3)
        ]
        self.assertEqual(hardness[:2], [proof_of_work.EASY] * 2)
        self.assertEqual(hardness[2], proof_of_work.HARD)
        self._ask(proof=self._get_proof())
        self.assertEqual(self._get_asked(), ["ana@test.example"])

    def test_known_addresses_are_not_told_by_the_core_redirection(self):
        """The core redirects to sign in when the address of a link has an account."""
        for path in ("/web/reset_password", "/web/signup"):
            for token in ("", "&token=x"):
                page = self.url_open(
                    f"{path}?signup_email=ana@test.example{token}",
                    allow_redirects=False,
                )
                self.assertNotIn("/web/login", page.headers.get("Location", ""))

    def test_help_address_and_ways_in_are_seen_without_signing_in(self):
        """S0-05 An address to write to for access problems is shown, and it can be
        seen without signing in. S0-06 The login page has a "Reset" button."""
        for path in ("/web/login", "/web/reset_password", "/web/get_password"):
            self.assertIn(
                "help@desk.example", self.part(self.get(path), "helpdesk_help_address")
            )
        ways = self.part(self.get("/web/login"), "helpdesk_ways")
        self.assertIn("Reset password", ways)
        self.assertIn("Get password", ways)

    def test_without_javascript_it_is_said(self):
        tree = self.get("/web/get_password")
        words = " ".join(node.text_content() for node in tree.xpath("//form//noscript"))
        self.assertIn("needs JavaScript", words)

    def _get_local_proof(self):
        return solve(self.env["helpdesk.rate.limit"]._create_proof())

    def _get_page(self):
        """Return the page without what differs from one showing to the next."""
        return re.sub(r"\d{6,}|csrf_token: \"[^\"]*\"", "", self.text)

    def _encode(self, value):
        return base64.b64encode(json.dumps(value).encode()).decode()


@tagged("post_install", "-at_install")
class TestChoosePassword(PortalCommon, AccessMailCommon):
    """S1-07 receive a link by mail, create the password. S3-06 mail arrives to set the
    wanted one; then sign in again with it."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("web.base.url", self.base_url())
        self.env["website"].search([]).domain = False
        self.ana._send_access_mail("invitation")
        self.link = self._get_link("ana@test.example")
        self.token = self._get_token("ana@test.example")
        self.authenticate(None, None)

    def _choose(self, password, confirm=None, **form):
        return self.post(
            "/web/reset_password",
            {
                "token": self.token,
                "password": password,
                "confirm_password": password if confirm is None else confirm,
                **form,
            },
            csrf=False,
        )

    def test_link_password_sign_in(self):
        self.get(self.link[len(self.base_url()) :])
        self.assertIn("ana@test.example", self.text)
        tree = self._choose("Nuevo-Vallarta-2027")
        self.assertEqual(self.path, "/web/login")
        self.assertIn("Your password is saved", self.text)
        self.assertEqual(tree.xpath("//input[@name='login']/@value"), [self.ana.login])
        self.post(
            "/web/login",
            {"login": "ANA@test.example", "password": "Nuevo-Vallarta-2027"},
        )
        self.assertIn("/my", self.path)

    def test_used_and_forged_links_say_how_to_go_on(self):
        self._choose("Nuevo-Vallarta-2027")
        for path in (
            f"/web/reset_password?token={self.token}",
            "/web/reset_password?token=x",
            "/web/signup?token=x&signup_email=ana@test.example",
        ):
            with self.subTest(path):
                tree = self.get(path)
                self.assertIn("does not work any more", self.text)
                self.assertTrue(tree.xpath("//a[@href='/web/get_password']"))
                self.assertIn("help@desk.example", self.text)

    def test_password_that_cannot_be_taken_is_said_and_the_link_stays(self):
        self.env["ir.config_parameter"].set_param("auth_password_policy.minlength", 10)
        for form, words in (
            ({"password": "short"}, "10 characters"),
            ({"password": "long-enough-1", "confirm": "other"}, "two passwords differ"),
            ({"password": ""}, "Write a password"),
        ):
            with self.subTest(words):
                tree = self._choose(**form)
                error = tree.xpath("//*[@id='password_error']")[0]
                self.assertIn(words, error.text_content())
        self._choose("Nuevo-Vallarta-2027")
        self.assertIn("Your password is saved", self.text)

    def test_who_was_signed_in_as_another_is_signed_out(self):
        self.sign_in(self.eva)
        self._choose("Nuevo-Vallarta-2027")
        self.assertEqual(self.path, "/web/login")
        self.assertIn("Your password is saved", self.text)

    def test_login_and_name_of_the_form_are_not_taken(self):
        self._choose("Nuevo-Vallarta-2027", login="eva@test.example", name="Eva")
        self.env.invalidate_all()
        self.assertEqual(self.ana.login, "ana@test.example")
        self.assertEqual(self.ana.name, "Ana Pérez")
