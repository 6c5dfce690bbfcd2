# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import hmac

from ..tools import dates, proof_of_work, rate_limit

_logger = logging.getLogger(__name__)
#: Two requests that count at the same moment: the later one tries again.
TRIES = 20


class HelpdeskRateLimit(models.Model):
    """How often each door was used lately, one line per door and who or what asked.

    Counted in the database, so that all workers and servers share it, by a
    connection of its own: what was counted stays so when the request fails. Keys are
    stored as digests, nobody has rights on the lines.
    """

    _name = "helpdesk.rate.limit"
    _description = "Helpdesk Rate Limit"
    _rec_name = "door"
    _log_access = False

    door = fields.Char(required=True, help="What is limited.")
    key = fields.Char(required=True, help="Who or what is limited, as a digest.")
    hits = fields.Integer(required=True)
    expires = fields.Datetime(
        required=True, index=True, help="When counting begins again."
    )

    _door_key_uniq = models.UniqueIndex("(door, key)")

    # ------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------

    @api.model
    def _hit(self, door, key, limit=None, seconds=None):
        """Count one use of a door; a refused one is not counted.

        :param str door: what is limited, see ``tools/rate_limit.py``
        :param key: who or what is limited: an id, an address, a network
        :param int limit: uses within ``seconds``; default is the door's
        :return: False, or the datetime (UTC) when it may be used again
        """
        if limit is None:
            limit, seconds = self._get_limit(door)
        if not limit:
            return False
        now = fields.Datetime.now()
        values = {
            "door": door,
            "key": self._digest(door, key),
            "now": now,
            "limit": limit,
            "expires": now + timedelta(seconds=seconds),
        }
        for _try in range(TRIES):
            try:
                with self._open_cursor() as cr:
                    return self._count(cr, values)
            except SerializationFailure:
                continue
        _logger.warning("Too many uses of %s at the same moment", door)
        return now + timedelta(seconds=5)

    @api.model
    def _get_opening(self, door, key, limit=None):
        """Tell whether a door is closed, without counting.

        :return: False, or the datetime (UTC) when it may be used again
        """
        if limit is None:
            limit, _seconds = self._get_limit(door)
        if not limit:
            return False
        with self._open_cursor(self.env.cr.readonly) as cr:
            cr.execute(
                "SELECT expires FROM helpdesk_rate_limit"
                " WHERE door = %s AND key = %s AND hits >= %s AND expires > %s",
                [door, self._digest(door, key), limit, fields.Datetime.now()],
            )
            row = cr.fetchone()
        return row[0] if row else False

    @api.model
    def _get_lines(self, uses):
        """Return hits and end of several doors, as far as they were used lately.

        :param list uses: pairs of door and key
        :return: {door: (hits, datetime when counting begins again)}
        """
        digests = [(door, self._digest(door, key)) for door, key in uses]
        with self._open_cursor(self.env.cr.readonly) as cr:
            cr.execute(
                "SELECT door, hits, expires FROM helpdesk_rate_limit"
                " WHERE (door, key) IN %s AND expires > %s",
                [tuple(digests), fields.Datetime.now()],
            )
            return {door: (hits, expires) for door, hits, expires in cr.fetchall()}

    @api.model
    def _forget(self, door, key):
        """Begin to count anew, as who asked turned out to be right."""
        with self._open_cursor() as cr:
            cr.execute(
                "DELETE FROM helpdesk_rate_limit WHERE door = %s AND key = %s",
                [door, self._digest(door, key)],
            )

    @api.model
    def _get_text(self, opens):
        """Return when a limited form may be sent again, as a sentence for its reader.

        :param datetime opens: what ``_hit`` returned
        """
        # sudo: res.company - visitors read the time in the zone of its working hours
        company_sudo = self.env.company.sudo()
        zone = dates.first_zone(
            self.env.user.tz,
            request and request.cookies.get("tz"),
            company_sudo.resource_calendar_id.tz,
        )
        lang = self.env.lang
        opens = opens + timedelta(seconds=59)
        return self.env._(
            "That was too often in a short time. You can try again at %(time)s "
            "(%(zone)s).",
            time=dates.time_words(opens, zone, lang),
            zone=dates.zone_words(zone, lang),
        )

    @api.model
    def _get_limit(self, door):
        """Return the hits and seconds of a door."""
        # sudo: ir.config_parameter - limits set by the administrator
        text = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(rate_limit.PARAMETER + door)
        )
        return rate_limit.parse_limit(text) or rate_limit.LIMITS[door]

    def _count(self, cr, values):
        cr.execute(
            """
            INSERT INTO helpdesk_rate_limit AS line (door, key, hits, expires)
            VALUES (%(door)s, %(key)s, 1, %(expires)s)
                ON CONFLICT (door, key) DO UPDATE
               SET hits = CASE WHEN line.expires <= %(now)s
                               THEN 1 ELSE line.hits + 1 END,
                   expires = CASE WHEN line.expires <= %(now)s
                                  THEN EXCLUDED.expires ELSE line.expires END
             WHERE line.expires <= %(now)s OR line.hits < %(limit)s
            """,
            values,
        )
        if cr.rowcount:
            return False
        cr.execute(
            "SELECT expires FROM helpdesk_rate_limit"
            " WHERE door = %(door)s AND key = %(key)s",
            values,
        )
        return cr.fetchone()[0]

    def _open_cursor(self, readonly=False):
        """Return a connection that commits by itself, whatever the request does."""
        return self.env.registry.cursor(readonly=readonly)

    def _digest(self, door, key):
        # sudo: ir.config_parameter - the database secret signs the key
        return hmac(self.sudo().env, f"helpdesk-limit-{door}", str(key))

    # ------------------------------------------------------------
    # Proof of work
    # ------------------------------------------------------------

    @api.model
    def _create_proof(self):
        """Return a challenge for a browser, a hard one where a network asks for many.

        So that nobody is locked out who shares a network with who asks too often.
        """
        hard = self._hit("mail_link_network", rate_limit.current_network())
        return proof_of_work.create(self._get_proof_key(), hard=bool(hard))

    @api.model
    def _take_proof(self, solution):
        """Tell whether a solution is right and used for the first time."""
        mark = proof_of_work.read(solution, self._get_proof_key())
        return bool(mark) and not self._hit("proof", mark, 1, proof_of_work.SECONDS)

    def _get_proof_key(self):
        # sudo: ir.config_parameter - the database secret is behind the key
        return hmac(self.sudo().env, "helpdesk-proof-of-work", "key")

    # ------------------------------------------------------------
    # Tidying
    # ------------------------------------------------------------

    @api.autovacuum
    def _gc_lines(self):
        """Delete the lines whose time is over."""
        self.env.cr.execute(
            "DELETE FROM helpdesk_rate_limit WHERE expires < %s",
            [fields.Datetime.now()],
        )
