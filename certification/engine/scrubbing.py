"""Take secrets out of the few words that are kept of an attachment (trust.md S4).

It errs on the side of taking out too much: a skip's reason stays readable without its values.
"""

from __future__ import annotations

import re

MASK = "[removed]"
KEPT_CHARS = 300

_GUARDED_WORD = (
    r"(?:pass(?:wd|word|phrase|code)?|pwd|secret|token|credentials?|cookie|session[_-]?id"
    r"|signature|key|sig|nonce|otp|pin)"
)
_VALUE = r"""(?:[bru]?\\*"(?:[^"\\]|\\.)*\\*"?|[bru]?\\*'(?:[^'\\]|\\.)*\\*'?|[^\s,;&<>]+)"""

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), replacement)
    for pattern, replacement in (
        # PEM blocks, also when the end was cut off.
        (r"-----BEGIN [^-\n]{1,60}-----.*?(?:-----END [^-\n]{1,60}-----|\Z)", MASK),
        # scheme://user:password@host, whatever the password holds.
        (r"([a-z][a-z0-9+.-]{0,20}://)[^\s\"'<>]{1,200}@", rf"\1{MASK}@"),
        # Whole header lines whose value is nothing but a credential.
        (
            r"\b((?:proxy-)?authorization|(?:set-)?cookie)(\\*[\"']?\s*[:=]\s*)[^\n]+",
            rf"\1\2{MASK}",
        ),
        # password=x, "adminPass": "x", --os-password x, X-Auth-Token: x, 'secret', 'x'
        (
            rf"({_GUARDED_WORD}[\"'\\]*(?:\s*[:=]>?\s*|\s+(?:is|was)\s+(?=\S*\d))){_VALUE}",
            rf"\1{MASK}",
        ),
        (rf"((?<![\w-])--?[\w-]{{0,40}}{_GUARDED_WORD}\s+){_VALUE}", rf"\1{MASK}"),
        (rf"({_GUARDED_WORD}\\*[\"']\s*,\s*){_VALUE}", rf"\1{MASK}"),
        (rf"({_GUARDED_WORD}\s+)(?:\"[^\"]*\"|'[^']*')", rf"\1{MASK}"),
        (rf"({_GUARDED_WORD}[^<>]{{0,80}}>)[^<]+", rf"\1{MASK}"),
        (r"\b(bearer|negotiate|digest)\s+[\w+/=.~-]{6,}", rf"\1 {MASK}"),
        (r"\b(basic)\s+(?=\S*[\d=])[\w+/=-]{6,}", rf"\1 {MASK}"),
        # Tokens that can be told by their shape: fernet, JWT, cloud and forge keys, crypt hashes.
        (r"\bgAAAA[\w-]{6,}={0,2}", MASK),
        (r"\beyJ[\w-]{4,}\.[\w-]+(?:\.[\w-]*)?", MASK),
        (r"\b(?:AKIA|ASIA)[0-9A-Z]{12,}", MASK),
        (r"\b(?:gh[a-z]|github_pat|glpat|xox[a-z]|sk|pk|rk)[_-][\w-]{16,}", MASK),
        (r"\$(?:1|2[abxy]?|5|6|y|argon2\w*)\$[\w./$+=,-]{8,}", MASK),
        # Long runs of hexadecimal digits or of mixed base64.
        (r"(?<![0-9a-z])[0-9a-f]{32,}(?![0-9a-z])", MASK),
    )
)
_BASE64 = re.compile(
    r"(?<![\w+/-])(?=[\w+/-]*[0-9])(?=[\w+/-]*[A-Z])(?=[\w+/-]*[a-z])[\w+/-]{32,}={0,2}", re.ASCII
)
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def scrub(text: str) -> str:
    """The text with what looks like a secret replaced by `[removed]`."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return _BASE64.sub(MASK, text)


def kept_reason(raw: bytes, *, cut: bool) -> str:
    """A skip's reason as it is kept: scrubbed, on one line, at most `KEPT_CHARS` characters.

    `cut` says that `raw` is only the beginning: its last word, which may be half a secret that no
    longer looks like one, is dropped.
    """
    text = raw.decode("utf-8", "replace")
    if cut:
        text = text.rsplit(None, 1)[0] if len(text.split(None, 1)) > 1 else ""
    return _BLANKS.sub(" ", scrub(text)).strip()[:KEPT_CHARS]
