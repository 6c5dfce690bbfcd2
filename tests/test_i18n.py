"""The Spanish of this module is complete and speaks with one voice."""

import doctest
import io
import re
from collections import Counter

import polib

from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools.translate import trans_export

from . import i18n_tools
from .i18n_tools import I18N, forbidden_words, glossary_errors, read_glossary

MODULE = "helpdesk_service_portal"
PLACEHOLDER = re.compile(
    r"%\(\w+\)[sd]|%[sd]|\{\{.*?\}\}|t-(?:out|if|elif|else|set|value|foreach|as)"
    r'="[^"]*"|https?://[^\s"<]+'
)
TAG = re.compile(r"</?([a-z][\w-]*)")


def read_po(name):
    return polib.pofile(str(I18N / name), wrapwidth=78)


def read_extra():
    """What we say of records of the base."""
    return read_po("../i18n_extra/es.po")


@tagged("post_install", "-at_install")
class TestTranslationTemplate(TransactionCase):
    """Who translates finds every term of the module in the .pot file, and no other."""

    def test_template_is_the_export(self):
        """The .pot file is what the database exports today."""
        with io.BytesIO() as buffer:
            trans_export(False, [MODULE], buffer, "po", self.env)
            exported = polib.pofile(buffer.getvalue().decode())
        terms = {entry.msgid for entry in exported}
        template = {entry.msgid: entry for entry in read_po(f"{MODULE}.pot")}
        self.assertFalse(
            sorted(terms - template.keys()), "export the .pot file: terms are missing"
        )
        gone = [
            msgid
            for msgid, entry in template.items()
            if msgid not in terms and not self._is_absent_demo(entry)
        ]
        self.assertFalse(gone, "export the .pot file: terms are gone")

    def _is_absent_demo(self, entry):
        """Terms of demo data are there even where the demo data are not installed."""
        installed = self.env.ref(f"base.module_{MODULE}").demo
        return not installed and all(
            name.startswith("model")
            and not self.env.ref(name.rpartition(":")[2], raise_if_not_found=False)
            for name, _line in entry.occurrences
        )


@tagged("post_install", "-at_install")
class TestSpanish(TransactionCase):
    """A customer who reads Spanish never meets an English word or a second name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = read_po(f"{MODULE}.pot")
        cls.spanish = read_po("es.po")
        cls.glossary = read_glossary()

    def _assert_nothing(self, wrong):
        self.assertFalse(wrong, "\n" + "\n".join(wrong[:40]))

    def test_every_term_is_translated(self):
        """es.po is complete: no term of the .pot is missing, empty or fuzzy."""
        translated = {entry.msgid for entry in self.spanish.translated_entries()}
        self._assert_nothing(
            [entry.msgid for entry in self.template if entry.msgid not in translated]
        )
        self._assert_nothing([entry.msgid for entry in self.spanish.fuzzy_entries()])

    def test_no_term_is_left_over(self):
        """es.po has no term that the module no longer uses."""
        template = {entry.msgid for entry in self.template}
        self._assert_nothing(
            [
                entry.msgid
                for entry in self.spanish
                if entry.obsolete or entry.msgid not in template
            ]
        )

    def test_placeholders_stay(self):
        """Values, conditions, links and tags are the same in both languages."""
        wrong = []
        for entry in self.spanish:
            for pattern in (PLACEHOLDER, TAG):
                source = Counter(pattern.findall(entry.msgid))
                if source != Counter(pattern.findall(entry.msgstr)):
                    wrong.append(f"{entry.msgid!r} → {entry.msgstr!r}")
        self._assert_nothing(wrong)

    def test_edges_stay(self):
        """Blanks at both ends and closing colons belong to the layout."""
        wrong = []
        for entry in self.spanish:
            source, translation = entry.msgid, entry.msgstr
            pairs = [(source[:1].isspace(), translation[:1].isspace())]
            pairs.append((source[-1:].isspace(), translation[-1:].isspace()))
            pairs.append(
                (source.rstrip()[-1:] == ":", translation.rstrip()[-1:] == ":")
            )
            if any(first != second for first, second in pairs):
                wrong.append(f"{source!r} → {translation!r}")
        self._assert_nothing(wrong)

    def test_questions_open(self):
        """Spanish opens its questions and exclamations, too."""
        wrong = [
            entry.msgstr
            for entry in self.spanish
            for opening, closing in ("¿?", "¡!")
            if "<t" not in entry.msgstr
            and not re.search(r"\?\w+=|!=", entry.msgstr)
            and entry.msgstr.count(opening) != entry.msgstr.count(closing)
        ]
        self._assert_nothing(wrong)

    def test_quotes_close(self):
        """A quote closes in the term that opens it: a text of signs alone is no term,
        and stays English."""
        wrong = []
        for entry in self.template:
            if entry.msgid.count("“") != entry.msgid.count("”"):
                wrong.append(entry.msgid)
        for entry in self.spanish:
            if entry.msgstr.count("«") != entry.msgstr.count("»"):
                wrong.append(entry.msgstr)
        self._assert_nothing(wrong)

    def test_glossary(self):
        """One thing has one name (i18n/glossary.csv), everywhere."""
        wrong = []
        for entry in (*self.spanish, *read_extra()):
            # a whole mail says many things: its words are checked, not its terms
            if "<p>" in entry.msgid:
                errors = [
                    f"{word!r} is forbidden"
                    for word in forbidden_words(entry.msgstr, self.glossary)
                ]
            else:
                errors = glossary_errors(entry.msgid, entry.msgstr, self.glossary)
            wrong += [f"{entry.msgid!r} → {entry.msgstr!r}: {e}" for e in errors]
        self._assert_nothing(wrong)


@tagged("post_install", "-at_install")
class TestBase(TransactionCase):
    """What we rename or explain of the base speaks Spanish, too (i18n_extra)."""

    MODULES = ["helpdesk_mgmt", "helpdesk_type", MODULE]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spanish = read_extra()

    def _assert_spanish(self, code):
        """Every text of the file stands at its record, and nothing is left over."""
        for entry in self.spanish:
            for name, _line in entry.occurrences:
                kind, path, xmlid = name.split(":")
                field = path.split(",")[1]
                record = self.env.ref(xmlid)
                source = record.with_context(lang="en_US")[field]
                text = record.with_context(lang=code)[field]
                if kind == "model":
                    self.assertEqual(source, entry.msgid, name)
                    self.assertEqual(text, entry.msgstr, f"{name} in {code}")
                else:
                    terms = record._fields[field].get_trans_terms
                    self.assertIn(entry.msgid, terms(source), name)
                    self.assertIn(entry.msgstr, terms(text), f"{name} in {code}")

    def test_helps_are_translated(self):
        """The empty lists of the base that we explain are all in the file."""
        known = {entry.msgid for entry in self.spanish}
        actions = self.env["ir.actions.act_window"].search(
            [("res_model", "=like", "helpdesk.%"), ("help", "!=", False)]
        )
        xmlids = actions.get_external_id()
        terms = actions._fields["help"].get_trans_terms
        self.assertFalse(
            [
                term
                for action in actions.with_context(lang="en_US")
                if xmlids[action.id].split(".")[0] in self.MODULES[:2]
                for term in terms(action.help)
                if term not in known
            ]
        )

    def test_languages_from_before(self):
        """Languages the base was translated to before we came."""
        for code, _name in self.env["res.lang"].get_installed():
            if code.startswith("es"):
                self._assert_spanish(code)

    def test_language_from_later(self):
        """A language somebody adds afterwards."""
        self.env["res.lang"]._activate_lang("es_CO")
        self.env["ir.module.module"]._load_module_terms(self.MODULES, ["es_CO"])
        self._assert_spanish("es_CO")


class TestWords(BaseCase):
    """What the language tests count as a word."""

    def test_doctests(self):
        self.assertFalse(doctest.testmod(i18n_tools).failed)
