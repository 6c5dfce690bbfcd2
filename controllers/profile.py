# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request

from ..models.res_users_profile import PHOTO_BYTES, PROFILE_FIELDS
from . import common

#: a photo drawn anew, carried by a form that comes back
KEPT_PHOTO_LENGTH = 500_000
#: locations named on the page
PLACES = 20


class HelpdeskProfile(http.Controller):
    """Details: what customers manage of themselves, and their company's data."""

    @http.route("/my/profile", **common.FORM_ROUTE)
    def portal_my_profile(self, **params):
        """Show the form; write what is right, bring back what is not."""
        Users = request.env["res.users"]
        if request.httprequest.method != "POST":
            return self._render_profile(
                request.env.user._get_profile(), is_saved=params.get("saved") == "1"
            )
        form = common.read_fields(PROFILE_FIELDS)
        values, errors = Users._parse_profile(form, self._read_new_photo())
        if errors:
            return self._render_profile(
                form, errors=errors, kept_photo=values.get("image_1920", b"").decode()
            )
        if common.is_checked("remove_photo") and "image_1920" not in values:
            values["image_1920"] = False
        Users._write_profile(values)
        return self._to_saved_profile()

    def _read_new_photo(self):
        """Return the photo of the form: just chosen, else carried from before."""
        for _name, content in common.read_uploads("photo", PHOTO_BYTES + 1):
            return content
        kept = request.httprequest.form.get("kept_photo", "")[:KEPT_PHOTO_LENGTH]
        return request.env["res.users"]._decode_photo(kept)

    def _to_saved_profile(self):
        """Show what was saved, in the language and the zone it was saved with."""
        user = request.env.user
        # the session holds language and zone of when it began
        request.session.context = {
            **request.session.context,
            **request.env["res.users"].context_get(),
        }
        path = "/my/profile?saved=1"
        lang = request.env["ir.http"].get_nearest_lang(user.lang)
        if lang:
            path = request.env["ir.http"]._url_for(path, lang)
            request.future_response.set_cookie("frontend_lang", lang)
        return request.redirect(path, code=303)

    def _render_profile(self, form, errors=None, kept_photo="", is_saved=False):
        user = request.env.user
        # sudo: res.partner - the user's own and the customer's they belong to
        partner_sudo = user.partner_id.sudo()
        return request.render(
            "helpdesk_service_portal.portal_my_profile",
            {
                "page_name": "profile",
                "form": form,
                "errors": errors or {},
                "is_saved": is_saved,
                "options": user._get_profile_options(),
                "has_photo": bool(partner_sudo.image_128),
                "kept_photo": kept_photo,
                "partner_sudo": partner_sudo,
                **self._prepare_customer_values(partner_sudo),
            },
        )

    def _prepare_customer_values(self, partner_sudo):
        """Return what we know of the company the user belongs to, S3-07."""
        Ticket = request.env["helpdesk.ticket"]
        customer_sudo = partner_sudo.commercial_partner_id
        address = customer_sudo._display_address(without_company=True)
        locations_sudo = Ticket._portal_locations(partner_sudo)
        return {
            "customer_sudo": customer_sudo,
            "customer_address": "\n".join(
                filter(None, map(str.strip, address.split("\n")))
            ),
            "vat_label": customer_sudo.country_id.vat_label or request.env._("Tax ID"),
            "locations_sudo": locations_sudo.filtered("partner_id")[:PLACES],
            "location_words": Ticket._portal_location_word(plural=True),
        }
