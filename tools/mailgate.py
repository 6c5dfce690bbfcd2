#!/usr/bin/env python3
# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Hand a mail to Odoo, byte by byte: for a pipe of postfix or another mail server.

    mailgate.py --url https://desk.example --database NAME --key-file PATH < mail

Needs nothing but Python. The key is an API key of a user with the right "Mail gateway:
hand in mails", in a file that only the pipe's user may read. Whatever goes wrong ends
as "try again later" (75), so that the mail server keeps the mail; only a mail for
nobody is returned to its sender (67).
"""

import argparse
import sys
import urllib.error
import urllib.request
from pathlib import Path

EX_OK, EX_NOUSER, EX_TEMPFAIL = 0, 67, 75
PATH = "/helpdesk/mail"
SECONDS = 120


def main(arguments=None):
    """Send what comes on standard input; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--url", required=True, help="address of Odoo, with https://")
    parser.add_argument("--database", required=True)
    parser.add_argument("--key-file", required=True, help="file with the API key")
    parser.add_argument("--timeout", type=float, default=SECONDS, help="seconds")
    try:
        options = parser.parse_args(arguments)
        key = Path(options.key_file).read_text().strip()
        request = urllib.request.Request(
            options.url.rstrip("/") + PATH,
            data=sys.stdin.buffer.read(),
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": "message/rfc822",
                "X-Odoo-Database": options.database,
            },
        )
        with urllib.request.urlopen(request, timeout=options.timeout) as answer:
            kept = answer.status == 204
        return EX_OK if kept else _say(f"unexpected answer {answer.status}")
    except urllib.error.HTTPError as error:
        if error.code == 422:
            return _say("no such address", EX_NOUSER)
        return _say(f"the helpdesk answered {error.code}")
    except SystemExit as error:  # of argparse
        return EX_TEMPFAIL if error.code else EX_OK
    except Exception as error:  # whatever it is, the mail stays where it is
        return _say(f"the helpdesk cannot be reached ({type(error).__name__})")


def _say(text, status=EX_TEMPFAIL):
    """Say it to the mail server's log; it may end in a bounce, so no secrets."""
    sys.stderr.write(f"{text}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
