import json
from unittest.mock import patch

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import helpdesk_ticket_portal_files
from ..tools import attachment_policy
from .pictures import camera_data, picture
from .portal_common import PDF, PortalCommon

KEY = "draft-key-of-the-tests-1"


class DraftCommon(PortalCommon):
    """Ana writes; what the page's script sends is sent by hand."""

    def call(self, path, status=200, csrf=True, files=None, **fields):
        """Post to a route of drafts as the script does and return its answer."""
        data = {"submission_key": KEY, **fields}
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open(f"/my/draft/{path}", data=data, files=files)
        self.assertEqual(response.status_code, status, response.text[:500])
        return json.loads(response.text)

    def save(self, **kw):
        return self.call("save", **{"subject": "No WiFi", **kw})

    def upload(self, name="receipt.pdf", content=PDF, mimetype="text/html", **kw):
        return self.call("file", files={"file": (name, content, mimetype)}, **kw)

    def drafts(self, user=None):
        return self.env["helpdesk.ticket.draft"].search(
            [("user_id", "=", (user or self.ana).id)]
        )

    def subject(self, tree):
        return tree.xpath("//input[@name='subject']/@value")[0]

    def restored(self, tree):
        """Tell whether the page says that it brought a draft back."""
        return bool(tree.xpath("//form[@name='restored'][not(@hidden)]"))

    def tokens(self, tree):
        return tree.xpath("//input[@name='pending']/@value")


@tagged("post_install", "-at_install")
class TestDraft(DraftCommon):
    """D-12 A draft of a ticket or an answer survives reload, lost session and a closed
    browser for 24 hours, files included; it is wiped at sign-out."""

    def setUp(self):
        super().setUp()
        self.sign_in()

    def test_text_and_files_come_back(self):
        """D-12 A draft of a ticket …, files included."""
        self.save(description="Since this morning", priority="3")
        token = self.upload()["token"]
        self.sign_in()  # a new session: the old one is lost, the browser was closed
        tree = self.get("/new/ticket")
        self.assertTrue(self.restored(tree))
        self.assertIn("We brought back your draft.", self.text)
        self.assertEqual(self.subject(tree), "No WiFi")
        self.assertEqual(
            tree.xpath("//textarea[@name='description']")[0].text, "Since this morning"
        )
        self.assertEqual(
            tree.xpath("//input[@name='priority'][@checked]/@value"), ["3"]
        )
        self.assertEqual(self.tokens(tree), [token])
        self.assertEqual(self.key(tree), KEY)

    def test_draft_of_an_answer_belongs_to_its_ticket(self):
        """D-12 A draft of … an answer survives."""
        ticket, other = self._create_ticket(), self._create_ticket()
        self.save(ticket=ticket.id, message="It is the router", subject="")
        tree = self.get(f"/my/ticket/{ticket.id}")
        self.assertTrue(self.restored(tree))
        self.assertEqual(
            tree.xpath("//textarea[@name='message']")[0].text, "It is the router"
        )
        for path in (f"/my/ticket/{other.id}", "/new/ticket"):
            self.assertFalse(self.restored(self.get(path)))

    def test_last_text_wins(self):
        """D-12 A draft … survives: as it was last."""
        self.save()
        self.upload()
        self.save(subject="No TV")
        self.assertEqual(len(self.drafts()), 1)
        self.assertEqual(self.subject(self.get("/new/ticket")), "No TV")

    def test_sent_draft_is_gone_and_its_files_are_the_tickets(self):
        """D-12 A draft …: until it is sent."""
        self.save()
        token = self.upload()["token"]
        self.send_ticket(submission_key=KEY, pending=token)
        self.assertFalse(self.drafts())
        files = self.tickets()._get_public_attachments()
        self.assertEqual(files.mapped("name"), ["receipt.pdf"])
        self.save(status=409)  # a late save of a form that was sent meanwhile
        self.assertFalse(self.restored(self.get("/new/ticket")))

    def test_sent_answer_leaves_no_draft(self):
        """D-12 A draft of … an answer: until it is sent."""
        ticket = self._create_ticket()
        self.save(ticket=ticket.id, message="It is the router")
        token = self.upload(ticket=ticket.id)["token"]
        self.answer(ticket, fields={"submission_key": KEY, "pending": token})
        self.assertFalse(self.drafts())
        self.assertEqual(ticket.message_ids[0].attachment_ids.name, "receipt.pdf")
        self.save(ticket=ticket.id, message="It is the router", status=409)

    def test_draft_can_be_discarded(self):
        """D-12 … "We brought back your draft" [discard]."""
        self.save()
        self.upload()
        self.post("/my/draft/discard", {"submission_key": KEY})
        self.assertEqual(self.path, "/new/ticket")
        self.assertFalse(self.drafts() or self._unsent())

    def test_discarded_answer_leads_back_to_its_ticket(self):
        """D-12 … [discard]."""
        ticket = self._create_ticket()
        self.save(ticket=ticket.id, message="It is the router")
        tree = self.post("/my/draft/discard", {"submission_key": KEY})
        self.assertIn(f"/my/ticket/{ticket.id}", self.path)
        self.assertFalse(self.restored(tree))

    def test_sign_out_wipes_text_and_files(self):
        """D-12 … it is wiped at sign-out."""
        self.save()
        self.upload()
        self.send_ticket(subject="", files={"attachment": ("list.pdf", PDF)})
        self.assertEqual(len(self._unsent()), 2)
        self.url_open("/web/session/logout")
        self.assertFalse(self.drafts() or self._unsent())

    def test_draft_dies_after_24_hours(self):
        """D-12 … survives … for 24 hours."""
        self.save()
        self.upload()
        Draft = self.env["helpdesk.ticket.draft"]
        Attachment = self.env["ir.attachment"]
        with self.clock(hours=23):
            Draft._gc_drafts()
            Attachment._gc_pending_ticket_files()
            self.assertTrue(self.restored(self.get("/new/ticket")))
            self.assertTrue(self._unsent())
        with self.clock(hours=25):
            self.assertFalse(self.restored(self.get("/new/ticket")))
            Draft._gc_drafts()
            Attachment._gc_pending_ticket_files()
        self.assertFalse(self.drafts() or self._unsent())

    def test_emptied_form_leaves_no_draft(self):
        """D-12 A draft …: of something."""
        self.save()
        self.save(subject="", description="")
        self.assertFalse(self.drafts())

    def test_draft_is_its_writers_alone(self):
        """D-12 A draft …: nobody else's to see, send or take away."""
        self.save()
        token = self.upload()["token"]
        self.sign_in(self.luis)
        self.assertFalse(self.restored(self.get("/new/ticket")))
        self.call("file/remove", token=token)
        self.post("/my/draft/discard", {"submission_key": KEY})
        self.url_open("/web/session/logout")
        self.assertEqual(len(self.drafts()), 1)
        self.assertEqual(len(self._unsent()), 1)

    def test_who_share_an_account_do_not_share_drafts(self):
        """D-12 A draft …: under a shared account, in the browser it was written in."""
        self.ana.partner_id.helpdesk_is_shared = True
        self.save()
        token = self.upload()["token"]
        self.assertTrue(self.restored(self.get("/new/ticket")))
        mark = self.opener.cookies.get("helpdesk_device")
        self.assertTrue(mark)
        self.opener.cookies.clear()
        self.sign_in()
        self.assertFalse(self.restored(self.get("/new/ticket")))
        self.url_open("/web/session/logout")
        self.assertEqual(len(self.drafts()), 1)
        self.sign_in()
        self.send_ticket(submission_key=KEY, pending=token)
        self.assertTrue(self.tickets()._get_public_attachments())

    def test_lost_session_is_said_and_keeps_nothing_for_strangers(self):
        """D-08 Every refusal for a missing or ended session …: at each save."""
        owner = self.get("/new/ticket").xpath("//input[@name='owner']/@value")[0]
        self.authenticate(None, None)
        answer = self.save(status=401, owner=owner)
        self.assertIn("sign in and go on", answer["message"])
        self.upload(status=401, owner=owner)
        self.sign_in(self.luis)
        self.save(status=401, owner=owner)
        self.assertFalse(self.drafts() | self.drafts(self.luis))

    def test_other_sites_cannot_write_drafts(self):
        """D-12 A draft …: written on our pages only."""
        for path in ("save", "file", "file/remove"):
            self.call(path, status=401, csrf=False, csrf_token="x")
        self.assertFalse(self.drafts())

    def test_no_draft_for_a_ticket_out_of_reach(self):
        """D-12 A draft of … an answer: to a ticket one sees."""
        foreign = self._create_ticket(self.eva)
        for ticket_id in (foreign.id, 2**31 - 1, "abc", -1):
            with self.subTest(ticket_id=ticket_id):
                self.save(ticket=ticket_id, message="x", status=409)

    @mute_logger("odoo.http")
    def test_junk_is_refused(self):
        """D-12 A draft …: nothing else is kept."""
        self.save(status=409, submission_key="short")
        self.save(status=409, description="x" * 300_001)
        self.save(subject="a\x00b", unknown="x", partner_id="1")
        form = self.drafts().form
        self.assertEqual(form["subject"], "ab")
        self.assertFalse({"unknown", "partner_id"} & form.keys())
        self.call("file", status=400)

    def _unsent(self):
        return self.env["helpdesk.ticket"].with_user(self.ana)._portal_unsent_files()


@tagged("post_install", "-at_install")
class TestUpload(DraftCommon):
    """S0-18 A file can be attached to the ticket: uploaded when it is chosen, with a
    clear word where it cannot be."""

    def setUp(self):
        super().setUp()
        self.sign_in()

    def test_pictures_are_drawn_anew(self):
        """S0-17 Images can be put inside the description."""
        content = picture("HEIF", (64, 64), exif=camera_data())
        answer = self.upload("IMG_1.HEIC", content)
        self.assertEqual(answer["name"], "IMG_1.jpg")
        self.sign_in(self.luis)  # whoever sees the ticket follows the address
        response = self.url_open(answer["picture"])
        self.assertEqual(response.headers["Content-Type"], "image/jpeg")
        self.assertNotIn(b"SecretPhone", response.content)

    def test_refusals_name_the_file_and_the_reason(self):
        """S0-18 A file …: each one that is refused, and why."""
        for name, content, why in (
            ("page.html", b"<html>", "cannot be attached. Formats: PDF"),
            ("drawing.svg", b"<svg/>", "cannot be attached"),
            ("page.png", b"<html><script>", "cannot be attached"),
            ("tool.pdf", b"MZ\x90", "cannot be attached"),
            ("empty.pdf", b"", "is empty"),
            ("torn.jpg", picture("JPEG", (200, 200))[:400], "cannot be read"),
            ("bomb.png", picture("PNG", (20_000, 10_000), mode="L"), "many pixels"),
        ):
            with self.subTest(name=name):
                message = self.upload(name, content, status=422)["message"]
                self.assertIn(why, message)
                self.assertIn(f"“{name}”", message)
        self.company.write({"helpdesk_file_max_mb": 1})
        big = b"%PDF" + b"0" * attachment_policy.MEGABYTE
        message = self.upload("big.pdf", big, status=422)["message"]
        self.assertIn("the maximum is", message)

    @mute_logger("odoo.http", "werkzeug")
    def test_a_photo_of_30_mb_does_not_come_through(self):
        """S0-18 A file …: of 20 MB at most; more is not even read."""
        content = b"\xff\xd8" + b"0" * (30 * 1024 * 1024)
        try:
            answer = self.url_open(
                "/my/draft/file",
                data={
                    "submission_key": KEY,
                    "csrf_token": http.Request.csrf_token(self),
                },
                files={"file": ("photo.jpg", content, "image/jpeg")},
            )
        except OSError:
            return  # the server hung up while the file was on its way
        self.assertEqual(answer.status_code, 413)

    def test_a_name_cannot_turn_the_reading_direction(self):
        """S0-18 A file …: shown by the name it has."""
        answer = self.upload("fac\u202efdp.png", picture())
        self.assertEqual(answer["name"], "facfdp.png")

    def test_too_many_files_are_refused_one_by_one(self):
        """S0-18 A file …: at most 20 with one form, and a bound for all forms."""
        self.company.helpdesk_message_max_files = 1
        self.upload()
        message = self.upload("second.pdf", status=422)["message"]
        self.company.helpdesk_message_max_files = 20
        self.assertIn("one too many", message)
        with patch.object(helpdesk_ticket_portal_files, "MAX_UNSENT_FILES", 1):
            message = self.upload("x.pdf", status=422, submission_key="k" * 20)
        self.assertIn("waiting to be sent", message["message"])

    def test_file_can_be_taken_away(self):
        """S0-18 A file …, and taken away again."""
        token = self.upload()["token"]
        self.call("file/remove", token=token)
        self.assertFalse(self.tokens(self.get("/new/ticket")))

    def test_file_that_is_gone_is_said_before_sending(self):
        """S0-18 A file …: none gets lost in silence."""
        token = self.upload()["token"]
        self.url_open("/web/session/logout")
        self.sign_in()
        tree = self.send_ticket(submission_key=KEY, pending=token)
        self.assertIn(
            "is no longer here", self.words(tree.get_element_by_id("form_errors"))
        )
        self.assertFalse(self.tickets())

    def test_sent_twice_with_files_is_one_ticket(self):
        """S3-15 "Send" saves the ticket: the files of a form sent again are there."""
        token = self.upload()["token"]
        self.send_ticket(submission_key=KEY, pending=token)
        first = self.path
        self.send_ticket(submission_key=KEY, pending=token)
        self.assertEqual(self.path, first)


@tagged("post_install", "-at_install")
class TestRichText(DraftCommon):
    """S0-17 Images can be put inside the description: bold, lists, links, pictures, and
    nothing else."""

    def setUp(self):
        super().setUp()
        self.sign_in()

    def _send(self, html, **kw):
        return self.send_ticket(description=html, description_format="html", **kw)

    def test_bold_list_and_link_arrive(self):
        html = (
            "<p>It is <strong>urgent</strong></p><ul><li>one</li></ul>"
            '<p><a href="https://booking.example">there</a></p>'
        )
        self._send(html)
        description = self.tickets().description
        self.assertIn("<strong>urgent</strong>", description)
        self.assertIn("<li>one</li>", description)
        self.assertIn('href="https://booking.example"', description)
        self.get(self.path)
        self.assertIn("It is urgent", self.text)

    def test_nothing_active_arrives(self):
        self._send(
            '<p onclick="x()" style="position:fixed">Hi<script>alert(1)</script>'
            '<img src="x" onerror="y()"><a href="javascript:z()">a</a>'
            "<iframe src='//evil'></iframe><form><input name='q'></form></p>"
            '<img src="https://evil.example/spy.gif">',
            subject="",
        )
        self.assertNotIn("alert(1)", self.response.text)
        answer = self._send('<p onclick="x()">Hi<script>alert(1)</script></p>')
        self.assertIsNotNone(answer)
        self.assertEqual(str(self.tickets().description), "<p>Hi</p>")

    def test_picture_in_the_text_belongs_to_the_ticket(self):
        """S0-17 … "Insert" places the image in the text."""
        source = self.upload("screen.png", picture())["picture"]
        self._send(f'<p>See <img src="{source}" alt="The screen"></p>')
        ticket = self.tickets()
        file = ticket._get_public_attachments()
        self.assertEqual(file.name, "screen.png")
        self.assertIn(f"/web/image/{file.id}?access_token=", ticket.description)
        self.assertIn('alt="The screen"', ticket.description)

    def test_picture_in_an_answer_belongs_to_its_message(self):
        """S3-20 Files about the problem can be attached in that chat."""
        ticket = self._create_ticket()
        source = self.upload("screen.png", picture(), ticket=ticket.id)["picture"]
        self.answer(
            ticket,
            f'<p><img src="{source}"></p>',
            fields={"message_format": "html", "submission_key": KEY},
        )
        message = ticket.message_ids[0]
        file = message.attachment_ids
        self.assertEqual((file.res_model, file.res_id), ("helpdesk.ticket", ticket.id))
        self.assertIn(f"/web/image/{file.id}?access_token=", message.body)

    def test_picture_of_another_cannot_be_taken(self):
        """S0-17 … one's own image."""
        self.sign_in(self.luis)
        source = self.upload("screen.png", picture())["picture"]
        self.sign_in()
        tree = self._send(f'<p>x</p><img src="{source}">')
        errors = self.words(tree.get_element_by_id("form_errors"))
        self.assertIn("A picture in the text is no longer here", errors)
        self.assertFalse(self.tickets())

    def test_a_picture_is_a_description_an_empty_editor_is_none(self):
        source = self.upload("screen.png", picture())["picture"]
        for html in ("<p><br></p>", "<p> </p>", "<ul><li></li></ul>"):
            tree = self._send(html)
            self.assertIn("error_description", self.response.text)
        self.assertFalse(self.tickets())
        tree = self._send(f'<img src="{source}">')
        self.assertTrue(tree is not None and self.tickets())

    def test_draft_text_is_cleaned_before_it_is_shown(self):
        self.save(description="<p>x<script>y</script></p>", description_format="html")
        tree = self.get("/new/ticket")
        area = tree.xpath("//textarea[@name='description']")[0]
        self.assertEqual(area.text, "<p>x</p>")

    def test_too_long_a_text_is_said(self):
        tree = self._send(f"<p>{'x' * 50_001}</p>")
        errors = self.words(tree.get_element_by_id("form_errors"))
        self.assertIn("too long", errors)
