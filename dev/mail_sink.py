# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A mail server that keeps what it is given as .eml files: mail_sink.py PORT FOLDER."""

import asyncio
import re
import signal
import sys
from datetime import datetime
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Keep:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.numbers = count(1)

    async def handle_DATA(self, server, session, envelope):
        moment = datetime.now().strftime("%Y%m%d-%H%M%S")
        to = re.sub(r"[^\w.@+-]", "_", " ".join(envelope.rcpt_tos))[:80]
        name = f"{moment}-{next(self.numbers):04d} {to}"
        part = self.folder / f".{name}.part"
        part.write_bytes(envelope.content)
        part.rename(self.folder / f"{name}.eml")
        return "250 OK"


async def main(port, folder):
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    keep = Keep(folder)
    server = await loop.create_server(
        lambda: SMTP(keep, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port
    )
    async with server:
        await stop.wait()


asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
