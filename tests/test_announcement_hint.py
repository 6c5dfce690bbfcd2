# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from urllib.parse import urlencode

from odoo.tests import tagged

from .announcement_common import AnnouncementCommon
from .statements import recorded_statements


@tagged("post_install", "-at_install")
class TestAnnouncementHint(AnnouncementCommon):
    """Before the ticket: what is announced stands under the subject, if it is that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.article"].search([]).is_published = False
        cls.incident.body = "<p>Bookings reach the hotel after two hours.</p>"

    def _find(self, subject, user=None):
        Announcement = self.env["helpdesk.announcement"].with_user(user or self.ana)
        return Announcement._get_hint(subject)

    def _lines(self, subject):
        tree = self.get(f"/support/hints?{urlencode({'subject': subject})}")
        return [
            (self.words(line), line.get("data-hint"))
            for line in tree.xpath("//details//li/a")
        ]

    def test_by_its_words(self):
        """Before the ticket: matching … running announcements: by a word of the title
        or two of the text, in any form."""
        for subject in (
            "No RESERVATION since this morning",
            "booking?",
            "late",
            "Two hours are gone",
        ):
            with self.subTest(subject):
                self.assertEqual(self._find(subject), self.incident)
        for subject in ("Invoice of May", "An hour more of wifi", "", "the of"):
            with self.subTest(subject):
                self.assertFalse(self._find(subject))

    def test_in_spanish(self):
        """Before the ticket … Spanish word forms, accents ignored."""
        self.env["res.lang"]._activate_lang("es_MX")
        self.incident.with_context(lang="es_MX").name = "Reservación con retraso"
        self.ana.lang = "es_MX"
        Announcement = self.env["helpdesk.announcement"].with_user(self.ana)
        for subject in ("No llegan reservaciones", "RESERVACION", "retrasos"):
            with self.subTest(subject):
                found = Announcement.with_context(lang="es_MX")._get_hint(subject)
                self.assertEqual(found, self.incident)

    def test_the_one_that_fits_best(self):
        """Before the ticket: at most two lines, one of them what is announced."""
        other = self._announce("Reservations of Expedia arrive twice")
        self.assertEqual(self._find("Expedia reservations twice"), other)
        self.assertEqual(self._find("Booking reservations late"), self.incident)

    def test_only_for_those_concerned(self):
        """Announcements: for those concerned, while they run."""
        self.incident.location_ids = self.location
        self.assertEqual(self._find("Booking"), self.incident)
        self.assertFalse(self._find("Booking", self.eva))
        self.incident.location_ids = False
        self.incident.is_published = False
        self.assertFalse(self._find("Booking"))

    def test_line_and_sheet(self):
        """Before the ticket: under the subject, at most two lines, opening in a
        sheet: matching articles and running announcements."""
        folder = self.env["helpdesk.article.category"].create({"name": "Folder"})
        self.env["helpdesk.article"].create(
            [
                {
                    "name": f"Booking, part {number}",
                    "category_ids": folder.ids,
                    "is_published": True,
                }
                for number in range(3)
            ]
        )
        self.sign_in()
        lines = self._lines("Booking is late")
        self.assertEqual(len(lines), 2)
        number = self.incident.id
        self.assertEqual(lines[0], (self.incident.name, f"announcement/{number}"))
        self.assertTrue(lines[1][0].startswith("Booking, part"))
        tree = self.get(f"/support/hints/announcement/{number}")
        self.assertIn("after two hours", self.response.text)
        button = tree.xpath("//button[@name='done']/parent::*/@data-address")
        self.assertEqual(button, [f"/support/announcement/{number}/follow"])
        self.incident.with_user(self.ana)._follow()
        tree = self.get(f"/support/hints/announcement/{number}")
        self.assertFalse(tree.xpath("//button[@name='done']"))
        self.assertIn("no ticket of your own", self.response.text)
        self.incident.location_ids = self.location
        self.sign_in(self.eva)
        response = self.url_open(f"/support/hints/announcement/{number}")
        self.assertEqual((response.status_code, response.text), (404, ""))

    def test_free_while_nothing_runs(self):
        """Speed: constant statements; nothing announced costs nothing."""
        self._find("Booking")
        self.env.flush_all()
        with recorded_statements(own=True) as statements:
            self._find("Booking is late")
        self.assertEqual(len(statements), 1, statements)
        self.incident.is_published = False
        self._find("Booking")
        self.env.flush_all()
        with recorded_statements(own=True) as statements:
            self._find("Booking is late")
        self.assertFalse(statements)
