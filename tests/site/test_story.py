"""A vendor's story is shown as it was meant; it runs nothing, fetches nothing, hides nothing."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from marketplace.site.story import story_html

VECTORS = (
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT\n>",
    "<<script>script>alert(1)<</script>/script>",
    "</div><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://x.example/beacon.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java\u202escript:alert(1))",
    "[x](\u0000javascript:alert(1))",
    "[x](\u0085javascript:alert(1))",
    "[x](\u2028javascript:alert(1))",
    "[x](&#x6a;avascript:alert(1))",
    "[x](&#0000106avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&Tab;:alert(1))",
    "[x](javascript%3Aalert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:,x)",
    "[x](vbscript:x)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/sign-out/)",
    "[x](?a=1)",
    "[x](#main)",
    "[x]: javascript:alert(1)\n\n[x] [x][x] [X][]",
    "[x]: data:text/html,x 'y'\n\n[x]",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "<https://x.example/\"onmouseover=alert(1)>",
    "<https://x.example/?a=<script>>",
    "<mailto:a@b.example?subject=\"><script>>",
    "[x](https://x.example \"\" onclick=alert(1) \")",
    "[x](https://x.example '\"><script>alert(1)</script>')",
    "[a [b](javascript:1) c](https://x.example)",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<A HREF=\"https://x.example\" onclick=alert(1)>x</A>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=x>",
    "<form action=//evil.example><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<style>@import '//evil.example'</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php system('x') ?>",
    "<p id=main class=btn style=color:red>x</p>",
    "> - > 1. <script>alert(1)</script>",
    "# <script>alert(1)</script>\n===",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;",
    "\\<script>alert(1)\\</script>",
    "\ufeff<script>alert(1)</script>",
    "*<script>*alert(1)*</script>*",
    "|<script>|\n|-|\n|x|",
    "~~<script>~~ www.evil.example javascript:alert(1)",
)  # fmt: skip
TAGS = {
    *("p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5", "h6"),
}


class _Found(HTMLParser):
    def __init__(self, written: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", {}))


@pytest.mark.parametrize("vector", VECTORS)
def test_no_vector_becomes_more_than_words(vector: str) -> None:
    for text in (vector, f"a {vector} b", f"- {vector}", f"> {vector}", f"**{vector}**"):
        for tag, attributes in _Found(story_html(text)).tags:
            assert tag in TAGS
            assert attributes.keys() <= {"href", "title", "rel", "start"}
            if "href" in attributes:
                href = attributes["href"] or ""
                assert href.startswith(("https://", "http://", "mailto:"))
                assert attributes["rel"] == "nofollow ugc noopener"


def test_characters_that_nobody_sees_are_left_out() -> None:
    shown = story_html("pay \u202eevil\u202c \u2066x\u2069\x07\x1b[31m \x00now")
    assert shown == "<p>pay evil x[31m now</p>\n"
    kept = "سلام दुनिया 👩‍💻"
    assert story_html(kept) == f"<p>{kept}</p>\n"


def test_a_story_is_shown_below_the_headings_of_its_page() -> None:
    told = "# Why\r\n\r\nIt *runs*, see [here](https://x.example 'More').\r\n\r\n###### Small"
    assert story_html(told) == (
        '<h3>Why</h3>\n<p>It <em>runs</em>, see <a href="https://x.example" title="More" '
        'rel="nofollow ugc noopener">here</a>.</p>\n<h6>Small</h6>\n'
    )
