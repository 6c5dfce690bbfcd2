# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from werkzeug.urls import url_encode

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.res_partner_people import PERSON_FIELDS
from ..tools import dates
from . import common

LIST = "/my/people"
INVITE = "/my/people/invite"
ROUTE = {"type": "http", "auth": "public", "website": True, "sitemap": False}
#: forms check their CSRF token here: an ended session leads to signing in
FORM = {**ROUTE, "csrf": False}
#: from so many people on, the list can be searched
SEARCH_FROM = 10


class HelpdeskPeople(http.Controller):
    """A customer's own people: seen, invited, changed and removed by their manager."""

    # ------------------------------------------------------------
    # List
    # ------------------------------------------------------------

    @http.route(LIST, methods=["GET"], readonly=common.readonly_page, **ROUTE)
    def people(self, page=1, search="", done=None, count=None, **kw):
        """List who of the company has access."""
        manager_sudo = self._find_manager()
        if not manager_sudo:
            return self._refuse(LIST)
        Ticket = request.env["helpdesk.ticket"]
        words = Ticket._portal_clean_line(search)[:200]
        total = manager_sudo._count_people(words)
        pager = portal_pager(
            url=LIST,
            url_args={"search": words} if words else {},
            total=total,
            page=Ticket._portal_parse_id(page) or 1,
            step=common.PAGE_SIZE,
        )
        people_sudo = manager_sudo._get_people(
            words, offset=pager["offset"], limit=common.PAGE_SIZE
        )
        company_sudo = manager_sudo.commercial_partner_id
        return self._render(
            "portal_people",
            manager_sudo,
            {
                "rows": self._get_rows(manager_sudo, people_sudo),
                "total": total,
                "search": words,
                "no_hit": request.env._("Nobody found for “%(words)s”.", words=words),
                "has_search": bool(words) or total >= SEARCH_FROM,
                "pager": pager,
                "company_sudo": company_sudo,
                "two_steps_required": company_sudo.helpdesk_require_two_factor,
                "done": done,
                "count": Ticket._portal_parse_id(count) or 0,
            },
        )

    def _get_rows(self, manager, people):
        """Return what the list says of each person, in statements of constant number.

        :param people: as sudo
        """
        states = people._get_helpdesk_account_state()
        return [self._get_row(manager, person, states[person.id]) for person in people]

    def _get_row(self, manager, person, state):
        return {
            "id": person.id,
            "name": person.name or person.email,
            "email": person.email,
            "is_me": person == manager,
            "is_manager": person.helpdesk_is_manager,
            "state": state["state"],
            "two_steps": bool(state["two_factor"] or state["passkeys"]),
            "last": self._get_moment(manager, state["last_sign_in"]),
            "sees": self._get_scope_words()[person.helpdesk_scope],
            "locations": person.helpdesk_location_ids.mapped("complete_name"),
            "lock": manager._get_person_lock(person),
        }

    def _get_moment(self, manager, moment):
        """Return how long ago something was, empty if never."""
        if not moment:
            return ""
        zone = request.env["helpdesk.ticket"]._get_reader_zone(manager)
        return dates.relative_words(
            moment, fields.Datetime.now(), zone, request.env.lang
        )

    def _get_scope_words(self):
        return {
            "own": request.env._("Their own tickets"),
            "location": request.env._(
                "The tickets of their %(locations)s",
                locations=request.env["helpdesk.ticket"]
                ._portal_location_word(plural=True)
                .lower(),
            ),
            "company": request.env._("All tickets of the company"),
        }

    # ------------------------------------------------------------
    # Inviting
    # ------------------------------------------------------------

    @http.route(INVITE, methods=["GET"], readonly=common.readonly_page, **ROUTE)
    def invite(self, **kw):
        """Show the form; what was typed before the session ended is kept."""
        manager_sudo = self._find_manager()
        if not manager_sudo:
            return self._refuse(INVITE)
        form, _pending = common.kept_form(INVITE)
        return self._render_invite(
            manager_sudo,
            form or dict.fromkeys(PERSON_FIELDS, ""),
            form.get("locations", "").split(",") if form else [],
            notice="kept" if form else None,
        )

    @http.route(INVITE, methods=["POST"], **FORM)
    def send_invitation(self, **kw):
        """Invite, or bring the form back with what is wrong beside the fields."""
        form, chosen = self._read_person()
        if not common.is_signed_in():
            common.keep_form(INVITE, {**form, "locations": ",".join(chosen)})
            return common.to_sign_in(INVITE)
        manager_sudo = self._find_manager()
        if not manager_sudo:
            return self._refuse(INVITE)
        if not common.is_genuine():
            return self._render_invite(manager_sudo, form, chosen, notice="stale")
        Partner = request.env["res.partner"].sudo()  # sudo: checks what was typed
        values, errors = Partner._parse_person(
            manager_sudo, form, self._parse_ids(chosen)
        )
        if not errors:
            errors = self._limit_invitations(manager_sudo)
        if not errors:
            try:
                manager_sudo._invite_person(values)
            except UserError as error:
                request.env.cr.rollback()
                errors = {"email": str(error)}
        if errors:
            return self._render_invite(manager_sudo, form, chosen, errors=errors)
        common.forget_form(INVITE)
        return request.redirect(f"{LIST}?done=invited", code=303)

    @http.route(LIST + "/<int:person_id>/again", methods=["POST"], **FORM)
    def invite_again(self, person_id, **kw):
        """Send the invitation once more."""

        def verb(manager_sudo, person_sudo):
            state = person_sudo._get_helpdesk_account_state()[person_sudo.id]["state"]
            if state != "invited":
                return {}
            errors = self._limit_invitations(manager_sudo)
            if not errors:
                person_sudo._invite_to_portal()
            return errors

        return self._do(person_id, verb, "again")

    def _limit_invitations(self, manager):
        """Count an invitation; return what to tell who sent too many."""
        opens = request.env["helpdesk.rate.limit"]._hit("invite", manager.id)
        if not opens:
            return {}
        zone = request.env["helpdesk.ticket"]._get_reader_zone(manager)
        return {
            "email": request.env._(
                "You have sent many invitations. From %(time)s on you can send more.",
                time=dates.time_words(opens, zone, request.env.lang),
            )
        }

    def _read_person(self):
        """Return the posted text and the ids of the ticked locations, as posted."""
        form = common.read_fields(PERSON_FIELDS)
        return form, request.httprequest.form.getlist("locations")[:1000]

    def _parse_ids(self, posted):
        Ticket = request.env["helpdesk.ticket"]
        return {Ticket._portal_parse_id(number) for number in posted} - {None, False}

    # ------------------------------------------------------------
    # One person
    # ------------------------------------------------------------

    @http.route(
        LIST + "/<int:person_id>",
        methods=["GET"],
        readonly=common.readonly_page,
        **ROUTE,
    )
    def person(self, person_id, **kw):
        """Show what a person sees, and what can be done."""
        manager_sudo = self._find_manager()
        person_sudo = manager_sudo and manager_sudo._find_person(person_id)
        if not person_sudo:
            return self._refuse(f"{LIST}/{person_id}")
        return self._render_person(
            manager_sudo,
            person_sudo,
            {"scope": person_sudo.helpdesk_scope},
            [str(number) for number in person_sudo.helpdesk_location_ids.ids],
        )

    @http.route(LIST + "/<int:person_id>", methods=["POST"], **FORM)
    def change_person(self, person_id, **kw):
        """Change what a person sees and manages."""
        form, chosen = self._read_person()

        def verb(manager_sudo, person_sudo):
            values, errors = person_sudo._parse_person(
                manager_sudo, form, self._parse_ids(chosen), person_sudo
            )
            if not errors:
                person_sudo.write(values)
            return errors

        return self._do(person_id, verb, "changed", form, chosen)

    @http.route(LIST + "/<int:person_id>/remove", methods=["POST"], **FORM)
    def remove_person(self, person_id, heir=None, **kw):
        """End a person's access; a colleague goes on with their open tickets."""
        handed = []

        def verb(manager_sudo, person_sudo):
            Ticket = request.env["helpdesk.ticket"]
            heir_sudo = manager_sudo._find_person(Ticket._portal_parse_id(heir) or 0)
            if not heir_sudo or heir_sudo == person_sudo:
                return {
                    "heir": request.env._("Choose who goes on with the open tickets.")
                }
            handed.append(manager_sudo._remove_person(person_sudo, heir_sudo))
            return {}

        response = self._do(person_id, verb, "removed")
        if handed:
            query = url_encode({"done": "removed", "count": handed[0]})
            return request.redirect(f"{LIST}?{query}", code=303)
        return response

    @http.route(LIST + "/two-steps", methods=["POST"], **FORM)
    def require_two_steps(self, required=None, **kw):
        """Ask everybody of the company for two steps at sign-in, or nobody."""
        manager_sudo = self._find_manager()
        if not manager_sudo:
            return self._refuse(LIST)
        if not common.is_genuine():
            return request.redirect(f"{LIST}?done=stale", code=303)
        manager_sudo._require_two_factor(required == "1")
        return request.redirect(f"{LIST}?done=two_steps", code=303)

    def _do(self, person_id, verb, done, form=None, chosen=None):
        """Call ``verb`` on one of the manager's people whom they may change.

        :param verb: takes manager and person, both sudo; returns {field: sentence}
        """
        manager_sudo = self._find_manager()
        person_sudo = manager_sudo and manager_sudo._find_person(person_id)
        path = f"{LIST}/{person_id}"
        if not person_sudo:
            return self._refuse(path)
        if manager_sudo._get_person_lock(person_sudo):
            return request.redirect(path, code=303)
        genuine = common.is_genuine()
        errors = verb(manager_sudo, person_sudo) if genuine else {}
        if genuine and not errors:
            return request.redirect(f"{LIST}?done={done}", code=303)
        if form is None:
            form = {"scope": person_sudo.helpdesk_scope}
            chosen = [str(number) for number in person_sudo.helpdesk_location_ids.ids]
        return self._render_person(
            manager_sudo,
            person_sudo,
            form,
            chosen,
            errors=errors,
            notice=None if genuine else "stale",
        )

    # ------------------------------------------------------------
    # Access and pages
    # ------------------------------------------------------------

    def _find_manager(self):
        """Return the signed-in manager of people as sudo, none for anybody else."""
        if not common.is_signed_in() or request.env.user._is_internal():
            return request.env["res.partner"]
        # sudo: res.partner - the manager's own contact, and through it the people of
        # the manager's company, which the methods called on it stay within
        manager_sudo = request.env.user.partner_id.sudo()
        return manager_sudo if manager_sudo._manages_people() else manager_sudo.browse()

    def _refuse(self, path):
        """Take visitors to sign in; to others there is no such page."""
        if not common.is_signed_in():
            return common.to_sign_in(path)
        return request.not_found()

    def _render_invite(self, manager, form, chosen, errors=None, notice=None):
        return self._render(
            "portal_people_invite",
            manager,
            {
                "form": {**form, "scope": form.get("scope") or "own"},
                "chosen": chosen,
                "errors": errors or {},
                "notice": notice,
                "owner": common.owner_mark(),
            },
        )

    def _render_person(self, manager, person, form, chosen, errors=None, notice=None):
        state = person._get_helpdesk_account_state()[person.id]
        requests = person._get_open_requests()
        return self._render(
            "portal_people_person",
            manager,
            {
                "person": person,
                "row": self._get_row(manager, person, state),
                "form": form,
                "chosen": chosen,
                "kept_locations": (
                    person.helpdesk_location_ids - manager._get_people_locations()
                ).mapped("complete_name"),
                "open_count": len(requests),
                "heirs": manager._get_people() - person,
                "errors": errors or {},
                "notice": notice,
                "owner": common.owner_mark(),
            },
        )

    def _render(self, template, manager, values):
        Ticket = request.env["helpdesk.ticket"]
        words = self._get_scope_words()
        return request.render(
            f"helpdesk_service_portal.{template}",
            {
                "page_name": "people",
                "main_object": Ticket,
                "manager": manager,
                "own_team": request.env.user._get_own_desk(),
                "scopes": [
                    (name, words[name]) for name in manager._get_people_scopes()
                ],
                "locations": manager._get_people_locations().sorted("complete_name"),
                "location_words": Ticket._portal_location_word(plural=True),
                **values,
            },
        )
