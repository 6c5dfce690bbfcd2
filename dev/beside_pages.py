# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a customer and an agent meet, as one line of JSON; runs in `odoo shell`.

Works with the base alone and with the module: pages are opened by their addresses, the
form is sent as it is, with what a person would write.
"""

import contextlib
import io
import json
import re
import sys

from lxml import html
from werkzeug.test import Client

import odoo.http

env = globals()["env"]
LOGIN = PASSWORD = "beside@hotel.example"
SUBJECT = "The printer is quiet"
ANSWER = "Thank you"
BROWSER = {"REMOTE_ADDR": "127.0.0.1"}
found = {}


@contextlib.contextmanager
def looking_at(page):
    """Note what is wrong with a page, and go on with the next one."""
    try:
        yield
        found[page] = "ok"
    except Exception as error:
        env.cr.rollback()
        found[page] = f"{type(error).__name__}: {error}"[:400]


def prepare():
    user = env["res.users"].search([("login", "=", LOGIN)])
    if not user:
        partner = env["res.partner"].create({"name": "Beside", "email": LOGIN})
        user = env["res.users"].create(
            {
                "login": LOGIN,
                "password": PASSWORD,
                "partner_id": partner.id,
                "group_ids": [(6, 0, [env.ref("base.group_portal").id])],
            }
        )
    domain = [("partner_id", "=", user.partner_id.id), ("name", "=", SUBJECT)]
    ticket = env["helpdesk.ticket"].search(domain, limit=1) or env[
        "helpdesk.ticket"
    ].create(
        {
            "name": SUBJECT,
            "description": "<p>It was not.</p>",
            "partner_id": user.partner_id.id,
            "partner_email": LOGIN,
            "partner_name": "Beside",
        }
    )
    if not env["helpdesk.ticket.category"].search_count([]):
        env["helpdesk.ticket.category"].create({"name": "Printers"})
    env.cr.commit()  # pylint: disable=invalid-commit
    return ticket


def get(path):
    response = client.get(path, follow_redirects=True, environ_base=BROWSER)
    text = response.get_data(as_text=True)
    if response.status_code != 200:
        raise ValueError(f"{response.status_code} {path}")
    return text


def send(text, chosen, **values):
    """Send the form of a page as the browser would, with some values written."""
    form = next(f for f in html.fromstring(text).forms if chosen in f.action)
    fields = {}
    for name, value in form.fields.items():
        if not value and (options := getattr(form.inputs[name], "value_options", 0)):
            value = next(filter(None, options), "")
        fields[name] = value or ""
    for element in form.iter("input"):
        if element.get("type") == "file":
            fields.pop(element.get("name"), None)
    for pattern, value in values.items():
        for name in fields:
            if re.fullmatch(pattern, name):
                fields[name] = value
    return client.post(form.action, data=fields, environ_base=BROWSER)


ticket = prepare()
client = Client(odoo.http.root)
with contextlib.redirect_stderr(io.StringIO()):
    with looking_at("sign in"):
        send(get("/web/login"), "/web/login", login=LOGIN, password=PASSWORD)
        assert "/my" in get("/my")
    with looking_at("home"):
        assert "/my/tickets" in get("/my")
    with looking_at("list"):
        assert SUBJECT in get("/my/tickets")
    with looking_at("ticket"):
        assert SUBJECT in get(f"/my/ticket/{ticket.id}")
    with looking_at("form"):
        page = get("/new/ticket")
        before = env["helpdesk.ticket"].search_count([])
        answer = send(
            page, "/submitted/ticket", subject="Second", description="Quiet, too."
        )
        env.cr.rollback()
        env.invalidate_all()
        after = env["helpdesk.ticket"].search_count([])
        assert after == before + 1, f"{answer.status_code}, {after - before} created"
    with looking_at("answer"):
        message = ticket.message_post(
            body=ANSWER,
            author_id=ticket.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        assert message in ticket.message_ids
        env.cr.rollback()
    with looking_at("agent's views"):
        views = [(False, kind) for kind in ("list", "form", "kanban", "search")]
        for model in ("", ".team", ".stage", ".category", ".type"):
            env[f"helpdesk.ticket{model}"].get_views(views)
    with looking_at("stages"):
        stages = env["helpdesk.ticket.stage"].search([])
        if "kind" in stages._fields:
            # asking the customer takes a sentence that says what is needed
            stages = stages.filtered(lambda stage: stage.kind != "waiting_customer")
        for stage in stages:
            ticket.stage_id = stage
            env.flush_all()
        env.cr.rollback()
    with looking_at("settings"):
        env["res.config.settings"].get_views([(False, "form")])
        env["res.config.settings"].create({}).execute()
        env.cr.rollback()
sys.stdout.write(f"{json.dumps(found)}\n")
