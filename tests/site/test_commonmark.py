"""Texts that people write are shown as they meant them, and never run anything (trust.md S20)."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from marketplace.site.commonmark import SCHEMES, render

VECTORS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.example/a.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "![x](https://x.example/beacon.png)",
    '![x](javascript:alert(1) "t")',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](blob:https://x.example/1)",
    "[x](view-source:https://x.example)",
    "[x](//x.example/)",
    "[x](/\\x.example/)",
    "[x](\\\\x.example)",
    "[x](https:x.example)",
    '[x](https://x.example "onmouseover=alert(1)")',
    '[x](https://x.example "\\" onmouseover=\\"alert(1)")',
    '[x](https://x.example/"onmouseover="alert(1))',
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<https://x.example/><script>",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg onload=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>*{background:url(https://x.example)}</style>",
    "<p style='position:fixed'>x</p>",
    "<form action=https://x.example><input name=password>",
    "<base href=https://x.example>",
    "<meta http-equiv=refresh content='0;url=https://x.example'>",
    "<object data=x.swf></object>",
    "<!--><img src=x onerror=alert(1)>-->",
    "```html\n<script>alert(1)</script>\n```",
    "```\"onmouseover=alert(1)\nx\n```",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "# <img src=x onerror=alert(1)>",
    "> <script>alert(1)</script>",
    "- <details open ontoggle=alert(1)>",
    "x\x00<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "*<b onclick=alert(1)>x</b>*",
    "<x-y onfocus=alert(1) tabindex=1>",
)  # fmt: skip
ALLOWED = {
    *("p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5", "h6"),
}


class _Seen(HTMLParser):
    """The tags and attributes that a browser would find."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("own_links", [False, True])
@pytest.mark.parametrize("text", VECTORS)
def test_nothing_runs_and_nothing_is_fetched(text: str, own_links: bool) -> None:
    for tag, attributes in _Seen(render(text, own_links=own_links)).tags:
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "title", "rel", "start"}
        href = attributes.get("href")
        if href is not None:
            own_path = own_links and href.startswith("/") and href[1:2] not in ("/", "\\")
            assert own_path or href.partition(":")[0].lower() in SCHEMES
            assert attributes["rel"] == ("noopener" if own_links else "nofollow ugc noopener")


def test_what_people_write_is_shown_as_they_meant_it() -> None:
    text = "# One\n\n## Two\n\nA *word*, a **loud** one, `code`.\n\n- a\n- b\n\n3. c\n\n> said"
    assert render(text) == (
        "<h3>One</h3>\n<h4>Two</h4>\n"
        "<p>A <em>word</em>, a <strong>loud</strong> one, <code>code</code>.</p>\n"
        '<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol start="3">\n<li>c</li>\n</ol>\n'
        "<blockquote>\n<p>said</p>\n</blockquote>\n"
    )
    assert render("# a\n\n##### b", heading_from=5) == "<h5>a</h5>\n<h6>b</h6>\n"
    assert render("1 < 2 & 3") == "<p>1 &lt; 2 &amp; 3</p>\n"


@pytest.mark.parametrize(
    ("target", "everybody", "staff"),
    [
        ("https://x.example/a?b=1", True, True),
        ("http://x.example", True, True),
        ("mailto:office@x.example", True, True),
        ("/verify/", False, True),
        ("#levels", False, True),
        ("verify/", False, False),
        ("//x.example", False, False),
        ("tel:+1", False, False),
    ],
)
def test_where_links_may_lead(target: str, everybody: bool, staff: bool) -> None:
    written = f"[x]({target})"
    assert ("href=" in render(written)) is everybody
    assert ("href=" in render(written, own_links=True)) is staff
    assert ">x</a>" in render(written)


def test_deep_nesting_ends() -> None:
    assert render(">" * 2000 + " x").count("<blockquote>") <= 20
    assert len(render("[" * 5000)) < 6000
