# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Databases, copied from templates in about a second.

Two templates, each under a name that holds what it was made from: one has the
dependencies and the languages, which takes a minute and is rarely made; the other is
a copy of it with this module installed, made anew when a file of the module changed.
"""

import ast
import contextlib
import datetime
import json
import os
import re
import shutil
from pathlib import Path

from .base import (
    CHECKOUT,
    KEY,
    MODULE,
    STATE,
    Stop,
    digest,
    locked,
    out,
    remove,
    step,
)

#: the first one is the language of users who chose none
LANGUAGES = ("en_US", "es_ES", "es_419", "es_AR", "es_MX")
PREFIX = f"hsp_{KEY}_"
KEPT = 2
FILESTORE = STATE / "data/filestore"
LIVING = Path(__file__).parent / "living_desk.py"
#: what is in the checkout and never in a database
OUTSIDE = {"dev", "tests", "src", "doc", "docs", "node_modules", "__pycache__"}


def module_files():
    """The module's files that an installation reads."""
    for folder, folders, files in os.walk(CHECKOUT):
        folders[:] = sorted(
            name for name in folders if name not in OUTSIDE and name[0] != "."
        )
        for name in sorted(files):
            if name[0] != "." and not name.endswith((".md", ".toml", ".pyc", "~")):
                yield Path(folder, name)


def module_digest():
    parts = []
    for path in module_files():
        try:
            parts += [path.relative_to(CHECKOUT), path.read_bytes()]
        except FileNotFoundError:
            continue  # an editor's file, gone again
    return digest(*parts)


class Databases:
    def __init__(self, odoo):
        self.odoo = odoo
        self.server = odoo.server

    # names

    def names(self):
        rows = self.server.query("SELECT datname FROM pg_database ORDER BY oid DESC")
        return [row[0] for row in rows]

    def exists(self, name):
        return name in self.names()

    @staticmethod
    def check(name):
        """Names are letters, digits, _ and -: safe in SQL, in URLs and as folders."""
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}", name):
            raise Stop(
                f"{name!r} is no name for a database: use letters, digits, _ and -."
            )
        if name.startswith(PREFIX + "base"):
            raise Stop(f"{name} is a template: choose another name.")
        return name

    # what is done to one database

    def drop(self, name):
        self.server.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        remove(FILESTORE / name)

    def duplicate(self, source, name):
        """Copy a database and its files; those never change, so links will do."""
        folder = FILESTORE / name
        remove(folder)
        if (FILESTORE / source).is_dir():
            shutil.copytree(FILESTORE / source, folder, copy_function=_link)
        self.server.query(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')

    def rename(self, name, new):
        remove(FILESTORE / new)
        if (FILESTORE / name).is_dir():
            (FILESTORE / name).rename(FILESTORE / new)
        self.server.query(f'ALTER DATABASE "{name}" RENAME TO "{new}"')

    def mark(self, name, text):
        self.server.query(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")

    def marked(self, name):
        rows = self.server.query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            f" WHERE datname = '{name}'"
        )
        return rows[0][0] if rows else ""

    # templates

    def _kind(self, demo):
        return "demo" if demo else "plain"

    def make(self, name, demo):
        """A database with the module, by way of the templates; the module's digest."""
        self.check(name)
        if self.exists(name):
            raise Stop(
                f"The database {name} exists: `./dev/db drop {name}` removes it."
            )
        with locked(STATE / "templates.lock", "Waiting for another command …"):
            current = module_digest()
            template = self._module_template(demo, current)
            self.duplicate(template, name)
        self.mark(name, current)
        return current

    def make_base(self, name):
        """A database with all that the module stands on, without it and demo data."""
        self.check(name)
        with locked(STATE / "templates.lock", "Waiting for another command …"):
            self._base_template(False)
            self.duplicate(self._base_name(False), name)

    def make_living(self, name, tickets):
        """A desk of the base that lives for years, without our module; its numbers."""
        self.check(name)
        if self.exists(name):
            raise Stop(
                f"The database {name} exists: `./dev/db drop {name}` removes it."
            )
        with locked(STATE / "templates.lock", "Waiting for another command …"):
            template = self._living_template(tickets)
            self.duplicate(template, name)
        told = self.marked(template)
        self.mark(name, told)
        return json.loads(told)

    def _living_template(self, tickets):
        base = self._base_name(False)
        prefix = f"{PREFIX}living_{tickets}_"
        today = datetime.date.today().isoformat()
        name = prefix + digest(base, LIVING.read_bytes(), today)
        if not self.exists(name):
            self._base_template(False)
            new = f"{prefix}new"
            self.drop(new)
            self.duplicate(base, new)
            with step(f"Seeding a living desk of {tickets:,} tickets"):
                script = (
                    f"import sys; sys.path.insert(0, {str(LIVING.parent)!r})\n"
                    f"import living_desk; living_desk.seed(env, {tickets})\n"
                )
                shell = ["shell", "-d", new, "--no-http"]
                log = self.odoo.run_logged(shell, f"{new}.log", script)
            told = re.search(r"^desk ({.*})$", log.read_text(errors="replace"), re.M)
            if not told:
                raise Stop(f"Seeding failed: all of it is in {log}.")
            self.server.query("VACUUM ANALYZE", new)
            self.rename(new, name)
            self.mark(name, told[1])
            self._prune(prefix, name, 1)
        return name

    def _module_template(self, demo, current):
        base = self._base_name(demo)
        key = digest(base, current)
        name = f"{PREFIX}{self._kind(demo)}_{key}"
        if not self.exists(name):
            self._base_template(demo)
            with step(f"Installing {MODULE}{' with demo data' if demo else ''}"):
                new = f"{PREFIX}{self._kind(demo)}_new"
                self.drop(new)
                self.duplicate(base, new)
                self._odoo(new, "-i", MODULE, *(["--with-demo"] if demo else []))
                self.rename(new, name)
            self._prune(f"{PREFIX}{self._kind(demo)}_", name)
        return name

    def _base_name(self, demo):
        key = digest(self.odoo.identity, sorted(self._depends()), LANGUAGES, "recipe 1")
        return f"{PREFIX}base_{self._kind(demo)}_{key}"

    def _base_template(self, demo):
        name = self._base_name(demo)
        if self.exists(name):
            return
        with step("Installing Odoo's and the OCA's modules (about a minute)"):
            new = f"{PREFIX}base_{self._kind(demo)}_new"
            self.drop(new)
            self.server.query(
                f"CREATE DATABASE \"{new}\" TEMPLATE template0 ENCODING 'UTF8'"
            )
            # before Odoo first loads: what it does itself with --unaccent
            self.server.query(
                "CREATE EXTENSION IF NOT EXISTS unaccent;"
                "CREATE EXTENSION IF NOT EXISTS pg_trgm;"
                "ALTER FUNCTION unaccent(text) IMMUTABLE;",
                new,
            )
            self._odoo(
                new,
                *("-i", ",".join(["base", *self._depends()])),
                f"--load-language={','.join(LANGUAGES)}",
                *(["--with-demo"] if demo else []),
            )
            self.rename(new, name)
        self._prune(f"{PREFIX}base_{self._kind(demo)}_", name)

    def _prune(self, prefix, newest, kept=KEPT):
        """Keep the newest templates of a kind: branches are switched back, too."""
        names = [
            name
            for name in self.names()
            if name.startswith(prefix) and not name.endswith("_new") and name != newest
        ]
        for name in names[kept - 1 :]:
            self.drop(name)

    @staticmethod
    def _depends():
        try:
            manifest = ast.literal_eval((CHECKOUT / "__manifest__.py").read_text())
            return manifest["depends"]
        except (SyntaxError, ValueError, KeyError) as error:
            raise Stop(f"__manifest__.py cannot be read ({error}): mend it.") from None

    def _odoo(self, database, *arguments):
        self.odoo.run_logged(
            ["-d", database, *arguments, "--stop-after-init"], f"{database}.log"
        )

    def update(self, name, current):
        with step(f"Updating {MODULE} in {name}"):
            self._odoo(name, "-u", MODULE)
        self.mark(name, current)

    # tests

    @contextlib.contextmanager
    def for_test(self):
        """A database with demo data for one run of the tests, or the one named."""
        named = os.environ.get("HELPDESK_TEST_DB")
        if named:
            if not self.exists(self.check(named)):
                raise Stop(
                    f"There is no database {named} (HELPDESK_TEST_DB):"
                    f" `./dev/db create {named} --demo` makes it."
                )
            yield named
            return
        self.drop_leftovers()
        name = f"{PREFIX}test_{os.getpid()}"
        self.make(name, demo=True)
        try:
            yield name
        finally:
            self.drop(name)

    def drop_leftovers(self):
        """Databases of test runs that were killed."""
        for name in self.names():
            found = re.fullmatch(rf"{PREFIX}test_(\d+)", name)
            if found and not _alive(int(found[1])):
                self.drop(name)

    def listed(self):
        for name in sorted(self.names()):
            if not name.startswith(PREFIX) and name not in (
                "postgres",
                "template0",
                "template1",
            ):
                out(name)


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
