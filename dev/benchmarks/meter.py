# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A server, a customer who signs in there, and what their requests cost."""

import contextlib
import http.client
import json
import re
import secrets
import time
import urllib.parse
from dataclasses import dataclass, field

from environment import STATE, Child, Stop, at_end, free_port, make_folder

from .processor import cpu_seconds

LINE = re.compile(
    r'werkzeug: .*"(?P<method>\w+) (?P<path>\S+) [^"]*" (?P<status>\d+) \S+'
    r" (?P<statements>\d+) "
)


class Server:
    """Odoo on one database, without cron, logging what each request took."""

    def __init__(self, env, database, smtp_port):
        self.databases = env.databases.server
        self.database = database
        self.port = free_port()
        self.log = make_folder(STATE / "log") / f"{database}_server.log"
        env.conf = env.write_conf(
            db_name=database,
            dbfilter=f"^{database}$",
            http_port=self.port,
            gevent_port=free_port(),
            smtp_port=smtp_port,
            db_maxconn=8,
        )
        # the file is read by the server once, the next one has its own
        self.conf = env.conf.rename(env.temp / f"{database}.conf")
        self.output = open(self.log, "wb")  # pylint: disable=R1732
        self.child = Child(
            env.odoo_command(["-c", str(self.conf)]),
            env=env.environ() | {"ODOO_RC": str(self.conf)},
            stdout=self.output,
            stderr=self.output,
        )
        at_end(self.end)
        self.pid = self.child.process.pid
        self.read_to = 0
        self.backends = []

    def end(self):
        self.child.end()
        self.output.close()

    def wait_until_it_answers(self):
        until = time.monotonic() + 300
        while time.monotonic() < until and self.child.process.poll() is None:
            with contextlib.suppress(OSError):
                http.client.HTTPConnection("127.0.0.1", self.port).connect()
                return
            time.sleep(0.2)
        raise Stop(f"Odoo does not start: its last lines are in {self.log}.")

    def look_for_backends(self):
        """The database's processes of this server's connections, which stay."""
        rows = self.databases.query(
            "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            f" AND datname = '{self.database}'"
        )
        self.backends = [int(row[0]) for row in rows]
        if not all(map(cpu_seconds, self.backends)):
            raise Stop(
                "PostgreSQL runs elsewhere, where its CPU cannot be read:"
                " unset HELPDESK_PG_HOST and try again."
            )

    def cpu(self):
        return sum(map(cpu_seconds, [self.pid, *self.backends]))

    def new_lines(self):
        """Method, path, status and statements of the requests logged since."""
        with open(self.log, errors="replace") as handle:
            handle.seek(self.read_to)
            text = handle.read()
        text = text[: text.rfind("\n") + 1]
        self.read_to += len(text.encode())
        return [
            match.groupdict() for match in map(LINE.search, text.splitlines()) if match
        ]

    def statements(self, requests):
        """The statements of the last requests; the log may be a moment late."""
        lines = self.new_lines()
        until = time.monotonic() + 5
        while len(lines) < requests and time.monotonic() < until:
            time.sleep(0.01)
            lines += self.new_lines()
        return sum(int(line["statements"]) for line in lines[-requests:])


@dataclass
class Call:
    """One request; a JSON body is sent as such."""

    path: str
    method: str = "GET"
    body: bytes = b""
    kind: str = ""


@dataclass
class Visitor:
    """A session of a person on a server, on a connection that stays open."""

    server: Server
    login: str
    password: str
    cookies: dict = field(default_factory=dict)
    connection: http.client.HTTPConnection = None

    def sign_in(self):
        page = self.send(Call("/web/login"))
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        form = {"login": self.login, "password": self.password, "csrf_token": token}
        self.send(
            Call(
                "/web/login",
                "POST",
                urllib.parse.urlencode(form).encode(),
                "application/x-www-form-urlencoded",
            )
        )
        return self

    def send(self, call):
        """Send a request; the body of the answer, or of none for a redirection.

        :raise Stop: when the server answers an error
        """
        if not self.connection:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.server.port, timeout=600
            )
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if call.kind:
            headers["Content-Type"] = call.kind
        self.connection.request(call.method, call.path, call.body or None, headers)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _sep, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        if (
            response.status >= 400
            or text.startswith('{"jsonrpc"')
            and ('"error":' in text[:60])
        ):
            raise Stop(
                f"{call.method} {call.path} is answered {response.status}"
                f" ({text[:200]}): see {self.server.log}."
            )
        self.location = response.headers.get("Location", "")
        return text


def json_call(path, **params):
    body = {"jsonrpc": "2.0", "method": "call", "params": params, "id": 1}
    return Call(path, "POST", json.dumps(body).encode(), "application/json")


def form_call(path, values, files=()):
    """A form with files, as a browser sends it."""
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in values.items()
    ]
    body = "".join(parts).encode()
    for name, (filename, kind, data) in files:
        body += (
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}";'
            f' filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
        ).encode()
        body += data + b"\r\n"
    body += f"--{mark}--\r\n".encode()
    return Call(path, "POST", body, f"multipart/form-data; boundary={mark}")
