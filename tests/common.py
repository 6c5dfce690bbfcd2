from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import new_test_user

from odoo.addons.mail.tests.common import MailCommon

PORTAL = "base.group_portal"
AGENT_OWN = "helpdesk_mgmt.group_helpdesk_user_own"
AGENT_TEAM = "helpdesk_mgmt.group_helpdesk_user_team"
AGENT_ALL = "helpdesk_mgmt.group_helpdesk_user"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class HelpdeskCommon(MailCommon):
    """The people and the desk of the tests.

    Ana and Luis work at Hotel Sol, Eva at another customer's. Laura answers with
    her own tickets, Marta with her team's, Sam with all, Mora manages; Ines works
    here and has nothing to do with the helpdesk.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US", tz="UTC"))
        # these tests let days pass between two runs of a cron
        cls.env["ir.config_parameter"].set_param(
            "helpdesk_service_portal.hold_after_hours", "0"
        )
        # what a demo database announces is not part of these stories
        running = cls.env["helpdesk.announcement"].search([("is_published", "=", True)])
        if running:
            running.is_published = False
        Partner = cls.env["res.partner"]
        cls.hotel = Partner.create({"name": "Hotel Sol", "is_company": True})
        cls.other_hotel = Partner.create({"name": "Hotel Luna", "is_company": True})
        cls.ana = cls._create_person("Ana Pérez", "ana", PORTAL, cls.hotel)
        cls.luis = cls._create_person("Luis Mora", "luis", PORTAL, cls.hotel)
        cls.eva = cls._create_person("Eva Luna", "eva", PORTAL, cls.other_hotel)
        cls.laura = cls._create_person("Laura Díaz", "laura", AGENT_OWN)
        cls.marta = cls._create_person("Marta Gil", "marta", AGENT_TEAM)
        cls.sam = cls._create_person("Sam Ortiz", "sam", AGENT_ALL)
        cls.mora = cls._create_person("Mora Rey", "mora", MANAGER)
        cls.ines = cls._create_person("Ines Sanz", "ines", "base.group_user")
        cls.team = cls._create_team("Desk", cls.laura | cls.marta | cls.sam)
        cls.env.company.helpdesk_team_id = cls.team
        cls.stages = {stage.kind: stage for stage in cls.team._get_applicable_stages()}
        cls.location = cls.env["helpdesk.ticket.location"].create(
            {"name": "Hotel Sol Nuevo Vallarta", "partner_id": cls.hotel.id}
        )

    @classmethod
    def _create_person(cls, name, login, group, company=None):
        """Create a user; the login is ``<login>@test.example``, also the password."""
        user = new_test_user(
            cls.env,
            f"{login}@test.example",
            groups=group,
            name=name,
            email=f"{login}@test.example",
            password=f"{login}@test.example",
            notification_type="email",
            lang="en_US",
            tz="UTC",
        )
        if company:
            user.partner_id.parent_id = company
        return user

    @classmethod
    def _create_team(cls, name, users):
        """Create a team with a stage of its own for each kind."""
        team = cls.env["helpdesk.ticket.team"].create(
            {"name": name, "user_ids": [(6, 0, users.ids)]}
        )
        for sequence, kind in enumerate(
            ("new", "in_progress", "waiting_customer", "waiting_other", "solved"), 1
        ):
            cls._create_stage(team, kind, sequence)
        cls._create_stage(team, "closed", 9)
        return team

    @classmethod
    def _create_stage(cls, team, kind, sequence=5):
        return cls.env["helpdesk.ticket.stage"].create(
            {
                "name": f"{team.name}: {kind}",
                "kind": kind,
                "sequence": sequence,
                "team_ids": [(6, 0, team.ids)],
                "description": f"<p>Meaning of {kind}</p>",
            }
        )

    @classmethod
    def _create_ticket(cls, requester=None, **vals):
        """Create a ticket of ``requester`` (Ana) without acknowledgement."""
        requester = requester or cls.ana
        if vals.get("stage_id") == cls.stages["waiting_customer"].id:
            vals = {"customer_request": "Which reservations are missing?", **vals}
        return (
            cls.env["helpdesk.ticket"]
            .with_context(helpdesk_no_acknowledgement=True)
            .create(
                {
                    "name": "No reservations from Booking",
                    "description": "<p>None since this morning</p>",
                    "partner_id": requester.partner_id.id,
                    "team_id": cls.team.id,
                    "user_id": False,
                    **vals,
                }
            )
            .with_context(helpdesk_no_acknowledgement=False)
        )

    def _answer(self, ticket, user, body="We are on it", **kwargs):
        """Post a public message of ``user``."""
        return ticket.with_user(user).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **kwargs,
        )

    def _note(self, ticket, user, body="secret note", **kwargs):
        """Post an internal note of ``user``."""
        return ticket.with_user(user).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_note", **kwargs
        )

    @contextmanager
    def clock(self, moment=None, **delta):
        """Move both Python's clock and the transaction's.

        :param datetime moment: naive UTC; default is now
        :param delta: arguments of ``timedelta`` added to ``moment``
        """
        moment = fields.Datetime.to_datetime(moment) or fields.Datetime.now()
        moment += timedelta(**delta)
        with freeze_time(moment), patch.object(self.env.cr, "now", lambda: moment):
            yield moment
            self.env.flush_all()  # what is computed late belongs to this moment
