# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails nobody reworded get the words of this release; the others are left."""

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import file_open
from odoo.tools.convert import xml_import

MODULE = "helpdesk_service_portal"
FILE = "data/mail_template_data.xml"
#: md5 of subject and body of the first release
FIRST = {
    "mail_template_acknowledgement": "3856a8165376f34f7b4283dad7d9794b",
    "mail_template_assigned": "866908b1fba692345077162e0411dd28",
    "mail_template_closed": "270e56fea43e547ab98eef0001ab88df",
    "mail_template_solved": "3b561649b1e91adbc210b9e9d171c386",
    "mail_template_stage": "09ae4bb3979df2a5b7dea3201569c547",
}


def migrate(cr, version):
    names = find_unchanged(cr)
    if not names:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    with file_open(f"{MODULE}/{FILE}", "rb") as source:
        root = etree.parse(source).getroot()
    for record in root.findall(".//record"):
        if record.get("id") not in names:
            record.getparent().remove(record)
    # templates alone: functions of the file are the installation's
    for call in root.findall(".//function"):
        call.getparent().remove(call)
    xml_import(env, MODULE, {}, "init", noupdate=True).parse(root)
    env.flush_all()
    # what is translated is read from the file of terms again, right after this
    cr.execute(
        """
        UPDATE mail_template
           SET subject = jsonb_build_object('en_US', subject->'en_US'),
               body_html = jsonb_build_object('en_US', body_html->'en_US'),
               description = CASE WHEN description ? 'en_US' THEN
                   jsonb_build_object('en_US', description->'en_US') END
         WHERE id = ANY(%s)
        """,
        [list(names.values())],
    )


def find_unchanged(cr):
    """Return {name: id} of the templates that say what the first release said."""
    cr.execute(
        """
        SELECT named.name, template.id,
               md5((template.subject->>'en_US') || (template.body_html->>'en_US'))
          FROM ir_model_data named
          JOIN mail_template template ON template.id = named.res_id
         WHERE named.module = %s AND named.model = 'mail.template'
        """,
        [MODULE],
    )
    return {name: id_ for name, id_, text in cr.fetchall() if FIRST.get(name) == text}
