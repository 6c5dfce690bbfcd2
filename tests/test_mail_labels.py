# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people fill in after labels in a mail, and the location they name."""

from odoo.tests import tagged

from .test_mail_new import MailNewCommon

PLAIN = """Buenos días:

Área en la que trabaja: Recepción
Extensión: 1204
Detalle de requerimiento: No hay internet desde las 9.
El módem tiene la luz roja.

Saludos
"""
ENGLISH = """Area: Front desk
Ext.: 77
Request details: The WiFi is down"""
TABLE = """<table><tbody>
<tr><td><p><b>ÁREA EN LA QUE TRABAJA</b></p></td><td><p>Recepción</p></td></tr>
<tr><td>EXTENSIÓN:</td><td>1204</td></tr>
<tr><td>DETALLE DE REQUERIMIENTO</td><td>No hay internet desde las 9.</td></tr>
</tbody></table>"""
LIST = """<ul><li><b>Área en la que trabaja:</b> Recepción</li>
<li>Extensión : 1204</li>
<li>Detalle de requerimiento: No hay internet desde las 9.</li></ul>"""


@tagged("post_install", "-at_install")
class TestMailLabels(MailNewCommon):
    def _make_html(self, html, **heads):
        heads = {"Subject": "Sin internet", **heads}
        lines = [f"{name}: {value}" for name, value in heads.items()]
        return "\r\n".join(
            [
                f"From: {self.ana.email_formatted}",
                f"To: {self.desk}",
                f"Message-ID: <{abs(hash(html))}@labels.example>",
                "MIME-Version: 1.0",
                "Content-Type: text/html; charset=utf-8",
                "Content-Transfer-Encoding: 8bit",
                *lines,
                "",
                html,
            ]
        ).encode()

    def test_labels_in_plain_text(self):
        """S3-37 Body carries Area, Extension, Detail of the request; these are read
        into the ticket."""
        ticket = self._open(body=PLAIN, subject="1_SIN INTERNET")
        self.assertEqual(ticket.partner_area, "Recepción")
        self.assertEqual(ticket.partner_extension, "1204")
        self.assertIn("No hay internet desde las 9.", ticket.description)
        self.assertIn("luz roja", ticket.description)
        self.assertNotIn("Extensión", ticket.description)
        original = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn("Extensión", original.body)

    def test_labels_in_english(self):
        """S3-37 ... and in English."""
        ticket = self._open(body=ENGLISH)
        self.assertEqual(ticket.partner_area, "Front desk")
        self.assertEqual(ticket.partner_extension, "77")
        self.assertIn("The WiFi is down", ticket.description)
        self.assertNotIn("Front desk", ticket.description)

    def test_labels_in_tables_and_lists(self):
        """S3-37 ... in tables, in lists."""
        for html in (TABLE, LIST):
            self._hand_in(self._make_html(html))
            ticket = self._get_tickets()[-1:]
            self.assertEqual(ticket.partner_area, "Recepción", html)
            self.assertEqual(ticket.partner_extension, "1204", html)
            self.assertIn("No hay internet desde las 9.", ticket.description)
            self.assertNotIn("1204", ticket.description)

    def test_missing_ones_do_not_block(self):
        """S3-37 Missing ones do not block."""
        ticket = self._open(body="Área:\nExtensión: \n\nNo hay internet")
        self.assertIn("No hay internet", ticket.description)
        ticket = self._open(body="Extensión: 12\nNo hay internet")
        self.assertEqual(ticket.partner_extension, "12")
        self.assertFalse(ticket.partner_area)
        self.assertIn("No hay internet", ticket.description)

    def test_a_place_is_recognised_by_name_or_code(self):
        """S3-11 Location: site of the customer where it happened; a mail names one of
        the sender's own by name or code."""
        Location = self.env["helpdesk.ticket.location"]
        cancun = Location.create(
            {"name": "Hotel Sol Cancún", "code": "SCUN", "partner_id": self.hotel.id}
        )
        foreign = Location.create(
            {"name": "Luna Norte", "code": "LN9", "partner_id": self.other_hotel.id}
        )
        for subject, body, place in (
            ("WiFi en hotel sol cancun", "", cancun),
            ("SCUN: no WiFi", "", cancun),
            ("No WiFi", "It is at Hotel Sol Nuevo Vallarta.", self.location),
            ("No WiFi", "Localización: SCUN", cancun),
            ("No WiFi", "Hotel: Sol\nNothing works", Location),
            ("No WiFi in Hotel Sol Cancún", "> Hotel Sol Nuevo Vallarta", cancun),
            ("No WiFi", "Luna Norte, LN9", Location),
            ("Hotel Sol Cancún", "Location: Hotel Sol Nuevo Vallarta", self.location),
            ("No WiFi in Hotel Sol Cancún and Hotel Sol Nuevo Vallarta", "", Location),
        ):
            ticket = self._open(subject=subject, body=body)
            self.assertEqual(ticket.location_id, place, (subject, body))
        self.assertNotEqual(foreign, ticket.location_id)

    def test_the_only_place_needs_no_name(self):
        """S0-15 With one hotel it is filled in silently."""
        self.assertEqual(self._open().location_id, self.location)
