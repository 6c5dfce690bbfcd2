# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2.errors import UniqueViolation

from odoo import models

HELPFUL, NOT_HELPFUL = 5, 1


class HelpdeskArticle(models.Model):
    """Helpful or not: one vote per person, changeable."""

    _inherit = "helpdesk.article"

    def _find_vote(self, voter):
        """Return the rating of a voter, as sudo; empty before they voted.

        :param str voter: see ``_vote``
        """
        self.ensure_one()
        # sudo: rating.rating - the reader's own vote
        Rating = self.env["rating.rating"].sudo()
        if not voter:
            return Rating
        return Rating.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("helpdesk_voter", "=", voter),
            ],
            limit=1,
        )

    def _vote(self, voter, is_helpful=None, feedback=None):
        """Take or change a vote, or what is said with it.

        :param str voter: who votes, a user or a visitor's session
        :param is_helpful: None leaves the vote as it is
        :param str feedback: for the editors' eyes only; None leaves it
        """
        self.ensure_one()
        vote = self._find_vote(voter)
        values = {}
        if is_helpful is not None:
            values["rating"] = HELPFUL if is_helpful else NOT_HELPFUL
            if is_helpful:
                values["feedback"] = False
        if feedback is not None:
            values["feedback"] = feedback
        if vote:
            vote.write(values)
        elif is_helpful is not None:
            user = self.env.user
            values |= {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
                "helpdesk_voter": voter,
                "partner_id": False if user._is_public() else user.partner_id.id,
                "consumed": True,
            }
            try:
                with self.env.cr.savepoint():
                    vote = vote.create(values)
            except UniqueViolation:  # the same click twice at once
                return vote
        if vote.rating == NOT_HELPFUL:
            # sudo: helpdesk.article.inbox - the editors' list
            self.env["helpdesk.article.inbox"].sudo()._add(
                "vote", str(vote.id), vote.feedback or "", article=self
            )
        else:
            self.env["helpdesk.article.inbox"]._find("vote", [str(vote.id)]).unlink()
        return vote
