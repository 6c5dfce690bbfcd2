# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib
import hmac
import secrets

from odoo import api, fields, models

COUNT = 10
#: digits that tell which code of the user it is, and those that are secret
SELECTOR, SECRET = 2, 10
ROUNDS = 210_000


def hash_code(code, salt):
    """Return what is kept of a code; slow, so that a copy of the table is no key."""
    return hashlib.pbkdf2_hmac("sha512", code.encode(), bytes.fromhex(salt), ROUNDS)


class HelpdeskRecoveryCode(models.Model):
    """A printed code that counts once in place of an authenticator's.

    Twelve digits, as the field of the sign-in page takes digits and they are read out
    over a phone. Nobody has rights on them.
    """

    _name = "helpdesk.recovery.code"
    _description = "Recovery Code"

    user_id = fields.Many2one(
        comodel_name="res.users", required=True, index=True, ondelete="cascade"
    )
    selector = fields.Char(required=True, groups=fields.NO_ACCESS)
    salt = fields.Char(required=True, groups=fields.NO_ACCESS)
    digest = fields.Char(required=True, groups=fields.NO_ACCESS)

    _selector_uniq = models.Constraint(
        "UNIQUE (user_id, selector)", "A code of this number exists already."
    )

    @api.model
    def _generate(self, user):
        """Make new codes for ``user``; those from before no longer count.

        :return: list of the codes, which nobody can read again
        """
        self.search([("user_id", "=", user.id)]).unlink()
        lowest, range_ = 10 ** (SELECTOR - 1), 9 * 10 ** (SELECTOR - 1)
        codes, values = [], []
        for number in secrets.SystemRandom().sample(range(range_), COUNT):
            selector = str(lowest + number)
            code = selector + f"{secrets.randbelow(10**SECRET):0{SECRET}}"
            salt = secrets.token_hex(16)
            codes.append(code)
            values.append(
                {
                    "user_id": user.id,
                    "selector": selector,
                    "salt": salt,
                    "digest": hash_code(code, salt).hex(),
                }
            )
        self.create(values)
        return codes

    @api.model
    def _use(self, user, code):
        """Use up a code.

        :param str code: digits, untrusted
        :return: whether it was one of the user's that is left
        """
        found = self.search(
            [("user_id", "=", user.id), ("selector", "=", code[:SELECTOR])]
        )
        if not found or len(code) != SELECTOR + SECRET:
            return False
        digest = bytes.fromhex(found.digest)
        if not hmac.compare_digest(hash_code(code, found.salt), digest):
            return False
        found.unlink()
        return True
