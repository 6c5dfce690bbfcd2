"""Everything a customer meets, read word by word in four kinds of Spanish."""

import logging
import re
from collections import defaultdict
from functools import cache

import lxml.html
import polib

from odoo.modules.module import get_module_path
from odoo.tests import HttpCase, tagged
from odoo.tools import file_path, html2plaintext

from .i18n_tools import I18N, fold, forbidden_words, read_glossary, words

_logger = logging.getLogger(__name__)

LANGUAGES = ("es_ES", "es_419", "es_AR", "es_MX")
#: modules whose terms reach customers, beside ours
NEIGHBOURS = (
    "auth_passkey",
    "auth_passkey_portal",
    "auth_password_policy",
    "auth_password_policy_portal",
    "auth_signup",
    "auth_totp",
    "auth_totp_portal",
    "helpdesk_mgmt",
    "helpdesk_type",
    "mail",
    "portal",
    "portal_rating",
    "rating",
    "web",
    "website",
)
#: our templates, each sent in each kind of stage
MAILS = (
    "acknowledgement",
    "gathered",
    "follow_up",
    "opened_by_us",
    "assigned",
    "changed",
    "stage",
    "waiting",
    "reminder",
    "solved",
    "closed",
)
ENGLISH = """
about account add after all already also and answer any are attach author back been
before below can cancel change check choose click close closed comment comments
confirm contact could date days delete description details did disabled discard does
done download each edit enabled enter every file files filter find first forgot from
get go group had has have help her here his home hours how into is it its keep know
last list log login logout made mail make message messages more must my name need new
next none not now number of off old on open or other our out page password phone
please previous read reply request required reset save search security see select send
sent set settings show sign signed since size sort status still subject submit support
take team than that the their them then there these they this those time today type
until up update upload us use user view wait waiting was we welcome were what when
where which who will with without write wrong yes yesterday you your
""".split()
#: what Spanish writes the same way, names of things and languages' own names
SPANISH_TOO = """
a no me has he son sin sea total portal error color general real final normal local
hotel web chat whatsapp english email google microsoft authenticator odoo qr pdf word
excel powerpoint jpg png gif mp mov avi zip rar kb mb oct min
""".split()
TEXT_ATTRIBUTES = ("placeholder", "title", "aria-label", "alt", "data-confirm")
UNREAD = ("script", "style", "template", "noscript", "svg", "code")


@cache
def english_words():
    """Words of the English terms that no Spanish term uses, folded."""
    english, spanish = set(ENGLISH), set(SPANISH_TOO)
    files = [I18N / "es.po"]
    files += [
        file_path(f"{module}/i18n/es.po")
        for module in NEIGHBOURS
        if get_module_path(module, display_warning=False)
    ]
    for path in files:
        for entry in polib.pofile(str(path)):
            if entry.msgstr:
                english.update(words(entry.msgid).split())
                spanish.update(words(entry.msgstr).split())
    found = english - (spanish - set(ENGLISH)) - set(SPANISH_TOO)
    return {word for word in found if len(word) > 1 and word.isalpha()}


def read_texts(html):
    """What a person reads, or hears, of a page: text by text."""
    tree = lxml.html.fromstring(html)
    for zone in tree.xpath("//select[@name='tz']//option"):
        zone.text = ""  # cities, by their own names
    for element in tree.iter():
        if not isinstance(element.tag, str):
            if element.tail and element.tail.strip():
                yield squeeze(element.tail)
            continue
        hidden = any(node.tag in UNREAD for node in (element, *element.iterancestors()))
        if not hidden:
            texts = [element.text, *(element.get(name) for name in TEXT_ATTRIBUTES)]
            if element.tag == "input" and element.get("type") in ("submit", "button"):
                texts.append(element.get("value"))
            yield from (squeeze(text) for text in texts if text and text.strip())
        if element.tail and element.tail.strip() and not has_unread_parent(element):
            yield squeeze(element.tail)


def has_unread_parent(element):
    return any(node.tag in UNREAD for node in element.iterancestors())


def squeeze(text):
    return " ".join(text.split())


@tagged("post_install", "-at_install")
class TestSpanishEverywhere(HttpCase):
    """Ana reads Spanish: no page and no mail has an English or a forbidden word."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.env.ref(
            "helpdesk_service_portal.demo_user_ana", raise_if_not_found=False
        )
        if not cls.user:
            cls.skipTest(cls, "the crawl walks through the demo data")
        cls.user.password = cls.user.login
        cls.tickets = cls.env["helpdesk.ticket"].search(
            [("partner_id", "=", cls.user.partner_id.id)]
        )
        cls.glossary = read_glossary()
        for lang in ("en_US", *LANGUAGES):
            cls.env["res.lang"]._activate_lang(lang)
        languages = cls.env["res.lang"].search([("code", "in", LANGUAGES)])
        for website in cls.env["website"].search([]):
            website.language_ids |= languages
        cls.said = cls._read_user_data()
        cls.found = {}

    @classmethod
    def _read_user_data(cls):
        """What people wrote or are called: not ours to translate, longest first."""
        records = {
            "helpdesk.ticket": ["name", "description", "number", "customer_request"],
            "helpdesk.ticket.location": ["name"],
            "res.partner": ["name", "email", "phone", "street", "city", "function"],
            "res.company": ["name", "helpdesk_email"],
            "ir.attachment": ["name"],
            "mail.message": ["body", "subject"],
            "helpdesk.ticket.team": ["name"],
            "res.country": ["name"],
            "res.country.state": ["name"],
            "res.lang": ["name"],
        }
        said = set()
        for model, names in records.items():
            domain = [("model", "=", "helpdesk.ticket")] if "mess" in model else []
            if model == "ir.attachment":
                domain = [("res_model", "in", ("helpdesk.ticket", "mail.message"))]
            for lang in ("en_US", *LANGUAGES):
                Model = cls.env[model].with_context(lang=lang)
                for row in Model.search_read(domain, names, load=None):
                    said.update(cls._read_said(row, names))
        return sorted((text for text in said if len(text) > 2), key=len, reverse=True)

    @classmethod
    def _read_said(cls, row, names):
        for name in names:
            value = row[name] or ""
            yield squeeze(str(value))
            if name in ("body", "description"):
                yield from read_texts(f"<div>{value}</div>")
                yield squeeze(html2plaintext(value))

    def _strip_said(self, text):
        """The text without what people wrote in it."""
        short = text.rstrip("….")
        if len(short) > 20 and any(short in said for said in self.said):
            return ""
        for said in self.said:
            if said in text:
                text = text.replace(said, " ")
        return text

    def _find_faults(self, html):
        """English and forbidden words a reader of the page meets."""
        return [fault for text in read_texts(html) if (fault := self._find_fault(text))]

    def _find_fault(self, text):
        """What is wrong with a text, none if nothing; pages repeat themselves."""
        if text not in self.found:
            own = self._strip_said(text)
            found = set(words(own).split()) & english_words()
            found.update(forbidden_words(own, self.glossary))
            self.found[text] = (
                f"{text[:120]!r}: {', '.join(sorted(found))}" if found else None
            )
        return self.found[text]

    def _assert_spanish(self, faults):
        lines = [
            f"{fault}  ({', '.join(sorted(places)[:3])})"
            for fault, places in faults.items()
        ]
        self.assertFalse(lines, f"\n{len(lines)} texts:\n" + "\n".join(lines))

    def _crawl(self, pages, faults, lang):
        """Read the pages; return how many."""
        for page in pages:
            response = self.url_open(page)
            self.assertLess(response.status_code, 500, page)
            self._note(faults, response.text, f"{lang} {page}")
        return len(pages)

    def _list_pages(self):
        """The list by each choice that it offers itself, one at a time."""
        html = self.url_open("/my/tickets").text
        links = re.findall(r'href="(?:/\w+)?(/my/tickets\?[^"]+)"', html)
        for select in lxml.html.fromstring(html).iter("select"):
            for option in select.iter("option"):
                links.append(f"/my/tickets?{select.name}={option.get('value')}")
        return sorted({link.replace("&amp;", "&") for link in links})

    def _note(self, faults, html, place):
        for fault in self._find_faults(html):
            faults[fault].add(place)

    def _pages(self):
        """One ticket page of each kind, and everything around them."""
        by_kind = {ticket.stage_kind: ticket for ticket in self.tickets}
        return [
            "/my",
            "/my/home",
            "/my/tickets",
            "/my/tickets?search=zzzz",
            "/my/tickets?search=booking",
            "/my/tickets?filterby=waiting_customer",
            "/my/tickets?location=999999999",
            "/new/ticket",
            *(
                f"/new/ticket?type={code}"
                for code in ("question", "request", "incident")
            ),
            *(f"/my/ticket/{ticket.id}" for ticket in by_kind.values()),
            "/my/ticket/999999999",
            "/my/profile",
            "/my/security",
            "/my/security/data",
            "/my/account",
        ]

    def test_pages_of_a_customer(self):
        """S0 to S3: home, list with all its options, form and ticket pages."""
        faults, count = defaultdict(set), 0
        for lang in LANGUAGES:
            self.user.lang = lang
            self.authenticate(self.user.login, self.user.login)
            count += self._crawl([*self._pages(), *self._list_pages()], faults, lang)
            for response in self._live_a_ticket():
                self.assertEqual(response.status_code, 200, response.url)
                self._note(faults, response.text, f"{lang} {response.url}")
                count += 1
            self.logout()
        self.assertGreater(count, 150)
        _logger.info("%s pages read in %s languages", count, len(LANGUAGES))
        self._assert_spanish(faults)

    def _post(self, page, action, **values):
        """Send the form of ``page`` that goes to ``action``, filled in."""
        tree = lxml.html.fromstring(self.url_open(page).text)
        form = next(
            form
            for form in tree.forms
            if action in (form.action or "") and form.method == "POST"
        )
        files = values.pop("files", None)
        return self.url_open(
            form.action or page,
            data={**dict(form.form_values()), **values},
            files=files,
        )

    def _live_a_ticket(self):
        """What the customer reads from a form with errors to a closed ticket."""
        form = ("/new/ticket", "/submitted/ticket")
        virus = {"attachment": ("virus.exe", b"MZ", "application/octet-stream")}
        yield self._post(*form, subject="", description="", files=virus)
        category = self.env["helpdesk.ticket"].search([], limit=1).category_id
        sent = self._post(
            *form,
            subject="No imprime",
            description="Desde hoy.",
            category=category.id or "",
        )
        yield sent
        page = re.search(r"/my/ticket/\d+", sent.url)[0]
        for text in ("", "Sigue sin imprimir."):
            yield self._post(page, f"{page}/message", message=text)
        yield self._post(page, "/ticket/close")
        for verb in ("thanks", "reopen"):
            yield self._post(page, f"{page}/{verb}")
        for notice in ("stale", "again"):
            yield self.url_open(f"{page}?{notice}=1")
        yield from self._live_on(page)

    def _live_on(self, page):
        """More time, asked for twice; a closed ticket and what follows it."""
        ticket = self.env["helpdesk.ticket"].browse(int(page.rpartition("/")[2]))
        ticket.action_wait_customer("Envíenos una captura de la pantalla.")
        self.env.flush_all()
        more_time = f"{page}/more-time"
        yield self.url_open(more_time)
        yield self._post(more_time, more_time)
        yield self.url_open(more_time)
        ticket.action_close()
        self.env.flush_all()
        for path in (page, more_time, f"/new/ticket?follow_up={ticket.id}"):
            yield self.url_open(path)

    def test_pages_of_a_visitor(self):
        """S0-04, S0-05: who is not signed in is told so in Spanish, too."""
        faults = defaultdict(set)
        for lang in LANGUAGES:
            self.authenticate(None, None)
            self.opener.cookies.set("frontend_lang", lang)
            self._crawl(
                ["/web/login", "/web/reset_password", "/my/tickets", "/new/ticket"],
                faults,
                lang,
            )
            asked = self._post(
                "/web/reset_password", "", login="nadie@hotelsol.example"
            )
            self._note(faults, asked.text, f"{lang} password asked for")
            wrong = self._post("/web/login", "/web/login", login="x", password="x")
            self._note(faults, wrong.text, f"{lang} wrong password")
        self._assert_spanish(faults)

    def test_mails(self):
        """S3-38, S3-39: each mail of a ticket, an agent's answer among them."""
        faults = defaultdict(set)
        agent = self.env.ref("helpdesk_service_portal.demo_user_laura")
        for lang in LANGUAGES:
            self.user.lang = lang
            for mail in self._send_all_mails(agent):
                place = f"{lang} mail"
                mail._render_pending()
                self._note(faults, str(mail.body_html), place)
                self.assertEqual(
                    mail.subject, f"[#{self.ticket.number}] {self.ticket.name}"
                )
        self._assert_spanish(faults)

    def _send_all_mails(self, agent):
        """The mails of a ticket's whole life."""
        self.ticket = ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "No llegan reservas",
                "description": "<p>Desde esta mañana.</p>",
                "partner_id": self.user.partner_id.id,
                "user_id": agent.id,
                "priority": "3",
            }
        )
        ticket.with_user(agent).message_post(
            body="Ya lo vemos.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        ticket.customer_request = "Envíenos una captura."
        ticket.waiting_party = "Booking"
        for kind in ("waiting_customer", "waiting_other", "solved", "closed"):
            stage = ticket.team_id._get_stage(kind)
            if stage:
                ticket.stage_id = stage
            for name in MAILS:
                template = f"helpdesk_service_portal.mail_template_{name}"
                ticket._post_notice(self.env.ref(template))
        self.env.flush_all()
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)])
        )
        to_customer = mails.filtered(
            lambda mail: self.user.partner_id in mail.recipient_ids
        )
        self.assertGreaterEqual(len(to_customer), 6)
        return to_customer


@tagged("post_install", "-at_install")
class TestReader(HttpCase):
    """The crawl would see a fault if there were one."""

    def test_a_fault_is_found(self):
        html = (
            '<p>Su <b>email</b></p><input placeholder="Your password"/>'
            "<script>the code</script>"
        )
        self.assertEqual(list(read_texts(html)), ["Su", "email", "Your password"])
        self.assertEqual(
            {fold("password"), "your"} & english_words(), {"password", "your"}
        )
        self.assertEqual(forbidden_words("Su email", read_glossary()), ["email"])
