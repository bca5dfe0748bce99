"""What a vendor, a file or a form says of a product, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marketplace.catalogue.facts.asked import facts_asked
from marketplace.catalogue.facts.kinds import Fact, FactValue, Kind
from marketplace.catalogue.refusals import CatalogueRefused

Facts = dict[str, FactValue]
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s/]+(/\S*)?")
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
#: Control characters, those that turn the direction of writing, and halves of characters.
_CONTROL = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
#: So much of a wrong value is repeated.
_SHOWN = 60
_LONG = 10**_SHOWN


class FactsRefused(CatalogueRefused):
    """`key` names the fact, `value` the part of it that is wrong, shortened. Codes: `facts-shape`,
    `fact-not-asked`, `fact-shape`, `fact-choice`, `fact-text`, `fact-address`, `fact-number`,
    `fact-too-long`, `fact-too-many`."""

    def __init__(self, code: str, key: str, value: object, message: str) -> None:
        super().__init__(code, message)
        self.key = key
        # A number of thousands of digits cannot be written out.
        is_short = not isinstance(value, int) or abs(value) < _LONG
        self.value = str(value)[:_SHOWN] if is_short else "a very long number"


def read_facts(category: str, raw: object) -> Facts:
    """By key, in the order of the vocabulary; what is empty is left out. Raises FactsRefused for
    the first fault."""
    facts, faults = read_each_fact(category, raw)
    if faults:
        raise faults[0]
    return facts


def read_each_fact(category: str, raw: object) -> tuple[Facts, list[FactsRefused]]:
    """The same with all faults at once: who mends a row wants them all."""
    if not isinstance(raw, Mapping):
        return {}, [FactsRefused("facts-shape", "", raw, "Give the facts as an object, by key.")]
    asked = facts_asked(category)
    faults = _not_asked(category, raw)
    facts: Facts = {}
    for fact in asked:
        try:
            value = read_fact(fact, raw.get(fact.key))
        except FactsRefused as refused:
            faults.append(refused)
        else:
            if value is not None:
                facts[fact.key] = value
    return facts, faults


def _not_asked(category: str, raw: Mapping[Any, Any]) -> list[FactsRefused]:
    keys = [fact.key for fact in facts_asked(category)]
    text = f"{category or 'This category'} asks for {', '.join(keys) or 'no facts'}."
    unknown = [str(key) for key in raw if key not in keys]
    return [FactsRefused("fact-not-asked", key[:_SHOWN], key, text) for key in unknown]


def read_fact(fact: Fact, raw: object) -> FactValue | None:
    """A choice is named by its code or by its words, in any case. Lists hold each entry once:
    choices in the order of their vocabulary, texts as they were given. Raises FactsRefused."""
    if raw is None or raw in ("", [], ()):
        return None
    if fact.kind is Kind.NUMBER:
        return _number(fact, raw)
    if not fact.is_list:
        text = _text(fact, raw)
        return (_code(fact, text) if fact.kind is Kind.ONE else _address(fact, text)) or None
    if not isinstance(raw, list | tuple):
        raise FactsRefused("fact-shape", fact.key, raw, f"{fact.label}: give a list.")
    return _list(fact, raw) or None


def split_texts(fact: Fact, text: str) -> object:
    """Text of a cell, for `read_fact`: entries of a list are separated by `;` or stand in lines."""
    if not fact.is_list:
        return text.strip()
    return [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]


def _list(fact: Fact, raw: list[object] | tuple[object, ...]) -> list[str]:
    entries = [entry for entry in (_text(fact, one) for one in raw) if entry]
    if len(entries) > fact.most:
        text = f"{fact.label}: give {fact.most} at most."
        raise FactsRefused("fact-too-many", fact.key, len(entries), text)
    if fact.kind is Kind.TEXTS:
        first: dict[str, str] = {}
        for entry in entries:
            first.setdefault(entry.casefold(), entry)
        return list(first.values())
    chosen = {_code(fact, entry) for entry in entries}
    return [code for code in fact.choices if code in chosen]


def _text(fact: Fact, raw: object) -> str:
    if not isinstance(raw, str):
        raise FactsRefused("fact-shape", fact.key, raw, f"{fact.label}: give a text.")
    text = " ".join(raw.split())
    if _CONTROL.search(text):
        words = f"{fact.label}: take the control character out."
        raise FactsRefused("fact-text", fact.key, text, words)
    if len(text) > fact.longest:
        words = f"{fact.label}: {fact.longest} characters at most."
        raise FactsRefused("fact-too-long", fact.key, text, words)
    return text


def _code(fact: Fact, text: str) -> str:
    if not text or text in fact.choices:
        return text
    named = {words.casefold(): code for code, words in fact.choices.items()}
    named |= {code.casefold(): code for code in fact.choices}
    code = named.get(text.casefold())
    if code is None:
        few = ", ".join(list(fact.choices)[:8])
        more = " ..." if len(fact.choices) > 8 else ""
        words = f"{fact.label}: there is no {text[:_SHOWN]!r}. Choose among {few}{more}."
        raise FactsRefused("fact-choice", fact.key, text, words)
    return code


def _address(fact: Fact, text: str) -> str:
    if text and not _ADDRESS.fullmatch(text):
        words = f"{fact.label}: give an address that begins with https://."
        raise FactsRefused("fact-address", fact.key, text, words)
    return text


def _number(fact: Fact, raw: object) -> int:
    """A whole one, or its digits."""
    given = int(raw) if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()) else raw
    # To Python, True is a number.
    if type(given) is int and fact.least <= given <= fact.highest:
        return given
    words = f"{fact.label}: give a number from {fact.least} to {fact.highest}."
    raise FactsRefused("fact-number", fact.key, raw, words)
