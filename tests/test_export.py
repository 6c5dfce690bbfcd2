# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The list as a file: what is in it, for whom, and how it is written."""

import csv
import io
import tracemalloc
from datetime import datetime

from freezegun import freeze_time
from lxml import html
from openpyxl import load_workbook

from odoo.fields import Domain
from odoo.tests import HttpCase, tagged

from .browser import PHONE, BrowserCase
from .bulk import copy_ticket
from .common import HelpdeskCommon

PATH = "/my/tickets/export"


@tagged("post_install", "-at_install")
class TestExport(HelpdeskCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("es_MX", "es_ES"):
            cls.env["res.lang"]._activate_lang(code)
        cls.ana.tz = "America/Bahia_Banderas"
        cls.env.company.helpdesk_location_word = "location"
        with freeze_time("2026-10-05 15:00:00"):
            cls.ticket = cls._create_ticket(location_id=cls.location.id)
        cls.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = '2026-10-05 15:00:00'"
            " WHERE id = %s",
            [cls.ticket.id],
        )
        cls.ticket.invalidate_recordset()
        cls.formula = cls._create_ticket(name='=HYPERLINK("http://x.example")')
        cls.foreign = cls._create_ticket(cls.eva, name="Of another customer")

    def _export(self, login="ana", lang="en_US", query="", **values):
        """Send the form of the page as a browser does; return the answer."""
        user = getattr(self, login)
        user.lang = lang
        self.authenticate(user.login, user.login)
        page = html.fromstring(self.url_open(f"{PATH}?{query}").text)
        form = next(form for form in page.forms if form.get("action").endswith(PATH))
        fields = dict(form.fields) | values
        return self.url_open(
            form.get("action"), data={k: v for k, v in fields.items() if v is not None}
        )

    def _read_csv(self, answer, separator=","):
        text = answer.content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), delimiter=separator))

    def _read_sheets(self, answer):
        book = load_workbook(io.BytesIO(answer.content))
        return {sheet.title: list(sheet.values) for sheet in book}

    def test_the_list_becomes_a_table(self):
        """S2-22 Export button produces reports."""
        answer = self._export(format="csv")
        self.assertEqual(answer.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("tickets.csv", answer.headers["Content-Disposition"])
        self.assertTrue(answer.content.startswith(b"\xef\xbb\xbf"))
        rows = {row["Ref."]: row for row in self._read_csv(answer)}
        self.assertEqual(set(rows), {self.ticket.number, self.formula.number})
        row = rows[self.ticket.number]
        self.assertEqual(row["Subject"], "No reservations from Booking")
        self.assertEqual(row["Status"], "Desk: new")
        self.assertEqual(row["Location"], "Hotel Sol Nuevo Vallarta")
        self.assertEqual(row["Requester"], "Ana Pérez")

    def test_only_what_one_sees(self):
        """S2-22 the export holds what the list holds, for its reader."""
        for login in ("eva", "luis"):
            rows = self._read_csv(self._export(login, format="csv"))
            subjects = {row["Subject"] for row in rows}
            expected = {"Of another customer"} if login == "eva" else set()
            self.assertEqual(subjects, expected)

    def test_exactly_what_is_filtered(self):
        """S2-21 Search filters: exported is what they left."""
        self.formula.stage_id = self.stages["solved"]
        for query, number in (
            ("filterby=done", self.formula.number),
            ("search=Booking", self.ticket.number),
            (f"location={self.location.id}", self.ticket.number),
        ):
            with self.subTest(query=query):
                rows = self._read_csv(self._export(query=query, format="csv"))
                self.assertEqual([row["Ref."] for row in rows], [number])

    def test_no_formula_reaches_a_spreadsheet(self):
        rows = self._read_csv(self._export(format="csv"))
        subject = next(r["Subject"] for r in rows if r["Ref."] == self.formula.number)
        self.assertEqual(subject, '\'=HYPERLINK("http://x.example")')
        sheets = self._read_sheets(self._export(format="xlsx"))
        cell = next(r[1] for r in sheets["Tickets"] if r[0] == self.formula.number)
        self.assertEqual(cell, self.formula.name)
        book = load_workbook(io.BytesIO(self._export(format="xlsx").content))
        types = {cell.data_type for row in book["Tickets"].iter_rows() for cell in row}
        self.assertNotIn("f", types)

    def test_dates_are_local(self):
        """S2-49 time zone: 15:00 in Greenwich is 9:00 in Bahía de Banderas."""
        for lang, separator, written in (
            ("en_US", ",", "10/05/2026 09:00"),
            ("es_ES", ";", "05/10/2026 09:00"),
        ):
            with self.subTest(lang=lang):
                answer = self._export(lang=lang, format="csv", query="search=Booking")
                row = self._read_csv(answer, separator)[0]
                self.assertIn(written, row.values())
        sheets = self._read_sheets(
            self._export(lang="es_MX", format="xlsx", query="search=Booking")
        )
        head, row = sheets["Tickets"]
        self.assertIn(datetime(2026, 10, 5, 9), row)
        self.assertEqual(head[1], "Asunto")

    def test_whose_time_it_took(self):
        """S2-22 reports: the hours with us, with the customer, with third parties."""
        with self.clock(hours=-10):
            ticket = self._create_ticket(self.luis)
            self.env.cr.flush()
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
                [self.env.cr.now(), ticket.id],
            )
            ticket.invalidate_recordset()
        with self.clock(hours=-6):
            ticket.action_wait_other("Booking")
            self.env.cr.flush()
        row = self._read_csv(self._export("luis", format="csv"))[0]
        self.assertAlmostEqual(float(row["Hours with us"]), 4, delta=0.1)
        self.assertAlmostEqual(float(row["Hours with third parties"]), 6, delta=0.1)
        self.assertEqual(float(row["Hours with you"]), 0)

    def test_report_of_a_month(self):
        """S2-22 reports: what was sent or solved in a month, with its summary."""
        done = self._create_ticket(location_id=self.location.id)
        done.action_solve()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = '2026-10-06 15:00:00'"
            " WHERE id = %s",
            [done.id],
        )
        done.invalidate_recordset()
        with freeze_time("2026-11-20 12:00:00"):
            answer = self._export(format="xlsx", month="2026-10")
        self.assertIn("tickets-2026-10.xlsx", answer.headers["Content-Disposition"])
        sheets = self._read_sheets(answer)
        self.assertEqual(
            {row[0] for row in sheets["Tickets"][1:]}, {self.ticket.number, done.number}
        )
        self.assertEqual(
            sheets["Summary"][1], ("Hotel Sol Nuevo Vallarta", 2, 1, 1, 0, 2)
        )

    def test_every_export_is_audited(self):
        self._export(format="csv", query="filterby=us")
        line = self.env["helpdesk.audit"].search([("event", "=", "export")], limit=1)
        self.assertEqual(line.user_id, self.ana)
        self.assertEqual(line.details, "csv, filterby=us")

    def test_a_limited_export_keeps_what_was_chosen(self):
        self.env["ir.config_parameter"].set_param(
            "helpdesk_service_portal.limit.export", "1/3600"
        )
        self._export(format="csv")
        page = html.fromstring(self._export(format="csv", query="filterby=us").text)
        self.assertTrue(page.xpath("//*[@name='limited']"))
        self.assertTrue(page.xpath("//input[@name='filterby'][@value='us']"))
        self.assertTrue(page.xpath("//input[@value='csv'][@checked]"))

    def test_a_form_of_an_ended_session_comes_back(self):
        self.authenticate(self.ana.login, self.ana.login)
        answer = self.url_open(
            PATH, data={"format": "csv", "csrf_token": "x"}, allow_redirects=False
        )
        self.assertEqual(answer.status_code, 303)
        self.assertIn(PATH, answer.headers["Location"])

    def test_memory_does_not_grow_with_the_tickets(self):
        """Batches are forgotten once they are written."""
        peaks = []
        Ticket = self.env["helpdesk.ticket"].with_user(self.luis)
        first = self._create_ticket(self.luis)
        for count in (1999, 6000):
            stages = self.stages["new"] + self.stages["solved"]
            copy_ticket(first, count, self.luis.partner_id, stages)
            self.env.invalidate_all()
            tracemalloc.start()
            rows = sum(1 for _row in Ticket._portal_export_rows(Domain.TRUE, "id"))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        self.assertEqual(rows, 8001)
        self.assertLess(peaks[1], peaks[0] * 1.5)


@tagged("post_install", "-at_install")
class TestExportBrowser(HelpdeskCommon, BrowserCase):
    def test_the_file_arrives(self):
        """S2-22 Export button produces reports: from the list to the file."""
        self._create_ticket()
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, locale="en-US")
            self.sign_in(page, self.ana.login, self.ana.login)
            page.goto("/my/tickets")
            self.wait_ready(page)
            page.click(".o_hsp_options summary")
            page.click("a[name='export']")
            self.wait_ready(page)
            page.check("#export_csv")
            with page.expect_download() as download:
                page.click("button:has-text('Export')")
            text = download.value.path().read_text(encoding="utf-8-sig")
            page.wait_for_selector("text=among your downloads")
        self.assertIn("No reservations from Booking", text)
