import io
import json
import zipfile

from odoo.exceptions import UserError, ValidationError
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.attachment_policy import MEGABYTE
from .mail_in_common import MailboxCommon
from .portal_common import PortalCommon

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 64
PDF = b"%PDF-1.7 receipt"
FORMATS = "PDF, Word, Excel, PowerPoint, JPG, PNG, GIF, MP4, MOV, AVI, ZIP, RAR"


def archive(*names):
    """Return a ZIP file with empty files of these names."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as file:
        for name in names:
            file.writestr(name, "")
    return output.getvalue()


def office(folder):
    return archive("[Content_Types].xml", f"{folder}/content.xml")


#: what a genuine file of each format begins with
SAMPLES = {
    "pdf": PDF,
    "doc": OLE,
    "docx": office("word"),
    "xls": OLE,
    "xlsx": office("xl"),
    "ppt": OLE,
    "pptx": office("ppt"),
    "jpg": b"\xff\xd8\xff\xe0" + b"0" * 64,
    "png": PNG,
    "gif": b"GIF89a" + b"0" * 64,
    "mp4": b"\0\0\0\x18ftypmp42" + b"0" * 64,
    "mov": b"\0\0\0\x14ftypqt  " + b"0" * 64,
    "avi": b"RIFF0000AVI LIST",
    "zip": archive("rooms.txt"),
    "rar": b"Rar!\x1a\x07\x00" + b"0" * 64,
}
DOCUMENTS = "pdf doc docx xls xlsx ppt pptx".split()
PICTURES = "jpg png gif".split()
FILMS = "mp4 mov avi".split()
ARCHIVES = "zip rar".split()


@tagged("post_install", "-at_install")
class TestFiles(PortalCommon):
    """What is attached is checked on the server, by whichever door it comes."""

    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket(user_id=self.laura.id)

    def _own_file(self, name, content):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": "mail.compose.message",
                "create_uid": self.ana.id,
            }
        )

    def _upload(self, name, content=PNG, **params):
        return self.url_open(
            "/mail/attachment/upload",
            data={
                "thread_id": self.ticket.id,
                "thread_model": "helpdesk.ticket",
                "csrf_token": Request.csrf_token(self),
                **params,
            },
            files={"ufile": (name, content, "application/octet-stream")},
        )

    def _names(self):
        domain = [
            ("res_model", "=", "helpdesk.ticket"),
            ("res_id", "=", self.ticket.id),
        ]
        return self.env["ir.attachment"].search(domain).mapped("name")

    def _check_accepted(self, extensions):
        """Customers and our team may attach files of these formats."""
        for extension in extensions:
            for user in (self.ana, self.laura):
                with self.subTest(extension=extension, user=user.name):
                    name = f"{user.name}.{extension}"
                    self._answer(
                        self.ticket, user, attachments=[(name, SAMPLES[extension])]
                    )
                    self.assertIn(name, self._names())

    # ------------------------------------------------------------
    # Formats
    # ------------------------------------------------------------

    def test_documents(self):
        """S4-20 Accepted: PDF, DOC, DOCX, XLS, XLSX, PPT, PPTX."""
        self._check_accepted(DOCUMENTS)

    def test_pictures(self):
        """S4-21 Accepted: JPG, PNG, GIF."""
        self._check_accepted(PICTURES)

    def test_films(self):
        """S4-22 Accepted: MP4, MOV, AVI."""
        self._check_accepted(FILMS)

    def test_archives(self):
        """S4-23 Accepted: ZIP, RAR."""
        self._check_accepted(ARCHIVES)

    def test_a_message_takes_accepted_files_only(self):
        """S4-24 Anything else is refused with a message naming the accepted formats,
        on every channel: the thread, whoever writes."""
        for user in (self.ana, self.laura):
            for name, content, why in (
                ("tool.exe", b"MZ", FORMATS),
                ("film.mkv", b"abc", FORMATS),
                ("page.png", b"<html><script>", FORMATS),
                ("empty.pdf", b"", "is empty"),
            ):
                with (
                    self.subTest(name=name, user=user.name),
                    self.assertRaisesRegex(UserError, f"“{name}”.*{why}"),
                ):
                    self._answer(self.ticket, user, attachments=[(name, content)])
        self.assertFalse(self._names())

    def test_name_and_content_agree(self):
        """S4-24 Anything else is refused …: a content that is not what its name says,
        each format against each other."""
        for extension in SAMPLES:
            for other, content in SAMPLES.items():
                agrees = (
                    extension == other
                    or {extension, other} <= set(PICTURES)
                    or {extension, other} <= {"mp4", "mov"}
                    or {extension, other} <= {"doc", "xls", "ppt"}
                    # protected documents, and documents are archives
                    or (extension.endswith("x") and content == OLE)
                    or (extension == "zip" and other.endswith("x"))
                    or (f"{extension}x" == other)
                )
                reason = self.ticket._get_file_policy().refusal(
                    f"a.{extension}", content
                )
                with self.subTest(name=extension, content=other):
                    self.assertEqual(reason, None if agrees else "content")

    def test_notes_of_the_team_take_any_file(self):
        """S4-24 is about what reaches us and customers: a note stays in the house."""
        self._note(self.ticket, self.laura, attachments=[("trace.log", b"x")])
        self.assertEqual(self._names(), ["trace.log"])

    def test_a_file_uploaded_before_is_checked_when_it_is_posted(self):
        """S4-24 … on every channel: RPC, too."""
        file = self._own_file("tool.exe", b"MZ")
        with self.assertRaisesRegex(UserError, "cannot be attached"):
            self.ticket.with_user(self.ana).sudo().message_post(
                body="x", message_type="comment", attachment_ids=file.ids
            )

    def test_the_upload_of_the_backend_names_what_it_refuses(self):
        """S4-24 … a message naming the accepted formats, on every channel."""
        for user in (self.ana, self.laura):
            self.authenticate(user.login, user.login)
            answer = self._upload("tool.exe", b"MZ")
            self.assertIn(FORMATS, json.loads(answer.text)["error"])
            self.assertFalse(self._names())
        answer = self._upload("photo.png")
        self.assertIn("attachment_id", json.loads(answer.text)["data"])
        self.assertEqual(self._names(), ["photo.png"])
        self.company.helpdesk_file_max_mb = 1
        big = PNG + b"0" * MEGABYTE
        answer = self._upload("big.png", big, is_pending=True)
        self.assertIn("the maximum is 1 MB", json.loads(answer.text)["error"])

    def test_files_of_the_ticket_itself(self):
        """S4-24 … on every channel: an agent who adds a file to the ticket."""
        vals = {"res_model": "helpdesk.ticket", "res_id": self.ticket.id}
        Attachment = self.env["ir.attachment"].with_user(self.laura)
        with self.assertRaisesRegex(UserError, FORMATS):
            Attachment.create({**vals, "name": "tool.exe", "raw": b"MZ"})
        Attachment.create({**vals, "name": "list.pdf", "raw": PDF})

    def test_a_refused_file_loses_nothing_else(self):
        """S4-24 Anything else is refused with a message …: all the rest stays."""
        self.sign_in()
        tree = self.send_ticket(
            files=[
                ("attachment", ("film.mkv", b"abc", "video/x-matroska")),
                ("attachment", ("list.pdf", PDF, "application/pdf")),
            ],
            subject="No WiFi in 204",
        )
        self.assertIn(f"“film.mkv” cannot be attached. Formats: {FORMATS}", self.text)
        subject = tree.xpath("//input[@name='subject']/@value")
        self.assertEqual(subject, ["No WiFi in 204"])
        names = tree.xpath("//*[contains(@class, 'o_hsp_upload_name')]")
        self.assertEqual([self.words(name) for name in names], ["list.pdf"])
        tokens = tree.xpath("//input[@name='pending']/@value")
        self.send_ticket(pending=tokens, submission_key=self.key(tree))
        self.assertEqual(
            self.tickets()[0]._get_public_attachments().mapped("name"), ["list.pdf"]
        )

    def test_several_files_at_once(self):
        """S4-25 Several files can be chosen at once; S4-26 Files are stored in the
        ticket platform and available to the support team."""
        self.sign_in()
        tree = self.get("/new/ticket")
        self.assertTrue(tree.xpath("//input[@name='attachment']/@multiple"))
        self.send_ticket(
            files=[
                ("attachment", ("list.pdf", PDF, "application/pdf")),
                ("attachment", ("rooms.zip", SAMPLES["zip"], "application/zip")),
            ]
        )
        files = self.tickets()[0]._get_public_attachments()
        self.assertEqual(files.mapped("name"), ["list.pdf", "rooms.zip"])
        self.tickets()[0].user_id = self.laura
        self.authenticate(self.laura.login, self.laura.login)
        page = self.tickets()[0].with_user(self.laura).desk_page()
        shown = [file["name"] for file in page["files"]]
        self.assertEqual(shown, ["list.pdf", "rooms.zip"])
        answer = self.url_open(f"/web/content/{files[0].id}?download=true")
        self.assertEqual(answer.content, PDF)

    def test_tips_stand_beside_the_field(self):
        """S4-27 Tips shown: label files descriptively; keep them small; avoid
        confidential files."""
        self.sign_in()
        for path in ("/new/ticket", f"/my/ticket/{self.ticket.id}"):
            tree = self.get(path)
            tips = self.words(tree.get_element_by_id("hint_attachment"))
            self.assertIn(FORMATS, tips)
            self.assertIn(
                "Give them telling names, keep them small and leave out what is "
                "confidential.",
                tips,
            )

    # ------------------------------------------------------------
    # What administrators set
    # ------------------------------------------------------------

    def test_administrators_add_formats(self):
        """S4-24 Anything else is refused …: what else is accepted is a setting."""
        self.company.helpdesk_file_formats = ".CSV; odt svg"
        self._answer(self.ticket, self.ana, attachments=[("list.csv", b"a;b")])
        self.assertEqual(self._names(), ["list.csv"])
        with self.assertRaisesRegex(UserError, "RAR, CSV, ODT, SVG"):
            self._answer(self.ticket, self.ana, attachments=[("a.csv", b"MZ")])
        self.sign_in()
        tree = self.get("/new/ticket")
        field = tree.get_element_by_id("field_attachment")
        self.assertIn(".csv", field.get("accept").split(","))
        self.assertIn("RAR, CSV, ODT, SVG", self.text)

    def test_programs_are_never_accepted(self):
        """S4-24: no setting lets customers send us programs."""
        for formats in ("exe", "csv, js", "tar.gz", "*"):
            with self.subTest(formats=formats), self.assertRaises(ValidationError):
                self.company.helpdesk_file_formats = formats

    def test_limits_are_settings_and_shown_before_choosing(self):
        """S4-27 Tips shown: … keep them small: how small is said before choosing."""
        self.company.write(
            {
                "helpdesk_file_max_mb": 3,
                "helpdesk_message_max_files": 2,
                "helpdesk_message_max_mb": 4,
                "helpdesk_ticket_max_mb": 5,
            }
        )
        self.sign_in()
        tree = self.get("/new/ticket")
        self.assertIn(
            "Up to 3 MB each; at most 2 files and 4 MB at once, 5 MB in one ticket.",
            self.words(tree.get_element_by_id("hint_attachment")),
        )
        form = tree.xpath("//form[contains(@class, 'o_hsp_form')]")[0]
        self.assertEqual(form.get("data-max-bytes"), str(3 * MEGABYTE))
        self.assertEqual(form.get("data-max-files"), "2")
        file, half = PDF.ljust(2 * MEGABYTE), PDF.ljust(MEGABYTE // 2)
        for names, content, why in (
            ("a", PDF.ljust(4 * MEGABYTE), "the maximum is 3 MB"),
            ("abc", half, "“c.pdf” is one too many"),
            ("ab", PDF.ljust(3 * MEGABYTE), "“b.pdf” makes the files too big"),
        ):
            files = [(f"{name}.pdf", content) for name in names]
            with self.subTest(why=why), self.assertRaisesRegex(UserError, why):
                self.ticket._check_ticket_files(files)
        self._answer(self.ticket, self.ana, attachments=[("1.pdf", file)])
        self._answer(self.ticket, self.ana, attachments=[("2.pdf", file)])
        with self.assertRaisesRegex(UserError, "one ticket may have 5 MB"):
            self._answer(self.ticket, self.ana, attachments=[("3.pdf", file)])
        self._answer(self.ticket, self.ana, attachments=[("4.pdf", half)])

    def test_limits_make_sense(self):
        for vals in (
            {"helpdesk_file_max_mb": 0},
            {"helpdesk_file_max_mb": 101},
            {"helpdesk_message_max_mb": 121},
            {"helpdesk_ticket_max_mb": 99},
            {"helpdesk_message_max_files": 0},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.company.write(vals)

    # ------------------------------------------------------------
    # Kept and served
    # ------------------------------------------------------------

    @mute_logger("odoo.http")
    def test_pages_are_never_shown_by_the_browser(self):
        """S0-18 A file …: SVG and HTML are kept and saved, never run in our pages."""
        self.sign_in()
        for name, content in (
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("page.html", b"<html><script>alert(1)</script></html>"),
            ("feed.xml", b"<?xml version='1.0'?><x/>"),
        ):
            file = self.env["ir.attachment"].create(
                {
                    "name": name,
                    "raw": content,
                    "res_model": "helpdesk.ticket",
                    "res_id": self.ticket.id,
                }
            )
            token = self.ticket._get_file_token(file.id, self.ana.partner_id.id)
            for door in (
                f"/web/content/{file.id}?access_token={token}",
                f"/web/content/{file.id}?mimetype=text/html",
                f"/web/content/{file.id}/{name}?mimetype=image/svg%2Bxml",
                f"/web/image/{file.id}?access_token={token}",
            ):
                with self.subTest(door=door):
                    answer = self.url_open(door)
                    self.assertEqual(answer.status_code, 200)
                    kind = answer.headers["Content-Type"].partition(";")[0]
                    self.assertIn(kind, ("application/octet-stream", "text/plain"))
                    self.assertEqual(
                        answer.headers["X-Content-Type-Options"], "nosniff"
                    )

    def test_names_are_cleaned_at_every_door(self):
        """S0-18 A file …: by a name without paths and tricks."""
        trick = "../../fac\u202efdp.pdf"
        vals = {"res_model": "helpdesk.ticket", "res_id": self.ticket.id, "raw": PDF}
        file = self.env["ir.attachment"].create({**vals, "name": trick})
        self.assertEqual(file.name, "facfdp.pdf")
        self.authenticate(self.laura.login, self.laura.login)
        answer = json.loads(self._upload(trick, PDF, is_pending=True).text)
        file = self.env["ir.attachment"].browse(answer["data"]["attachment_id"])
        self.assertEqual(file.name, "facfdp.pdf")

    def test_the_same_content_is_stored_once(self):
        """S4-26 Files are stored in the ticket platform: the same content once."""
        same = PDF + b" the same"
        self._answer(self.ticket, self.ana, attachments=[("a.pdf", same)])
        other = self._create_ticket()
        self._answer(other, self.laura, attachments=[("b.pdf", same)])
        files = (self.ticket | other).message_ids.attachment_ids
        self.assertEqual(len(files), 2)
        self.assertEqual(len(set(files.mapped("store_fname"))), 1)
        good, _problems = self.ticket._portal_prepare_files(
            [("a.pdf", same), ("a.pdf", same), ("b.pdf", same)]
        )
        self.assertEqual([name for name, _content in good], ["a.pdf", "b.pdf"])


@tagged("post_install", "-at_install")
class TestFilesOfMails(MailboxCommon):
    """Mails bring files by the same policy."""

    def test_mails_bring_every_accepted_format(self):
        """S4-20 to S4-23 by mail, too: Accepted: PDF, DOC, DOCX, XLS, XLSX, PPT, PPTX;
        JPG, PNG, GIF; MP4, MOV, AVI; ZIP, RAR."""
        files = [(f"a.{extension}", data) for extension, data in SAMPLES.items()]
        ticket = self._receive(files=files).ticket_id
        names = ticket._get_public_attachments().mapped("name")
        self.assertEqual(sorted(names), sorted(name for name, _data in files))

    def test_limits_and_formats_of_the_company(self):
        """S4-24 Anything else is refused with a message naming the accepted formats,
        on every channel."""
        company = self.team.company_id or self.env.company
        company.write({"helpdesk_file_formats": "csv", "helpdesk_message_max_files": 2})
        files = [
            ("tool.exe", b"MZ"),
            ("a.csv", b"a;b"),
            ("b.pdf", PDF),
            ("c.pdf", PDF),
        ]
        ticket = self._receive(files=files).ticket_id
        names = ticket._get_public_attachments().mapped("name")
        self.assertEqual(names, ["a.csv", "b.pdf"])
        told = " ".join(ticket._get_public_messages().mapped("body"))
        self.assertIn("tool.exe", told)
        self.assertIn("RAR, CSV", told)
        self.assertIn("“c.pdf” is one too many", told)
