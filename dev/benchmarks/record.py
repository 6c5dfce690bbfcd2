# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a browser asks the server for a page: record.py CHROMIUM ADDRESS SESSION.

Only what the server computes, on the second visit: styles, scripts and pictures stay
in the browser. Runs in the virtual environment, where Playwright is.
"""

import json
import sys
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

COMPUTED = ("document", "xhr", "fetch", "ping")
#: the first visit makes styles and scripts
LOADING_MS = 180_000
#: pages ask for more after loading, by themselves
PATIENCE_MS = 8000


def main(chromium, address, session):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": "session_id", "value": session, "url": address}])
        page = context.new_page()
        requests, kept = [], watch_cache(context, page)
        page.on("request", lambda request: requests.append(request))
        for _visit in range(2):
            requests.clear()
            page.goto(address, timeout=LOADING_MS)
            settle(page, requests)
        asked = [
            describe(request)
            for request in requests
            if request.resource_type in COMPUTED and request.url not in kept
        ]
        browser.close()
    sys.stdout.write(json.dumps(asked))


def settle(page, requests):
    """Wait until the page asks for nothing more."""
    count = None
    while count != len(requests):
        count = len(requests)
        page.wait_for_timeout(PATIENCE_MS)


def watch_cache(context, page):
    """A set that gets the addresses of what the browser still has."""
    sent, kept = {}, set()
    network = context.new_cdp_session(page)
    network.on(
        "Network.requestWillBeSent",
        lambda event: sent.update({event["requestId"]: event["request"]["url"]}),
    )
    network.on(
        "Network.requestServedFromCache",
        lambda event: kept.add(sent.get(event["requestId"])),
    )
    network.on(
        "Network.responseReceived",
        lambda event: (
            event["response"].get("fromDiskCache")
            and kept.add(event["response"]["url"])
        ),
    )
    network.send("Network.enable")
    return kept


def describe(request):
    parts = urlsplit(request.url)
    return {
        "path": f"{parts.path}?{parts.query}" if parts.query else parts.path,
        "method": request.method,
        "body": request.post_data or "",
        "kind": request.headers.get("content-type", ""),
    }


main(*sys.argv[1:])
