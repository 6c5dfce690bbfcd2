# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request

from odoo.addons.rpc.controllers import RPC

from ..tools import rate_limit


class HelpdeskRPC(RPC):
    """The core's RPC doors hide the request; who signs in there comes from a network,
    too, and guessing is limited by it (see models/res_users_sign_in.py)."""

    @http.route()
    def xmlrpc_1(self, service):
        with rate_limit.calls_come_from(request.httprequest.remote_addr):
            return super().xmlrpc_1(service)

    @http.route()
    def xmlrpc_2(self, service):
        with rate_limit.calls_come_from(request.httprequest.remote_addr):
            return super().xmlrpc_2(service)

    @http.route()
    def jsonrpc(self, service, method, args):
        with rate_limit.calls_come_from(request.httprequest.remote_addr):
            return super().jsonrpc(service, method, args)
