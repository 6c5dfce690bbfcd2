# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The base's own tests, with this module installed: they end as without it.

Those that do not are listed with the reason, and have to fail: when one passes again,
its line goes. ``./dev/beside`` does the same for the other addons of the helpdesk.
"""

import functools
import unittest
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.helpdesk_mgmt.tests.test_helpdesk_category_hierarchy import (
    TestHelpdeskCategoryHierarchy,
)
from odoo.addons.helpdesk_mgmt.tests.test_helpdesk_fetchmail import (
    TestHelpdeskFetchmail,
)
from odoo.addons.helpdesk_mgmt.tests.test_helpdesk_portal import TestHelpdeskPortal
from odoo.addons.helpdesk_mgmt.tests.test_helpdesk_ticket import TestHelpdeskTicket
from odoo.addons.helpdesk_mgmt.tests.test_helpdesk_ticket_team import (
    TestHelpdeskTicketTeam,
)
from odoo.addons.helpdesk_mgmt.tests.test_res_partner import TestPartner
from odoo.addons.helpdesk_type.tests.test_helpdesk_type import TestHelpdeskType

from .beside_expected import EXPECTED


def beside(case):
    """The same test case; tests with another end expected have to fail."""

    @classmethod
    def prepare(cls):
        begin = TransactionCase.setUpClass.__func__

        def begin_without_demo(test_class):
            begin(test_class)
            share_stages(test_class.env)

        with patch.object(
            TransactionCase, "setUpClass", classmethod(begin_without_demo)
        ):
            case.setUpClass.__func__(cls)

    body = {"__module__": __name__, "__doc__": case.__doc__, "setUpClass": prepare}
    for name in EXPECTED:
        if hasattr(case, name):
            body[name] = failing(getattr(case, name))
    return tagged("post_install", "-at_install")(type(case.__name__, (case,), body))


def share_stages(env):
    """The demo data gives the base's stages to one desk; its tests know no other."""
    stages = env["ir.model.data"].search(
        [("module", "=", "helpdesk_mgmt"), ("model", "=", "helpdesk.ticket.stage")]
    )
    env["helpdesk.ticket.stage"].browse(stages.mapped("res_id")).team_ids = False
    env.company.helpdesk_team_id = env["helpdesk.ticket.team"].create({"name": "Desk"})


def failing(method):
    """A test that has to fail; the base's own function stays as it is."""

    @functools.wraps(method)
    def test(self):
        return method(self)

    return unittest.expectedFailure(test)


TestHelpdeskCategoryHierarchy = beside(TestHelpdeskCategoryHierarchy)
TestHelpdeskFetchmail = beside(TestHelpdeskFetchmail)
TestHelpdeskPortal = beside(TestHelpdeskPortal)
TestHelpdeskTicket = beside(TestHelpdeskTicket)
TestHelpdeskTicketTeam = beside(TestHelpdeskTicketTeam)
TestPartner = beside(TestPartner)
TestHelpdeskType = beside(TestHelpdeskType)
