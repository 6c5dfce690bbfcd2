# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Real mail servers for tests: Dovecot to fetch from, an SMTP server that keeps."""

import contextlib
import grp
import os
import poplib
import pwd
import secrets
import shutil
import smtplib
import socket
import subprocess
import time
from pathlib import Path

from aiosmtpd.controller import Controller

CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/run/dovecot.log
libexec_dir = {home}
mail_plugin_dir = {home}/modules
import_environment = LD_LIBRARY_PATH={home}/libraries
protocols = imap pop3
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = {uid}
first_valid_gid = {gid}
mail_location = maildir:{home}/mail/%u
pop3_delete_type = expunge
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
"""
#: where Debian's Dovecot looks for its parts; a path of ours takes its place
BUILT_FOR = b"/usr/lib/dovecot"
PASSWORD = "mailbox-secret"
SECONDS = 30


class Dovecot:
    """Debian's Dovecot on ports of 127.0.0.1, never as root; any name is a mailbox."""

    def __init__(self):
        self.home = Path(f"/tmp/hsp-{secrets.token_hex(4)[:7]}")
        self.home.mkdir(mode=0o755)
        self.imap, self.pop = free_port(), free_port()
        try:
            self._unpack(Path(os.environ["HELPDESK_DOVECOT_ROOT"]))
            self._start()
        except BaseException:
            self.end()
            raise

    process = None

    def _unpack(self, root):
        """Copy the programs to where their unprivileged processes may read them."""
        shutil.copytree(
            root / "usr/lib/dovecot", self.home, symlinks=True, dirs_exist_ok=True
        )
        libraries = self.home / "libraries"
        libraries.mkdir()
        for path in (
            *root.glob("usr/lib/*-linux-gnu*/*.so*"),
            root / "usr/sbin/dovecot",
        ):
            shutil.copy(path, libraries, follow_symlinks=False)
        shutil.copy(root / "usr/bin/doveconf", libraries)
        for folder in ("run", "mail"):
            (self.home / folder).mkdir()
        for path in self.home.rglob("*"):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                if BUILT_FOR in data:
                    path.write_bytes(data.replace(BUILT_FOR, os.fsencode(self.home)))

    def _start(self):
        name = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        user = pwd.getpwnam(name)
        values = {
            "home": self.home,
            "user": name,
            "group": grp.getgrgid(user.pw_gid).gr_name,
            "uid": user.pw_uid,
            "gid": user.pw_gid,
            "password": PASSWORD,
            "imap": self.imap,
            "pop": self.pop,
        }
        settings = self.home / "dovecot.conf"
        settings.write_text(CONFIGURATION.format(**values))
        options = {}
        if os.geteuid() == 0:
            for path in (self.home, self.home / "run", self.home / "mail"):
                os.chown(path, user.pw_uid, user.pw_gid)
            options = {"user": name, "group": user.pw_gid, "extra_groups": []}
        # Dovecot looks for its reader of settings in /usr/bin: begin with it
        reader = [self.home / "libraries/doveconf", "-c", settings, "-m", "master"]
        reader += ["-f", "service=master", "-e"]
        with open(self.home / "errors", "wb") as errors:
            self.process = subprocess.Popen(  # pylint: disable=R1732
                [*reader, self.home / "libraries/dovecot", "-F", "-c", settings],
                env={
                    "LD_LIBRARY_PATH": str(self.home / "libraries"),
                    "PATH": os.environ.get("PATH", ""),
                },
                cwd=self.home,
                stdout=errors,
                stderr=errors,
                **options,
            )
        self._wait()

    def _wait(self):
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError, poplib.error_proto):
                poplib.POP3("127.0.0.1", self.pop, timeout=5).quit()
                return
            time.sleep(0.1)
        words = [
            (self.home / name).read_text()
            for name in ("errors", "run/dovecot.log")
            if (self.home / name).exists()
        ]
        raise AssertionError(f"Dovecot does not start: {' '.join(words)}")

    def deliver(self, mailbox, raw):
        """Put a mail into a mailbox, as a mail server does."""
        folder = self.home / "mail" / mailbox
        for path in (folder, *(folder / name for name in ("tmp", "new", "cur"))):
            if not path.exists():
                path.mkdir()
                owner = (self.home / "mail").stat()
                os.chown(path, owner.st_uid, owner.st_gid)
        name = f"{time.time_ns()}.test"
        path = folder / "tmp" / name
        path.write_bytes(raw)
        owner = (self.home / "mail").stat()
        os.chown(path, owner.st_uid, owner.st_gid)
        path.rename(folder / "new" / name)

    def end(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


class SmtpServer:
    """An SMTP server that gives each mail to a function, or keeps it in ``mails``."""

    def __init__(self, deliver=None):
        self.mails = []
        self.deliver = deliver or self.mails.append
        self.controller = Controller(
            self,
            hostname="127.0.0.1",
            port=free_port(),
            enable_SMTPUTF8=True,
            data_size_limit=None,
        )
        self.controller.start()
        self.port = self.controller.port

    async def handle_DATA(self, _server, _session, envelope):
        self.deliver(envelope.content)
        return "250 OK"

    def send(self, raw, sender, recipients):
        """Send a mail to this server by SMTP."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=SECONDS) as client:
            client.sendmail(sender, recipients, raw)

    def end(self):
        self.controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
