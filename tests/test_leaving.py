# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import csv
import io
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.helpdesk_service_portal.tools import base_snapshot, moving_in

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestLeaving(HelpdeskCommon):
    """S9 "Uninstall: the base works as before; what only we held is exported"."""

    def _export(self):
        attachment = self.env["helpdesk.leaving"]._export()
        archive = zipfile.ZipFile(io.BytesIO(attachment.raw))
        return attachment, archive

    def _rows(self, archive, name):
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))

    def test_export_holds_what_only_we_held(self):
        """Our records, our columns of others' and our files, each under its id."""
        brand = self.env["helpdesk.ticket.brand"].create({"name": "Áurea, “5”"})
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Keys",
                "description": "<p>x</p>",
                "partner_id": self.ana.partner_id.id,
                "brand_id": brand.id,
            }
        )
        self.env["ir.attachment"].create(
            {
                "name": "logo/../of it.png",
                "raw": b"picture",
                "res_model": brand._name,
                "res_id": brand.id,
            }
        )
        attachment, archive = self._export()
        self.assertFalse(attachment.res_model)
        self.assertFalse(attachment.public)
        brands = self._rows(archive, "ours/helpdesk.ticket.brand.csv")
        self.assertIn(
            (str(brand.id), "Áurea, “5”"), [(r["id"], r["name"]) for r in brands]
        )
        rows = self._rows(archive, "added/helpdesk.ticket.csv")
        row = next(row for row in rows if row["id"] == str(ticket.id))
        self.assertEqual(row["number"], ticket.number)
        self.assertEqual(row["brand_id"], str(brand.id))
        self.assertNotIn("description", row)
        files = [name for name in archive.namelist() if name.startswith("files/")]
        mine = [name for name in files if "helpdesk.ticket.brand" in name]
        self.assertEqual(len(mine), 1)
        self.assertNotIn("..", mine[0].split("/"))
        self.assertEqual(archive.read(mine[0]), b"picture")

    def test_export_leaves_secrets_out(self):
        """What opens doors is in no table."""
        _attachment, archive = self._export()
        for name in archive.namelist():
            if name.endswith(".csv"):
                head = archive.read(name).decode().partition("\n")[0].split(",")
                for column in head:
                    self.assertNotRegex(column, r"token|secret|hash|password")
        self.assertNotIn("ours/helpdesk.recovery.code.csv", archive.namelist())

    def test_export_is_for_who_administrates_all(self):
        """A manager makes it; agents and managers of one company of two do not."""
        leaving = self.env["helpdesk.leaving"]
        companies = self.env["res.company"].sudo().search([])
        self.mora.write({"company_ids": [(6, 0, companies.ids)]})
        action = leaving.with_user(self.mora).action_export()
        self.assertIn("download=true", action["url"])
        with self.assertRaises(AccessError):
            leaving.with_user(self.sam).action_export()
        self.env["res.company"].sudo().create({"name": "Another one"})
        with self.assertRaises(AccessError):
            leaving.with_user(self.mora).action_export()

    def test_values_come_back(self):
        """What is still ours is put back, what people changed since stays."""
        menu = self.env.ref("helpdesk_mgmt.helpdesk_ticket_menu")
        stage = self.env["helpdesk.ticket.stage"].create(
            {"name": "Shelf", "sequence": 7, "fold": False}
        )
        self.env.flush_all()
        base_snapshot.take(self.env.cr)
        stage.write({"name": "Our shelf", "sequence": 8, "fold": True})
        self.env["helpdesk.leaving.change"].search([]).unlink()
        self.env["helpdesk.leaving.change"]._record()
        stage.sequence = 9
        self.env.flush_all()
        self.env["helpdesk.leaving"]._put_back_values()
        self.env.invalidate_all()
        self.assertEqual(stage.name, "Shelf")
        self.assertEqual(stage.sequence, 9)
        self.assertFalse(stage.fold)
        self.assertTrue(menu.exists())

    def test_tickets_are_without_a_stage_again(self):
        """Those that were given one, where nobody gave another one since."""
        ticket, moved = (
            self.env["helpdesk.ticket"].create(
                {
                    "name": "Keys",
                    "description": "<p>x</p>",
                    "partner_id": self.ana.partner_id.id,
                    "team_id": self.team.id,
                }
            )
            for _turn in range(2)
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET stage_id = NULL, unattended = NULL"
            " WHERE id = ANY(%s)",
            [[ticket.id, moved.id]],
        )
        self.env.invalidate_all()
        base_snapshot.take(self.env.cr)
        moving_in.fill_stages(self.env)
        self.assertTrue(ticket.stage_id and ticket.unattended)
        self.env["helpdesk.leaving.change"].search([]).unlink()
        self.env["helpdesk.leaving.change"]._record()
        moved.stage_id = self.stages["solved"]
        self.env.flush_all()
        self.env["helpdesk.leaving"]._put_back_values()
        self.env.invalidate_all()
        self.assertFalse(ticket.stage_id)
        self.assertFalse(ticket.unattended)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(moved.stage_id, self.stages["solved"])

    def test_stages_send_the_base_s_mails_again(self):
        """No stage refers to a mail that goes; those people chose stay."""
        own = self.env.ref("helpdesk_mgmt.changed_stage_template")
        Stage = self.env["helpdesk.ticket.stage"]
        stages = Stage.create(
            [
                {"name": "Ended", "kind": "closed"},
                {"name": "Own", "kind": "in_progress", "mail_template_id": own.id},
            ]
        )
        self.assertTrue(stages[0].mail_template_id)
        self.env.flush_all()
        self.env["helpdesk.leaving"]._release_stage_mails()
        self.env.invalidate_all()
        base = self.env.ref("helpdesk_mgmt.closed_ticket_template")
        self.assertEqual(stages.mail_template_id, base + own)
        ours = self.env["helpdesk.leaving"]._get_our_ids("mail.template")
        self.assertFalse(Stage.search([("mail_template_id", "in", ours)]))
