# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import io
from datetime import datetime

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HelpdeskCommon

LOCATION = "helpdesk.ticket.location"


@tagged("post_install", "-at_install")
class TestLocationImport(HelpdeskCommon):
    """S9 "locations (CSV/XLSX import with template and dry run)"."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Import = cls.env["helpdesk.location.import"].with_user(cls.mora)
        cls.Location = cls.env[LOCATION]
        cls.product = cls.env["helpdesk.ticket.product"].create({"name": "Kiosk"})

    def _encode(self, content, encoding="utf-8"):
        data = content if isinstance(content, bytes) else content.encode(encoding)
        return base64.b64encode(data).decode()

    def _preview(self, content, name="file.csv", **options):
        return self.Import.preview(name, self._encode(content, **options))

    def _row(self, content, **options):
        """Return the only line of a preview."""
        (row,) = self._preview(content, **options)["rows"]
        return row

    def _apply(self, content, name="file.csv", **options):
        plan = self._preview(content, name, **options)
        return self.Import.apply(name, self._encode(content, **options), plan["digest"])

    def _make_book(self, rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    # ------------------------------------------------------------
    # New ones
    # ------------------------------------------------------------

    def test_all_columns_are_taken_over(self):
        """Parents by code, country by name in Spanish, managers by e-mail, products."""
        answer = self._apply(
            "Nombre;Código;Dentro de;Cliente;País;Zona horaria;Gestionada por;Equipo;"
            "Productos;Se muestra en el portal\n"
            "Reception;LUN-R;LUN;Hotel Luna;;;;;;no\n"
            "Luna Cancún;LUN;;hotel luna;México;Cancún;"
            '"eva@test.example, luis@test.example";Desk;Kiosk;sí\n'
        )
        self.assertEqual(answer["counts"]["create"], 2)
        part, whole = self.Location.search(
            [("code", "in", ("LUN", "LUN-R"))], order="code desc"
        )
        self.assertEqual(whole.partner_id, self.other_hotel)
        self.assertEqual(whole.country_id.code, "MX")
        self.assertEqual(whole.tz, "America/Cancun")
        self.assertEqual(whole.manager_ids, self.eva.partner_id | self.luis.partner_id)
        self.assertEqual(whole.team_id, self.team)
        self.assertEqual(whole.product_ids, self.product)
        self.assertTrue(whole.show_in_portal)
        self.assertEqual(part.parent_id, whole)
        self.assertFalse(part.show_in_portal)

    def test_nothing_is_written_by_looking(self):
        before = self.Location.search_count([])
        plan = self._preview("Name,Code\nLuna,LUN\n")
        self.assertEqual(plan["counts"]["create"], 1)
        self.assertEqual(self.Location.search_count([]), before)

    def test_separators_and_encodings(self):
        """Comma, semicolon, tab; with and without mark, as Excel saves it in Spain."""
        for separator in (",", ";", "\t"):
            for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
                with self.subTest(separator=separator, encoding=encoding):
                    text = f"Código{separator}Nombre\r\nCÑ1{separator}Peñón\r\n"
                    row = self._row(text, encoding=encoding)
                    self.assertEqual((row["code"], row["name"]), ("CÑ1", "Peñón"))
                    self.assertEqual((row["action"], row["line"]), ("create", 2))

    def test_spreadsheet_with_numbers_as_codes(self):
        book = self._make_book([["Name", "Code", "Zimmer"], ["Luna", 101, 3]])
        plan = self._preview(book, "file.xlsx")
        self.assertEqual(plan["rows"][0]["code"], "101")
        self.assertEqual(plan["ignored"], ["Zimmer"])

    def test_every_hundred_takes_a_moment(self):
        """Hundreds of locations: looking takes the same few statements as one."""
        lines = [f"Hotel {n},H{n},Hotel Luna,MX" for n in range(300)]
        text = "Name,Code,Customer,Country\n" + "\n".join(lines)
        with self.assertQueryCount(60):
            self.env.invalidate_all()
            plan = self._preview(text)
        self.assertEqual(plan["counts"]["create"], 300)
        self._apply(text)
        self.assertEqual(self.Location.search_count([("code", "=like", "H%")]), 300)

    # ------------------------------------------------------------
    # Those that exist
    # ------------------------------------------------------------

    def test_a_code_changes_and_never_doubles(self):
        text = "Name,Code,Customer\nLuna,LUN,Hotel Luna\n"
        self._apply(text)
        self.assertEqual(self._row(text)["action"], "same")
        text = "Name,Code,Country\nLuna Playa,lun,ES\n"
        row = self._row(text)
        self.assertEqual(row["action"], "change")
        self.assertEqual(
            [(change["old"], change["new"]) for change in row["changes"]],
            [("Luna", "Luna Playa"), ("–", "Spain")],
        )
        self._apply(text)
        location = self.Location.search([("code", "=", "LUN")])
        self.assertEqual(location.name, "Luna Playa")
        self.assertEqual(location.partner_id, self.other_hotel)

    def test_without_codes_the_name_tells(self):
        """A file without codes, sent twice, does not double either."""
        text = "Name,Customer\nHotel Sol Nuevo Vallarta,Hotel Sol\n"
        self.assertEqual(self._row(text)["action"], "same")
        self.assertEqual(
            self._row(text.replace("Hotel Sol\n", "Hotel Luna\n"))["action"], "create"
        )

    def test_a_code_is_given_to_one_without(self):
        self._apply("Name,Code,Customer\nHotel Sol Nuevo Vallarta,NVA,Hotel Sol\n")
        self.assertEqual(self.location.code, "NVA")

    def test_empty_leaves_and_a_dash_empties(self):
        self.location.write({"code": "NVA", "tz": "America/Cancun"})
        self._apply("Code,Time zone,Customer\nNVA,,-\n")
        self.assertEqual(self.location.tz, "America/Cancun")
        self.assertFalse(self.location.partner_id)

    def test_an_archived_one_comes_back(self):
        self.location.write({"code": "NVA", "active": False})
        self._apply("Code,Name\nNVA,Hotel Sol Nuevo Vallarta\n")
        self.assertTrue(self.location.active)

    def test_two_trade_places(self):
        first, second = self.Location.create(
            [{"name": "First", "code": "A"}, {"name": "Second", "code": "B"}]
        )
        second.parent_id = first
        self._apply("Code,Parent\nA,B\nB,-\n")
        self.assertEqual(first.parent_id, second)
        self.assertFalse(second.parent_id)

    # ------------------------------------------------------------
    # Refused, and why
    # ------------------------------------------------------------

    def test_what_is_refused_says_why(self):
        """S9 "dry run that shows line by line what would be … refused and why"."""
        for head, cells, reason in (
            ("Customer", "Hotel Nowhere", "No customer is called “Hotel Nowhere”."),
            ("Country", "Atlantis", "No country is called “Atlantis”."),
            ("Time zone", "America/Cancunn", "Do you mean America/Cancun?"),
            ("Time zone", "GMT-6", "one is, for example, America/Cancun"),
            ("Managed by", "nobody@test.example", "No contact has the address"),
            ("Managed by", "eva", "“eva” is no e-mail address."),
            ("Team", "Nobodies", "Team: none is called “Nobodies”."),
            ("Lies within", "XYZ", "No location has the code or name “XYZ”."),
            ("Shown in the portal", "maybe", "“maybe” is neither yes nor no."),
        ):
            with self.subTest(head=head, cells=cells):
                row = self._row(f"Name,{head}\nLuna,{cells}\n")
                self.assertEqual(row["action"], "refused")
                self.assertIn(reason, row["problems"][0])

    def test_several_customers_of_one_name(self):
        twin = self.env["res.partner"].create(
            {"name": "Hotel Luna", "is_company": True, "ref": "L-2"}
        )
        row = self._row("Name,Customer\nLuna,Hotel Luna\n")
        self.assertIn("write their reference", row["problems"][0])
        self._apply("Name,Code,Customer\nLuna,LUN,L-2\n")
        self.assertEqual(self.Location.search([("code", "=", "LUN")]).partner_id, twin)

    def test_the_same_code_twice(self):
        plan = self._preview("Name,Code\nLuna,LUN\nLuna 2,lun\n")
        self.assertEqual([row["action"] for row in plan["rows"]], ["create", "refused"])
        self.assertIn("on line 2 already", plan["rows"][1]["problems"][0])

    def test_what_lies_within_itself(self):
        plan = self._preview("Name,Code,Parent\nA,A,C\nB,B,A\nC,C,B\nD,D,A\n")
        self.assertEqual({row["action"] for row in plan["rows"]}, {"refused"})
        self.assertIn("A → C → B → A", plan["rows"][0]["problems"][0])
        self.assertIn("refused on line 2", plan["rows"][3]["problems"][0])

    def test_a_loop_through_locations_that_exist(self):
        self.location.code = "NVA"
        self.Location.create(
            {"name": "Wing", "code": "W", "parent_id": self.location.id}
        )
        row = self._row("Code,Parent\nNVA,W\n")
        self.assertIn("within itself", row["problems"][0])

    def test_dates_that_a_spreadsheet_made(self):
        book = self._make_book([["Name", "Code"], ["Luna", datetime(2026, 2, 1)]])
        (row,) = self._preview(book, "file.xlsx")["rows"]
        self.assertIn("made a date", row["problems"][0])
        row = self._row("Name,Code\nLuna,1.2E+05\n")
        self.assertIn("shortened the code", row["problems"][0])

    def test_the_others_are_imported(self):
        answer = self._apply("Name,Code,Country\nLuna,LUN,MX\nMar,MAR,Atlantis\n")
        self.assertEqual((answer["counts"]["create"], len(answer["ids"])), (1, 1))
        self.assertFalse(self.Location.search([("code", "=", "MAR")]))

    def test_a_team_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Desk"})
        self.mora.company_ids += company
        self.env.user.company_ids += company
        self.mora.group_ids += self.env.ref("base.group_multi_company")
        both = [self.env.company.id, company.id]
        self.Import = self.Import.with_context(allowed_company_ids=both)
        self.env["helpdesk.ticket.team"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        ours = self.env.company.name
        row = self._row(f"Name,Team,Our company\nLuna,Theirs,{ours}\n")
        self.assertIn("belongs to Other Desk", row["problems"][0])
        self._apply("Name,Code,Team\nLuna,LUN,Theirs\n")
        location = self.Location.search([("code", "=", "LUN")])
        self.assertEqual(location.company_id, company)

    def test_files_that_are_no_table(self):
        for content in (b"", b"%PDF-1.4\x00\x00", "Foo,Bar\n1,2\n", "Name,Code\n"):
            with self.subTest(content=content), self.assertRaises(UserError):
                self._preview(content)
        with self.assertRaises(UserError):
            self._preview(b"PK\x03\x04 broken", "file.xlsx")

    # ------------------------------------------------------------
    # Template, rights, changes meanwhile
    # ------------------------------------------------------------

    def test_the_template_is_understood(self):
        """In each language; its examples are left out."""
        self.env["res.lang"]._activate_lang("es_419")
        for lang in ("en_US", "es_419"):
            for kind in ("xlsx", "csv"):
                with self.subTest(lang=lang, kind=kind):
                    Import = self.Import.with_context(lang=lang)
                    file = Import.get_template(kind)
                    plan = Import.preview(file["name"], file["data"])
                    self.assertEqual(plan["counts"]["example"], 2)
                    self.assertEqual(len(plan["rows"]), 2)
                    self.assertFalse(plan["ignored"])

    def test_who_else_changed_something_is_not_overwritten_unseen(self):
        self.location.code = "NVA"
        text = "Code,Name\nNVA,Hotel Sol\n"
        plan = self._preview(text)
        self.location.name = "Hotel Sol Vallarta"
        data = self._encode(text)
        answer = self.Import.apply("file.csv", data, plan["digest"])
        self.assertFalse(answer["done"])
        self.assertEqual(self.location.name, "Hotel Sol Vallarta")
        answer = self.Import.apply("file.csv", data, answer["plan"]["digest"])
        self.assertTrue(answer["done"])
        self.assertEqual(self.location.name, "Hotel Sol")

    def test_managers_only(self):
        data = self._encode("Name\nLuna\n")
        for user in (self.sam, self.ines, self.ana):
            Import = self.Import.with_user(user)
            for call in (
                lambda Import=Import: Import.get_template("csv"),
                lambda Import=Import: Import.preview("file.csv", data),
                lambda Import=Import: Import.apply("file.csv", data, ""),
            ):
                with self.subTest(user=user.name), self.assertRaises(AccessError):
                    call()
