# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The preflight as one page: nothing is fetched, it can be mailed and printed."""

from collections import Counter

from markupsafe import Markup

from odoo.tools.translate import LazyTranslate

from .finding import LEVELS, MODULE, translated

_lt = LazyTranslate(MODULE)

HEADINGS = {
    "stop": _lt("Before you install"),
    "warn": _lt("Worth doing"),
    "note": _lt("Good to know"),
    "good": _lt("In order"),
}
SIGNS = {"stop": "✕", "warn": "!", "note": "i", "good": "✓"}
STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #1d2430;
  --soft: #59636f; --line: #dde1e7; --code: #f1f3f6; --link: #17549b;
  --stop: #b3261e; --warn: #8a5300; --note: #17549b; --good: #1d6b3a; }
@media (prefers-color-scheme: dark) { :root { --page: #14181d; --card: #1d2329;
  --ink: #eceff3; --soft: #a9b3be; --line: #343c45; --code: #12161a; --link: #8ab8f2;
  --stop: #f2a19b; --warn: #f0bf74; --note: #8ab8f2; --good: #86d3a1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 32px 16px 64px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 1.05rem; margin: 32px 0 10px; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 4px 0 0; }
.of { color: var(--soft); overflow-wrap: anywhere; }
.verdict { margin: 20px 0 0; padding: 16px; border-radius: 10px; font-weight: 600;
  background: var(--card); border: 1px solid var(--line);
  border-left: 6px solid var(--good); }
.verdict.stop { border-left-color: var(--stop); }
ul.findings { list-style: none; margin: 0; padding: 0; background: var(--card);
  border: 1px solid var(--line); border-radius: 10px; }
ul.findings > li { display: grid; grid-template-columns: 28px minmax(0, 1fr);
  gap: 0 12px; padding: 14px 16px; }
ul.findings > li + li { border-top: 1px solid var(--line); }
.sign { width: 24px; height: 24px; border-radius: 50%; text-align: center;
  font-weight: 700; line-height: 22px; border: 1.5px solid currentColor; }
.stop .sign { color: var(--stop); } .warn .sign { color: var(--warn); }
.note .sign { color: var(--note); } .good .sign { color: var(--good); }
.items { color: var(--soft); overflow-wrap: anywhere; }
.do { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; }
a.button, button { display: inline-flex; align-items: center; min-height: 44px;
  padding: 0 16px; border-radius: 8px; border: 1px solid var(--link); font: inherit;
  color: var(--link); background: none; text-decoration: none; cursor: pointer; }
a.button:hover, button:hover { background: var(--code); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code { display: block; flex: 1 1 320px; min-width: 0; padding: 10px 12px;
  border-radius: 8px; background: var(--code); white-space: pre-wrap;
  overflow-wrap: anywhere; user-select: all;
  font: .875rem/1.6 ui-monospace, "DejaVu Sans Mono", monospace; }
.good h3 { font-weight: 500; }
footer { margin-top: 32px; color: var(--soft); font-size: .875rem; }
@media print { body { background: none; } button { display: none; } }
"""
SCRIPT = """
for (const code of document.querySelectorAll(".do code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = document.body.dataset.copy;
    button.onclick = async () => {
        getSelection().selectAllChildren(code);
        try {
            await navigator.clipboard.writeText(code.textContent);
        } catch {
            document.execCommand("copy");
        }
        button.textContent = document.body.dataset.copied;
    };
    code.after(button);
}
"""
PAGE = Markup(
    """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>{title}</title>
<style>{style}</style>
</head>
<body data-copy="{copy}" data-copied="{copied}">
<main>
<h1>{title}</h1>
<p class="of">{subject}</p>
<p class="verdict {level}" role="status">{verdict}</p>
{sections}
<footer>{footer}</footer>
</main>
<script>{script}</script>
</body>
</html>
"""
)
SECTION = Markup(
    '<section><h2>{heading}</h2><ul class="findings">{lines}</ul></section>'
)
LINE = Markup(
    '<li class="{level}"><span class="sign" aria-hidden="true">{sign}</span>'
    "<div><h3>{title}</h3><p>{text}</p>{items}{do}</div></li>"
)


def get_verdict(findings):
    """The whole list in one sentence, not translated yet."""
    levels = Counter(found.level for found in findings)
    if levels["stop"]:
        return _lt(
            "Not yet. To do before you install: %(stops)s. Worth doing: %(warnings)s.",
            stops=levels["stop"],
            warnings=levels["warn"],
        )
    if levels["warn"]:
        return _lt(
            "You can install. Worth doing, before or soon after: %(warnings)s.",
            warnings=levels["warn"],
        )
    return _lt("You can install: nothing stands in the way.")


def render(findings, database, base_url, lang):
    """Return the page.

    :param findings: translated already, worst first
    :param base_url: where this Odoo answers; the buttons lead there
    """
    level = "stop" if any(found.level == "stop" for found in findings) else "good"
    sections = Markup("")
    for key in LEVELS:
        lines = [_get_line(found, base_url) for found in findings if found.level == key]
        if lines:
            sections += SECTION.format(
                heading=translated(HEADINGS[key], lang), lines=Markup("").join(lines)
            )
    return PAGE.format(
        lang=lang.split("_")[0],
        title=translated(_lt("Before installing the Helpdesk Service Portal"), lang),
        subject=translated(
            _lt("Database %(name)s, %(address)s", name=database, address=base_url), lang
        ),
        level=level,
        verdict=translated(get_verdict(findings), lang),
        sections=sections,
        footer=translated(
            _lt(
                "Nothing was written to the database. Run the command again at any "
                "time."
            ),
            lang,
        ),
        copy=translated(_lt("Copy command"), lang),
        copied=translated(_lt("Copied"), lang),
        style=Markup(STYLE),
        script=Markup(SCRIPT),
    )


def _get_line(found, base_url):
    items = Markup("")
    if found.items:
        items = Markup('<p class="items">{}</p>').format(" · ".join(found.items))
    do = Markup("")
    if found.command:
        do = Markup("<code>{}</code>").format(found.command)
    elif found.action:
        do = Markup('<a class="button" href="{}/odoo/action-{}">{}</a>').format(
            base_url, found.action, found.button
        )
    if do:
        do = Markup('<div class="do">{}</div>').format(do)
    return LINE.format(
        level=found.level,
        sign=SIGNS[found.level],
        title=found.title,
        text=found.text,
        items=items,
        do=do,
    )
