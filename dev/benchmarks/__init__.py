# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The parts of ./dev/bench; those that run in Odoo's own process say so."""
