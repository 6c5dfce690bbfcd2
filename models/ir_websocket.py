# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import models

from .helpdesk_ticket_desk import AGENT

DESK_CHANNEL = re.compile(r"helpdesk_desk_(\d+)$")
TICKET_CHANNEL = re.compile(r"helpdesk_ticket_(\d+)(?:_([\w-]+))?$")


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Let people hear of the tickets they may read, and of no others."""
        channels = self._open_desk_channels(self._open_ticket_channels(channels))
        return super()._build_bus_channel_list(channels)

    def _open_desk_channels(self, channels):
        """Engineers hear who else has a ticket open."""
        asked = {
            channel: int(match[1])
            for channel in channels
            if isinstance(channel, str) and (match := DESK_CHANNEL.match(channel))
        }
        opened = [channel for channel in channels if channel not in asked]
        if asked and self.env.user.has_group(AGENT):
            tickets = self.env["helpdesk.ticket"].search(
                [("id", "in", list(asked.values()))]
            )
            opened += [(ticket, "desk") for ticket in tickets]
        return opened

    def _open_ticket_channels(self, channels):
        """D-07 Let open pages hear of the tickets their reader may see, no others."""
        opened = []
        for channel in channels:
            match = isinstance(channel, str) and TICKET_CHANNEL.match(channel)
            if match:
                channel = self.env["helpdesk.ticket"]._portal_find(*match.groups())
            if channel:
                opened.append(channel)
        return opened
