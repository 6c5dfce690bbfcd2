# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from collections import Counter

from odoo import api, models
from odoo.fields import Domain

from ..tools.options import escape_all, select_option
from .helpdesk_ticket_form_parse import ALL_PLACES, SUBJECT_MAX_LENGTH
from .helpdesk_ticket_team_promise import PRIORITIES

#: the tickets by which the form is filled in to begin with
RECENT = 20
#: the newest of these, by which a category is guessed
GUESSED_BY = 5
MAX_COLLEAGUES = 500
#: shown, never asked: they follow from the place
FACTS = ("product", "brand", "country")
#: what only people with an account have
OF_ACCOUNTS = {"requester", "copies", "location", "confidential"}


class HelpdeskTicket(models.Model):
    """What the ticket form offers and asks, and how it is filled in to begin with."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # What may be chosen
    # ------------------------------------------------------------

    @api.model
    def _portal_desk(self):
        """Return the team whose form the current user fills in, as sudo."""
        Team = self.env["helpdesk.ticket.team"]
        previewed = self.env.context.get("helpdesk_preview_team")
        # sudo: helpdesk.ticket.team - who previews a form manages the teams
        return Team.sudo().browse(previewed) if previewed else Team._get_desk()

    @api.model
    def _portal_form_options(self):
        """Return what the current user may choose in the ticket form.

        :return: dict with recordsets ``locations``, ``categories``, ``types``, the
            ``common_location`` of all of them, the ``last_location`` used, the category
            that is the user's ``guess`` and whether a category is obligatory
        """
        options = self._portal_choices()
        recent = self._portal_recent()
        common = self._portal_common_location(options["locations"])
        return options | {
            "common_location": common,
            "last_location": self._portal_last_location(
                options["locations"] | common, recent
            ),
            "guess": self._portal_guess_category(options["categories"], recent),
        }

    @api.model
    def _portal_choices(self):
        """Return what a sent form is checked against, see ``_portal_form_options``."""
        company = self.env.company.sudo()  # sudo: res.company - settings of the form
        categories = self._portal_categories()
        return {
            "locations": self._portal_form_locations(),
            "categories": categories,
            "category_required": bool(
                categories and company.helpdesk_mgmt_portal_category_id_required
            ),
            "types": self._portal_types(),
        }

    @api.model
    def _portal_locations(self, partner):
        """Return the locations for which ``partner`` may open a ticket, as sudo."""
        # sudo: helpdesk.ticket.location - managed locations are offered even where
        # the portal lists them to nobody else; the company is checked here
        locations = self.env["helpdesk.ticket.location"].sudo()._get_offered(partner)
        return locations.filtered(
            lambda location: location.company_id.id in (False, self.env.company.id)
        )

    @api.model
    def _portal_form_locations(self):
        """Return the same of the current user, with no more than the form shows."""
        # sudo: helpdesk.ticket.location - as above
        return (
            self.env["helpdesk.ticket.location"]
            .sudo()
            ._get_offered(
                self.env.user.partner_id,
                Domain("company_id", "in", [False, self.env.company.id]),
                ["complete_name", "parent_path"],
            )
        )

    @api.model
    def _portal_common_location(self, locations):
        """Return the place of which these are all, none if they are not (D-10).

        :param locations: what the current user is offered, as sudo
        """
        shared = none = locations.browse()
        if len(locations) < 2:
            return none
        paths = locations.mapped("parent_path")
        # what lies between the first and the last begins alike if these two do
        for first, last in zip(
            min(paths).split("/")[:-1], max(paths).split("/")[:-1], strict=False
        ):
            if first != last:
                break
            shared = locations.browse(int(first))
        if not shared or shared in locations:
            return shared
        customer = self.env.user.partner_id.commercial_partner_id
        mine = shared.active and shared.partner_id.commercial_partner_id == customer
        others = Domain("id", "child_of", shared.id) & Domain(
            "id", "not in", (locations | shared).ids
        )
        shown = others & Domain("show_in_portal", "=", True)
        return none if not mine or locations.search(shown, limit=1) else shared

    @api.model
    def _portal_offered_domain(self):
        """Return which types or categories are offered, by the desk of the user."""
        previewed = self.env.context.get("helpdesk_preview_team")
        if previewed:
            desk = Domain("team_ids", "=", False) | Domain("team_ids", "=", previewed)
        else:
            desk = self.env["helpdesk.ticket.team"]._get_offered_domain()
        return Domain("show_in_portal", "=", True) & desk

    @api.model
    def _portal_categories(self):
        """Return the categories the user may choose in the form."""
        Category = self.env["helpdesk.ticket.category"]
        # sudo: res.company - a setting of the form
        if not self.env.company.sudo().helpdesk_mgmt_portal_select_category:
            return Category
        return Category.search(self._portal_offered_domain())

    @api.model
    def _portal_types(self):
        """Return the ticket types the user may choose in the form."""
        Type = self.env["helpdesk.ticket.type"]
        # sudo: res.company - a setting of the form
        if not self.env.company.sudo().helpdesk_mgmt_portal_type:
            return Type
        return Type.search_fetch(
            self._portal_offered_domain(),
            [
                "name",
                "code",
                "icon",
                "intro",
                "description",
                "default_priority",
                "team_id",
            ],
        )

    @api.model
    def _portal_colleagues(self):
        """Return whom the user may name as requester: people of their company."""
        me = self.env.user.partner_id
        # sudo: res.partner - colleagues, whose names and addresses they know
        Partner = self.env["res.partner"].sudo()
        company = me.sudo().commercial_partner_id
        if self.env.user._is_public() or company == me:
            return Partner
        return Partner.search_fetch(
            [
                ("commercial_partner_id", "=", company.id),
                ("is_company", "=", False),
                ("type", "=", "contact"),
                ("email", "!=", False),
                ("partner_share", "=", True),
            ],
            ["name"],
            order="name, id",
            limit=MAX_COLLEAGUES,
        )

    # ------------------------------------------------------------
    # What is known before anything is typed
    # ------------------------------------------------------------

    @api.model
    def _portal_recent(self):
        """Return the user's latest tickets, newest first, as sudo."""
        # sudo: helpdesk.ticket - the current user's own: their place and category
        Ticket = self.sudo()
        if self.env.user._is_public():
            return Ticket
        return Ticket.search_fetch(
            [("partner_id", "=", self.env.user.partner_id.id)],
            ["location_id", "category_id"],
            order="create_date desc, id desc",
            limit=RECENT,
        )

    @api.model
    def _portal_last_location(self, locations, recent):
        """Return the place of the user's latest ticket that can be chosen again.

        :param locations: what is offered, as sudo
        :param recent: tickets, newest first
        """
        if len(locations) < 2:
            return locations.browse()
        offered = set(locations.ids)
        known = (
            ticket.location_id for ticket in recent if ticket.location_id.id in offered
        )
        return next(known, locations.browse())

    @api.model
    def _portal_guess_category(self, categories, recent):
        """Return the category of most of the user's latest tickets, if there is one.

        :param categories: what is offered
        :param recent: tickets, newest first
        """
        offered = set(categories.ids)
        ids = [ticket.category_id.id for ticket in recent]
        used = [number for number in ids if number in offered][:GUESSED_BY]
        best, count = Counter(used).most_common(1)[0] if used else (False, 0)
        is_habit = count > 1 and count * 2 > len(used)
        return categories.browse(best if is_habit else [])

    @api.model
    def _portal_known_values(self):
        """Return what we know of the user and need not ask again, as posted values."""
        if self.env.user._is_public():
            return {}
        person = self.env.user.partner_id.sudo()  # sudo: res.partner - the user's own
        company = person.commercial_partner_id
        return {
            "vat": company.vat or "",
            "company": company.name if company != person else "",
            "phone": person.phone or "",
        }

    # ------------------------------------------------------------
    # What is asked
    # ------------------------------------------------------------

    @api.model
    def _portal_asks_type(self, desk, types):
        """Tell whether the form asks for the type at all."""
        asked = self.env["helpdesk.ticket.form.field"]._get_form_fields(
            desk, types.browse()
        )
        return bool(types) and "type" in dict(asked)

    @api.model
    def _portal_form_fields(self, desk, ticket_type, choices):
        """Return what the form asks once a type is chosen, in order.

        :param desk: the team whose form it is
        :param ticket_type: the chosen type or none
        :param dict choices: what ``_portal_choices`` returned
        :return: dict: names of fields with whether they are required
        """
        # sudo: helpdesk.ticket.team - where tickets of the type go
        team = ticket_type.sudo().team_id or desk
        asked = dict(
            self.env["helpdesk.ticket.form.field"]._get_form_fields(
                team, ticket_type, choices["category_required"]
            )
        )
        if not choices["categories"]:
            asked.pop("category", None)
        if not self._portal_asks_type(desk, choices["types"]):
            asked.pop("type", None)
        elif "type" not in asked:
            asked = {"type": False, **asked}  # else there is no way back
        if self.env.user._is_public():
            return {name: asked[name] for name in asked if name not in OF_ACCOUNTS}
        if "copies" in asked and not team._lets_add_people(
            self.env.user.partner_id, choices["locations"][:1]
        ):
            del asked["copies"]
        return asked

    @api.model
    def _portal_form_sets(self, desk, choices):
        """Return what the form asks and says by type: {type id, or 0: dict}.

        :return: dicts: ``fields`` names in order · ``required`` names · ``hints`` ·
            ``promises`` and ``meanings`` by priority, urgent first · ``closed`` what is
            said of now
        """
        Field = self.env["helpdesk.ticket.form.field"]
        said = {}
        sets = {}
        for ticket_type in (choices["types"].browse(), *choices["types"]):
            # sudo: helpdesk.ticket.team - promises are made to customers
            team = ticket_type.sudo().team_id or desk
            if team not in said:
                meanings = self._get_priority_meanings(team)
                said[team] = {
                    "meanings": [meanings[value] for value, _ in reversed(PRIORITIES)],
                    "promises": [
                        self._portal_promise_words(team, value)
                        for value, _label in reversed(PRIORITIES)
                    ],
                    "closed": self._portal_closed_text(team),
                }
            asked = self._portal_form_fields(desk, ticket_type, choices)
            sets[ticket_type.id or 0] = {
                "fields": list(asked),
                "required": [name for name in asked if asked[name]],
                "hints": Field._get_hints(team, ticket_type),
                **said[team],
            }
        return sets

    @api.model
    def _portal_closed_text(self, team):
        """Return that nobody works now and when somebody does, "" during hours."""
        if not team or team._is_open(self._now()):
            return ""
        return self.env._(
            "Nobody is working right now. Our hours: %(hours)s.",
            hours=team._get_hours_text(),
        )

    @api.model
    def _portal_priorities(self, promises, meanings):
        """Return the priorities as rows: value, label, meaning, promise; urgent first.

        :param promises: what the team promises, in this order; "" where nothing
        :param meanings: what they mean there, in this order
        """
        labels = dict(self._fields["priority"]._description_selection(self.env))
        rows = zip(reversed(PRIORITIES), promises, meanings, strict=True)
        return [
            {
                "value": value,
                "label": labels[value],
                "meaning": meaning,
                "promise": promise,
            }
            for (value, _label), promise, meaning in rows
        ]

    # ------------------------------------------------------------
    # The form
    # ------------------------------------------------------------

    @api.model
    def _portal_form_values(self, form):
        """Return what the template of the form shows, besides what the request has.

        :param dict form: fields as posted, kept or linked; {} for an empty form
        """
        desk = self._portal_desk()
        options = self._portal_form_options()
        sets = self._portal_form_sets(desk, options)
        types = options["types"]
        asks_type = "type" in sets[0]["fields"]
        has_cards = asks_type and desk.type_cards and len(types) > 1
        if has_cards:
            for row in sets.values():
                row["fields"].sort(key=lambda name: name != "type")
        chosen = self._portal_choice(form.get("type"), types)
        if asks_type and not chosen and not has_cards:
            chosen = types[:1]
        shown = sets[chosen.id or 0]
        every = dict.fromkeys(name for row in sets.values() for name in row["fields"])
        lists = self._portal_form_lists(form, options, every)
        is_varied = any(row != sets[0] for row in sets.values())
        return {
            **options,
            **lists,
            "form": {**self._portal_known_values(), **form},
            "types": types if asks_type else types.browse(),
            "chosen_type": chosen,
            "has_cards": has_cards,
            "chosen_priority": form.get("priority") or chosen.default_priority or "1",
            # pictures of the text are uploaded there, asked for or not
            "field_names": list(dict.fromkeys([*shown["fields"], *every, "files"])),
            "shown": shown,
            "is_varied": is_varied,
            "rules": json.dumps({"sets": sets, "facts": lists["facts"]})
            if is_varied or has_cards or lists["facts"]
            else None,
            "priorities": self._portal_priorities(shown["promises"], shown["meanings"]),
            "vat_label": self._portal_vat_label(self._portal_vat_country()),
            "location_word": self.env.company.sudo()._get_location_word(team=desk),
            "examples": self._portal_examples(desk, chosen),
            # sudo: helpdesk.ticket.team - whether it rehearses
            "form_team": chosen.sudo().team_id or desk,
            "emergency": self.env.company._get_support_contact(),
        }

    @api.model
    def _portal_form_lists(self, form, options, names):
        """Return the lists of the form as HTML options, and what is chosen in them.

        :param dict options: what ``_portal_form_options`` returned
        :param names: of the fields that are asked with any type
        """
        locations, categories = options["locations"], options["categories"]
        common, last = options["common_location"], options["last_location"]
        known = ALL_PLACES if last and last == common else str(last.id or "")
        place = form.get("location") or known
        category = form.get("category", str(options["guess"].id or ""))
        me = self.env.user.partner_id
        colleagues = self._portal_colleagues() if "requester" in names else me.browse()
        if colleagues and me not in colleagues:
            colleagues = me.sudo() | colleagues  # sudo: res.partner - oneself
        facts = {}
        if any(name in names for name in FACTS):
            facts = self._portal_place_facts(locations, common, form.get("product"))
        return {
            "location_options": self._portal_location_options(
                locations, common, last, place
            ),
            "category_options": self._portal_category_options(categories, category),
            "is_guess": "category" not in form and bool(options["guess"]),
            "requester_options": self._portal_options(
                [(one.id, one.name) for one in colleagues],
                form.get("requester") or str(me.id),
            ),
            "facts": facts,
            "chosen_facts": facts.get(
                place if len(locations) > 1 else str(locations.id or ""),
                facts.get("", {}),
            ),
        }

    @api.model
    def _portal_options(self, rows, chosen=""):
        """Return the choices of a list as HTML.

        Hundreds of them cost a template more than all the rest of the form.

        :param rows: value and label
        :param str chosen: the value that is selected
        """
        html = "".join(
            f'<option value="{value}">{label}</option>'
            for (value, _label), label in zip(
                rows, escape_all([label for _value, label in rows]), strict=True
            )
        )
        return select_option(html, chosen)

    @api.model
    def _portal_location_options(self, locations, common, last, chosen):
        rows = [
            (location.id, location.complete_name)
            for location in locations
            if location != common
        ]
        if common:
            rows.insert(0, (ALL_PLACES, self._portal_all_places_text()))
        if last:
            used = ALL_PLACES if last == common else last.id
            at = [value for value, _label in rows].index(used)
            words = self.env._("%(name)s (used last time)", name=rows[at][1])
            rows[at] = (used, words)
        return self._portal_options(rows, chosen)

    @api.model
    def _portal_all_places_text(self):
        """Return how the choice of all the customer's places reads (D-10)."""
        # sudo: res.company - a word that customers read
        company = self.env.company.sudo()
        word = self._portal_desk().location_word or company.helpdesk_location_word
        return {
            "location": self.env._("All my locations"),
            "hotel": self.env._("All my hotels"),
            "site": self.env._("All my sites"),
        }[word]

    @api.model
    def _portal_category_options(self, categories, chosen):
        html = categories._get_form_options(self.env.lang, tuple(categories.ids))
        return select_option(html, chosen)

    @api.model
    def _portal_place_facts(self, locations, common, product_id):
        """Return product, brand and country by place: {as posted: {name: words}}.

        What is true where no place says otherwise stands under "".

        :param product_id: of a product that a link names, as posted
        """
        product = self._portal_find_product(product_id)
        # sudo: res.partner - the country of the user's own company
        person = self.env.user.partner_id.sudo()
        country = person.country_id or person.commercial_partner_id.country_id
        rows = {
            ALL_PLACES if place == common else str(place.id): (
                product
                if product and product in place.product_ids
                else place.only_product_id or (not place.product_ids and product),
                place.country_id or country,
            )
            for place in locations | common
        }
        rows[""] = (product, country)
        return {
            key: {
                "product": (found and found.name) or "",
                "brand": (found and found.brand_id.name) or "",
                "country": where.name or "",
            }
            for key, (found, where) in rows.items()
        }

    @api.model
    def _portal_find_product(self, product_id):
        """Return a product that was posted or linked, as sudo; none if it is none."""
        # sudo: helpdesk.ticket.product - found as the user
        Product = self.env["helpdesk.ticket.product"]
        number = self._portal_parse_id(product_id)
        if not number:
            return Product.sudo()
        company = Domain("company_id", "in", [False, self.env.company.id])
        return Product.search(Domain("id", "=", number) & company).sudo()

    @api.model
    def _portal_vat_country(self):
        """Return the country whose word and rules for tax numbers the form uses."""
        # sudo: res.partner, res.company - countries
        person = self.env.user.partner_id.sudo()
        return (
            person.commercial_partner_id.country_id
            or person.country_id
            or self.env.company.sudo().country_id
        )

    @api.model
    def _portal_examples(self, desk, ticket_type):
        """Return well-written tickets to learn from; ``is_shown`` with this type."""
        rows = self.env["helpdesk.ticket.example"]._get_rows(desk.id, self.env.lang)
        return [
            {**row, "is_shown": row["type_id"] in (0, ticket_type.id)} for row in rows
        ]

    # ------------------------------------------------------------
    # What a link asks for
    # ------------------------------------------------------------

    @api.model
    def _portal_link_values(self, link):
        """Return how a link fills the form in: type, place, category, product, subject.

        Each may be an id; a type also its code, a place its code, a category and a
        product also their names. What is not offered to the user is left out.

        :param dict link: parameters of the address, untrusted
        :return: dict of fields as posted
        """
        words = {name: self._portal_clean_line(link.get(name)) for name in link}
        found = {}
        if words.get("type"):
            types = self._portal_types()
            found["type"] = self._portal_choice(words["type"], types) or types.filtered(
                lambda one: one.code == words["type"]
            )
        if words.get("location"):
            places = self._portal_form_locations()
            code = words["location"].casefold()
            found["location"] = self._portal_choice(code, places) or places.filtered(
                lambda place: (place.code or "").casefold() == code
            )
        if words.get("category"):
            found["category"] = self._portal_named(
                words["category"], self._portal_categories()
            )
        if words.get("product"):
            company = Domain("company_id", "in", [False, self.env.company.id])
            found["product"] = self._portal_find_product(words["product"]) or (
                self._portal_named(
                    words["product"],
                    self.env["helpdesk.ticket.product"].search(company),
                )
            )
        values = {name: str(found[name][:1].id) for name in found if found[name]}
        if words.get("subject"):
            values["subject"] = words["subject"][:SUBJECT_MAX_LENGTH]
        return values

    @api.model
    def _portal_named(self, text, records):
        """Return the one of the records with this id or this name."""
        name = text.casefold()
        return self._portal_choice(text, records) or records.filtered(
            lambda record: (
                name in (record.name.casefold(), record.display_name.casefold())
            )
        )
