# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Proof of work in forms for visitors: a browser's calculation in place of a captcha.

The server half is Altcha's, the browser half static/src/proof/worker.js; nothing is
asked of other servers.
"""

import base64
import json
from datetime import datetime, timedelta, timezone

from altcha import (
    ChallengeOptionsV1,
    create_challenge_v1,
    verify_solution_v1,
)

#: numbers the browser tries at most: a blink on a phone, some seconds
EASY, HARD = 50_000, 1_000_000
#: a challenge is solved and sent within so many seconds
SECONDS = 30 * 60
MOST_CHARACTERS = 2000


def create(key, hard=False):
    """Return a new challenge as what the browser is told.

    :param str key: secret that signs it
    :param bool hard: for networks that ask for many
    """
    expires = datetime.now(timezone.utc) + timedelta(seconds=SECONDS)
    options = ChallengeOptionsV1(
        hmac_key=key, max_number=HARD if hard else EASY, expires=expires
    )
    return create_challenge_v1(options).to_dict()


def read(solution, key):
    """Return the mark of a solution, "" for a wrong, forged or late one.

    Who accepts it takes care that the mark is used once.

    :param str solution: Base64 of JSON, as browsers send it

    >>> read("", "key"), read("bm90aGluZw==", "key"), read("x" * 5000, "key")
    ('', '', '')
    """
    if not solution or len(solution) > MOST_CHARACTERS:
        return ""
    try:
        payload = json.loads(base64.b64decode(solution, validate=True))
        if "expires=" not in payload["salt"]:
            return ""
        is_right, _problem = verify_solution_v1(payload, key)
        return str(payload["signature"]) if is_right else ""
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""
