# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import binascii

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from ..tools import phones, zones
from ..tools.dates import zone_words
from ..tools.images import PictureError, portrait
from ..tools.text import one_line

NAME_LENGTH = 100
PHONE_LENGTH = 40
PHOTO_BYTES = 20 * 1024 * 1024
#: what a customer says of themselves, as text
PROFILE_FIELDS = ("name", "function", "phone", "lang", "tz")


class ResUsers(models.Model):
    """What a customer manages of themselves in the portal, S2-45 to S2-50."""

    _inherit = "res.users"

    def write(self, vals):
        """What a customer writes of themselves is checked, by whichever door it comes.

        :raise ValidationError: for what their page would not take either
        """
        if not self.env.su and self.env.user.share and self == self.env.user:
            vals = self._check_own_values(vals)
        return super().write(vals)

    def _check_own_values(self, vals):
        """Return the values a customer writes over RPC as their page would write them.

        The address is not theirs to change: mails of whoever else it belongs to would
        become their tickets (S0-01, S3-04). The photo is drawn anew.
        """
        if "email" in vals and email_normalize(str(vals["email"])) != (
            email_normalize(self.email)
        ):
            raise ValidationError(self._get_address_text())
        told = [name for name in PROFILE_FIELDS if name in vals]
        form = self._get_profile() | {name: str(vals[name] or "") for name in told}
        values, errors = self._parse_profile(form) if told else ({}, {})
        if vals.get("image_1920"):
            content, errors["photo"] = self._read_photo(
                self._decode_photo(vals["image_1920"])
            )
            values["image_1920"] = base64.b64encode(content)
        if any(errors.values()):
            raise ValidationError("\n".join(filter(None, errors.values())))
        return {name: values.get(name, value) or value for name, value in vals.items()}

    @api.model
    def _get_address_text(self):
        return self.env._(
            "Write to us to change the e-mail address: your tickets and mails depend "
            "on it."
        )

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def _get_profile(self):
        """Return the profile as the form shows it: ``PROFILE_FIELDS``, text each."""
        self.ensure_one()
        return {name: self[name] or "" for name in PROFILE_FIELDS}

    def _get_profile_options(self):
        """Return what may be chosen: ``langs``, ``near_zones``, ``zones`` as pairs.

        ``zone_unset`` says which zone counts while none is chosen.
        """
        self.ensure_one()
        Ticket = self.env["helpdesk.ticket"]
        # sudo: res.partner - the user's own
        partner = self.partner_id.sudo()
        all_zones = zones.all_zones(self.env.lang)
        near = set(zones.country_zones(self._get_phone_country().code))
        counts = Ticket._portal_home_zone(
            partner.browse(), Ticket._portal_locations(partner)
        )
        return {
            "langs": [
                (code, name.rpartition("/")[2].strip())
                for code, name in self.env["res.lang"].get_installed()
            ],
            "near_zones": [zone for zone in all_zones if zone[0] in near],
            "zones": [zone for zone in all_zones if zone[0] not in near],
            "zone_unset": zone_words(counts, self.env.lang),
        }

    def _get_phone_country(self):
        """Return the country of numbers written without one: theirs, else ours."""
        # sudo: res.partner - countries of the user, their customer and our company
        partner = self.partner_id.sudo()
        return (
            partner.country_id
            or partner.commercial_partner_id.country_id
            or self.company_id.sudo().country_id
        )

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _parse_profile(self, form, photo=b""):
        """Return what a form says of the current user, and what is wrong with it.

        :param dict form: text of ``PROFILE_FIELDS``, untrusted
        :param bytes photo: a new photo, untrusted; empty keeps the present one
        :return: pair of the values to write and {field: sentence}
        """
        user = self.env.user
        text = {name: one_line(form.get(name) or "") for name in PROFILE_FIELDS}
        values, errors = dict(text), {}
        for name in ("name", "function"):
            if len(text[name]) > NAME_LENGTH:
                errors[name] = self.env._(
                    "Use %(count)s characters at most.", count=NAME_LENGTH
                )
        if not text["name"]:
            errors["name"] = self.env._("Type your name.")
        # a number kept from before is not questioned while it is not touched
        if text["phone"] and text["phone"] != (user.phone or ""):
            country = user._get_phone_country()
            try:
                values["phone"] = phones.parse_phone(
                    text["phone"][:PHONE_LENGTH], country.code
                )
            except phones.PhoneError as error:
                errors["phone"] = self._get_phone_problem(str(error), country)
        if text["lang"] not in dict(self.env["res.lang"].get_installed()):
            errors["lang"] = self.env._("Choose one of the languages.")
        if text["tz"] and text["tz"] != user.tz and not zones.is_zone(text["tz"]):
            errors["tz"] = self.env._("Choose one of the time zones.")
        if photo:
            content, problem = self._read_photo(photo)
            if problem:
                errors["photo"] = problem
            else:
                values["image_1920"] = base64.b64encode(content)
        return values, errors

    def _get_phone_problem(self, reason, country):
        """Return what is wrong with a phone number and how it is written.

        :param str reason: of ``PhoneError``
        """
        example = phones.example_phone(country.code)
        if reason == "country" or not example:
            return self.env._(
                "Write the number with the code of its country, for example "
                "+34 911 23 45 67."
            )
        values = {"country": country.name, "example": example}
        if reason == "short":
            return self.env._(
                "This number is too short for %(country)s. Write it like %(example)s.",
                **values,
            )
        if reason == "long":
            return self.env._(
                "This number is too long for %(country)s. Write it like %(example)s.",
                **values,
            )
        return self.env._(
            "This is no phone number of %(country)s. Write it like %(example)s, or "
            "with the code of its country in front.",
            **values,
        )

    def _write_profile(self, values):
        """Write what ``_parse_profile`` found right, on the user's own record."""
        # sudo: res.users - the current user's own name, job, phone, language, zone
        user = self.env.user.sudo()
        changed = {
            name: value or False
            for name, value in values.items()
            if name == "image_1920" or (user[name] or "") != value
        }
        if changed:
            user.write(changed)
        return changed

    # ------------------------------------------------------------
    # Photo
    # ------------------------------------------------------------

    @api.model
    def _decode_photo(self, text):
        """Return the bytes of a photo in base64; none for what is not base64."""
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return b""

    @api.model
    def _read_photo(self, content):
        """Return a photo cut to a square and drawn anew, and what is wrong with it.

        :param bytes content: untrusted
        :return: pair of bytes and sentence, one of them empty
        """
        if len(content) > PHOTO_BYTES:
            return b"", self.env._(
                "The photo is larger than %(size)s MB. Choose a smaller one.",
                size=PHOTO_BYTES // 1024 // 1024,
            )
        try:
            return portrait(content), ""
        except PictureError as error:
            if str(error) == "pixels":
                return b"", self.env._("The photo is too large. Choose a smaller one.")
            return b"", self.env._(
                "This file is no photo we can read. Formats: JPG, PNG, GIF, WebP, HEIC."
            )
