# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import mail_subject

#: what a rule sets, each by the first rule that says it
RULE_FIELDS = ("priority", "category_id", "type_id")


class HelpdeskTicketMailRule(models.Model):
    """What the subject of a mail says about the ticket it opens (S3-34 to S3-36)."""

    _name = "helpdesk.ticket.mail.rule"
    _inherit = ["helpdesk.cached.mixin"]
    _description = "Helpdesk Mail Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        ondelete="cascade",
        index="btree_not_null",
        help="For mails to this team only. Empty: for all teams.",
    )
    subject_pattern = fields.Char(
        string="Pattern",
        required=True,
        default=r"^1\s*[_.:-]\s*(?!\d)",
        help="A regular expression that is searched in the subject, whatever the case. "
        "“RE:”, “Fwd:” and the like are not part of the subject here.",
    )
    priority = fields.Selection(
        selection=lambda self: self.env["helpdesk.ticket"]._selection_priority()
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.ticket.category", ondelete="restrict"
    )
    type_id = fields.Many2one(comodel_name="helpdesk.ticket.type", ondelete="restrict")
    tag_ids = fields.Many2many(comodel_name="helpdesk.ticket.tag", string="Tags")
    strip_match = fields.Boolean(
        string="Take it out of the subject",
        default=True,
        help="What was found is no part of the ticket's subject. The mail keeps it.",
    )
    accept_no_reply = fields.Boolean(
        string="Also from no-reply addresses",
        help="Mails of machines that take no answer open a ticket of the customer "
        "whose location they name. Without such a rule they are held.",
    )
    test_subject = fields.Char(
        string="Try it",
        store=False,
        help="Type a subject to see what the rule makes of it.",
    )
    test_result = fields.Char(string="Result", compute="_compute_test_result")

    @api.depends("test_subject", "subject_pattern", "strip_match")
    def _compute_test_result(self):
        for rule in self:
            rule.test_result = rule._get_test_words()

    def _get_test_words(self):
        """Return what the rule makes of the subject that is tried."""
        if not (self.test_subject or "").strip() or not self.subject_pattern:
            return False
        problem = self._get_pattern_problem()
        if problem:
            return problem
        subject = mail_subject.clean_subject(self.test_subject)
        match = mail_subject.match_subject(self.subject_pattern, subject)
        if not match:
            return self.env._("Not found: the rule does nothing.")
        if self.strip_match:
            subject = mail_subject.cut_match(subject, match)
        return self.env._("Found. The ticket is called “%(subject)s”.", subject=subject)

    @api.constrains("subject_pattern")
    def _check_subject_pattern(self):
        """A pattern is one, and takes no time.

        :raise ValidationError: otherwise
        """
        for rule in self:
            problem = rule._get_pattern_problem()
            if problem:
                raise ValidationError(problem)

    def _get_pattern_problem(self):
        """Return a sentence saying why the pattern cannot be used, "" if it can."""
        try:
            mail_subject.check_pattern(self.subject_pattern or "")
        except mail_subject.PatternError as error:
            if error.reason == "long":
                return self.env._(
                    "The pattern is too long; %(max)s characters are the maximum.",
                    max=mail_subject.PATTERN_LENGTH,
                )
            if error.reason == "slow":
                return self.env._(
                    "The pattern could take very long on some subjects: avoid "
                    "repetitions within repetitions and more than two of “.*”."
                )
            return self.env._(
                "This is no regular expression: %(reason)s", reason=error.details
            )
        return ""

    # ------------------------------------------------------------
    # Use
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _get_rules(self):
        """Return all rules as plain dicts, in order; they hardly ever change."""
        # sudo: helpdesk.ticket.mail.rule - mails are received in nobody's name
        rules = self.sudo().search_fetch([])
        return [
            {
                "id": rule.id,
                "team_id": rule.team_id.id,
                "pattern": rule.subject_pattern,
                "strip": rule.strip_match,
                "no_reply": rule.accept_no_reply,
                "tag_ids": rule.tag_ids.ids,
                **{
                    name: value
                    for name, value in (
                        ("priority", rule.priority),
                        ("category_id", rule.category_id.id),
                        ("type_id", rule.type_id.id),
                    )
                    if value
                },
            }
            for rule in rules
        ]

    @api.model
    def _find_matches(self, team, subject):
        """Yield the rules for a team that find something in a cleaned subject."""
        for rule in self._get_rules():
            if rule["team_id"] in (False, team.id):
                match = mail_subject.match_subject(rule["pattern"], subject)
                if match:
                    yield rule, match

    @api.model
    def _apply(self, team, subject, values):
        """Return the values of a new ticket, completed by what its subject says.

        What ``values`` hold already stays; each field is set by the first rule that
        says it. The code is no part of the title.

        :param team: the team that gets the ticket
        :param str subject: of the mail, as it came
        :param dict values: values of the ticket, left untouched
        """
        values = dict(values)
        title = clean = mail_subject.clean_subject(subject)
        tag_ids = []
        for rule, match in self._find_matches(team, clean):
            tag_ids += [tag for tag in rule["tag_ids"] if tag not in tag_ids]
            for name in RULE_FIELDS:
                if rule.get(name) and not values.get(name):
                    values[name] = rule[name]
            if rule["strip"] and title == clean:
                title = mail_subject.cut_match(clean, match)
        if tag_ids:
            values["tag_ids"] = [(4, tag) for tag in tag_ids]
        values["name"] = title
        return values

    @api.model
    def _accepts_no_reply(self, team, message_dict):
        """Return the rule by which a no-reply mail becomes a ticket, empty if none."""
        subject = mail_subject.clean_subject(message_dict.get("subject"))
        for rule, _match in self._find_matches(team, subject):
            if rule["no_reply"]:
                return self.browse(rule["id"])
        return self.browse()
