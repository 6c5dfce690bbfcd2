# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..tools import mail_labels
from ..tools.mail_addresses import domain_of_company
from ..tools.mail_hold import HeldMail
from ..tools.mail_parsing import get_new_text
from ..tools.text import html_to_words

#: a mail to more people than this adds only those we know; the rest is written down
MAX_NEW_COPIES = 20
MAX_COPIES = 60


class HelpdeskTicket(models.Model):
    """Who a mail is from, who else takes part, and where it happened."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Who asks
    # ------------------------------------------------------------

    @api.model
    def _take_requester(self, msg, mail, company):
        """Find or create who asks; the message is theirs."""
        if self.env.context.get("helpdesk_mail_no_reply"):
            self._take_named_customer(msg, mail, company)
            return
        requester = mail["author"]
        if not requester or requester.company_id not in (
            requester.company_id.browse(),
            company,
        ):
            requester = self._create_mail_requester(mail, company)
        mail["requester"] = requester
        msg["author_id"] = requester.id

    @api.model
    def _create_mail_requester(self, mail, company):
        """Create the contact of who writes for the first time.

        :raise HeldMail: when the mail does not say who that is
        """
        if not mail["address"]:
            raise HeldMail("no_sender")
        return self._create_mail_people([(mail["name"], mail["address"])], company)

    @api.model
    def _create_mail_people(self, people, company):
        """Create contacts, all in one go.

        They belong to the company whose people have the same domain, if it is one
        company, and never for a public provider.

        :param people: pairs of name and address
        """
        # sudo: res.partner - who writes to the helpdesk is known as a contact
        Partner = self.env["res.partner"].sudo()
        firms = self._find_companies_of_domains(
            {domain_of_company(address) for _name, address in people}, company
        )
        lang = company.sudo().partner_id.lang  # sudo: res.company - its language
        vals_list = []
        for name, address in people:
            firm = Partner.browse(firms.get(domain_of_company(address)) or [])
            vals_list.append(
                {
                    "name": name or address,
                    "email": address,
                    "parent_id": firm.id,
                    "lang": firm.lang or lang,
                    "company_id": firm.company_id.id,
                }
            )
        partners = Partner.with_context(tracking_disable=True).create(vals_list)
        return partners.with_env(Partner.env)

    @api.model
    def _find_companies_of_domains(self, domains, company):
        """Return {domain: id of the only company whose people share it}."""
        domains = list(domains - {""})
        if not domains:
            return {}
        self.env["res.partner"].flush_model(
            ["email_normalized", "commercial_partner_id", "is_company", "active"]
        )
        self.env.cr.execute(
            """
            SELECT split_part(partner.email_normalized, '@', 2), MIN(firm.id)
              FROM res_partner partner
              JOIN res_partner firm ON firm.id = partner.commercial_partner_id
             WHERE split_part(partner.email_normalized, '@', 2) = ANY(%s)
               AND partner.email_normalized IS NOT NULL
               AND partner.active IS TRUE AND firm.active IS TRUE
               AND firm.is_company IS TRUE
               AND (firm.company_id IS NULL OR firm.company_id = %s)
               AND firm.id NOT IN (SELECT partner_id FROM res_company)
             GROUP BY 1 HAVING MIN(firm.id) = MAX(firm.id)
            """,
            [domains, company.id],
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _take_named_customer(self, msg, mail, company):
        """A machine's mail asks for the customer whose location it names.

        :raise HeldMail: when it names none, or several
        """
        # sudo: helpdesk.ticket.location - mails are received in nobody's name
        places = (
            self.env["helpdesk.ticket.location"]
            .sudo()
            .search_fetch(
                [("partner_id", "!=", False), ("company_id", "in", [False, company.id])]
            )
        )
        text = f"{msg.get('subject') or ''} {html_to_words(msg.get('body'))}"
        place = self._find_named_place(places, text)
        if not place and self.env.context.get("helpdesk_mail_released"):
            mail["requester"] = mail["author"] or self._create_mail_requester(
                mail, company
            )
            msg["author_id"] = mail["requester"].id
            return
        if not place:
            raise HeldMail("no_hotel")
        mail["place"] = place
        mail["requester"] = place.manager_ids.sorted("id")[:1] or place.partner_id
        mail |= {"name": "", "address": ""}
        msg["author_id"] = mail["author"].id

    # ------------------------------------------------------------
    # Where it happened
    # ------------------------------------------------------------

    @api.model
    def _find_mail_location(self, requester, labels, subject, body):
        """Return the location a mail names by name or code, among the sender's own.

        Who has one only needs not name it. Two that are named are none.
        """
        # sudo: helpdesk.ticket.location - those offered to who asks
        places = self.env["helpdesk.ticket.location"].sudo()._get_offered(requester)
        if len(places) < 2:
            return places
        for text in (labels.get("location"), subject, get_new_text(body)):
            place = text and self._find_named_place(places, text)
            if place:
                return place
        return places.browse()

    @api.model
    def _find_named_place(self, places, text):
        """Return the one of ``places`` that a text names, none if not exactly one."""
        names = [(place.id, place.name) for place in places]
        names += [(place.id, place.code) for place in places if place.code]
        found = mail_labels.find_named(text, names)
        return places.browse(found) if len(found) == 1 else places.browse()

    # ------------------------------------------------------------
    # People in copy
    # ------------------------------------------------------------

    def _add_mail_copies(self, mail, since=None):
        """People in To and Cc take part: those of the customer, or all (S1-06).

        Colleagues of ours follow. Foreign people are listed as not included, unless
        the team lets everybody in.

        :param datetime since: from when outsiders see the ticket; empty: all of it
        """
        self.ensure_one()
        copies = mail["copies"][:MAX_COPIES]
        if not copies:
            return
        # sudo: participants - who sends a mail may put people in copy
        ticket = self.sudo()
        listed = ticket.participant_ids.partner_id | ticket.partner_id
        known = [mail["people"].get(address) for _name, address in copies]
        partners = self.env["res.partner"].sudo().union(*filter(None, known))
        unknown = [copy for copy in copies if copy[1] not in mail["people"]]
        if unknown and len(mail["copies"]) <= MAX_NEW_COPIES:
            company = ticket.company_id or self.env.company
            partners |= self._create_mail_people(unknown, company)
        partners -= listed
        staff = partners.filtered(lambda partner: not partner.partner_share)
        if staff:
            ticket.message_subscribe(staff.ids)
        firm = ticket.partner_id.commercial_partner_id
        everybody = ticket.team_id.copies == "all"
        ticket.env["helpdesk.ticket.participant"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "partner_id": partner.id,
                    "source": "mail_copy",
                    "added_by_id": mail["author"].id or ticket.partner_id.id,
                    "included": everybody or partner.commercial_partner_id == firm,
                    "sees_from": partner.commercial_partner_id != firm and since,
                }
                for partner in partners - staff
            ]
        )

    @api.model
    def _get_unlisted_copies(self, mail):
        """Return the addresses in copy that are not made contacts, as text."""
        if len(mail["copies"]) <= MAX_NEW_COPIES:
            return False
        left = [
            address
            for number, (_name, address) in enumerate(mail["copies"])
            if number >= MAX_COPIES or address not in mail["people"]
        ]
        return ", ".join(left) or False

    # ------------------------------------------------------------
    # Trust
    # ------------------------------------------------------------

    def _lets_in_by_mail(self, partner, address):
        """Tell whether who writes may join this thread by naming it.

        Our staff, the requester's address, who takes part, and who sees the ticket in
        the portal by their scope.

        :param partner: the sender, maybe nobody known
        :param str address: normalised
        """
        self.ensure_one()
        ticket = self.sudo()  # sudo: who takes part, whoever asks
        if address and address == ticket.partner_email_normalized:
            return True
        if not partner:
            return False
        if not partner.partner_share or partner == ticket.partner_id:
            return True
        if partner in ticket.participant_ids.filtered("included").partner_id:
            return True
        if partner.helpdesk_scope == "company":
            return partner.commercial_partner_id == ticket.commercial_partner_id
        return partner.helpdesk_scope == "location" and (
            ticket.location_id in partner.helpdesk_location_ids
        )
