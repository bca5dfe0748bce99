"""What each category asks of a vendor: the vocabulary, and how answers are read."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from marketplace.catalogue.facts import (
    ASKED,
    FACT_KEYS,
    Fact,
    FactsRefused,
    Kind,
    facts_asked,
    facts_by_key,
    read_each_fact,
    read_fact,
    read_facts,
    split_texts,
)
from marketplace.catalogue.models import Category


def answer(fact: Fact) -> Any:
    """Everything that may be said of it."""
    return {
        Kind.ONE: lambda: next(iter(fact.choices)),
        Kind.SEVERAL: lambda: list(fact.choices),
        Kind.TEXTS: lambda: [f"Text {number}" for number in range(fact.most)],
        Kind.ADDRESS: lambda: "https://kelp.example/a?b=c",
        Kind.NUMBER: lambda: fact.highest,
    }[fact.kind]()


@pytest.mark.parametrize("category", Category.values)
def test_everything_that_is_asked_can_be_said(category: str) -> None:
    asked = facts_asked(category)
    keys = [fact.key for fact in asked]
    assert 9 <= len(keys) == len(set(keys))
    raw = {fact.key: answer(fact) for fact in reversed(asked)}
    said = read_facts(category, raw)
    assert said == raw
    assert list(said) == keys
    assert read_facts(category, json.loads(json.dumps(said))) == said


def test_what_the_old_marketplace_told_is_asked() -> None:
    clouds = {"hypervisors", "guests", "pricing", "support_channels"}
    for category, keys in {
        "public-cloud": clouds | {"data_centre_countries", "data_centres"},
        "hosted-private-cloud": clouds | {"data_centre_countries", "data_centres"},
        "managed-private-cloud": clouds | {"countries_served"},
        "distribution": clouds | {"services"},
        "appliance": clouds | {"services"},
        "driver": {"projects", "in_releases", "ci", "ci_status", "source"},
        "training": {"formats", "languages", "places"},
        "consulting": {"topics", "languages", "countries_served"},
        "backup": {"licence", "pricing", "support_channels", "installed_as"},
    }.items():
        assert keys <= {fact.key for fact in facts_asked(category)}, category
    assert facts_asked("cloudy") == ()


def test_codes_last_and_words_are_clear() -> None:
    assert set(FACT_KEYS) == set(facts_by_key())
    for facts in ASKED.values():
        for fact in facts:
            assert re.fullmatch(r"[a-z]+(_[a-z]+)*", fact.key)
            assert bool(fact.choices) is (fact.kind in (Kind.ONE, Kind.SEVERAL)), fact.key
            assert (fact.kind is Kind.NUMBER) is bool(fact.unit), fact.key
            assert fact.is_list is facts_by_key()[fact.key].is_list
            assert all(re.fullmatch(r"[a-z0-9][a-z0-9.-]*", code) for code in fact.choices)
            words = [word.casefold() for word in fact.choices.values()]
            assert len(words) == len(set(words)), fact.key
            for code, word in fact.choices.items():
                assert read_fact(fact, [word.upper()] if fact.is_list else word) in ([code], code)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({}, {}),
        ({"hypervisors": [], "price_list": "", "availability_zones": None}, {}),
        ({"hypervisors": ["", " "], "price_list": "  "}, {}),
        ({"hypervisors": ["xen", "KVM", "kvm"]}, {"hypervisors": ["kvm", "xen"]}),
        ({"hypervisors": ("bare metal",)}, {"hypervisors": ["bare-metal"]}),
        ({"data_centre_countries": ["Norway", "DK"]}, {"data_centre_countries": ["dk", "no"]}),
        (
            {"data_centres": [" Oslo  2", "Bergen", "oslo 2", ""]},
            {"data_centres": ["Oslo 2", "Bergen"]},
        ),
        ({"availability_zones": " 3 "}, {"availability_zones": 3}),
        ({"price_list": " https://kelp.example "}, {"price_list": "https://kelp.example"}),
        ({"support_hours": "Day and night, all week"}, {"support_hours": "all-hours"}),
    ],
)
def test_answers_are_tidied(raw: dict[str, Any], said: dict[str, Any]) -> None:
    found = read_facts("public-cloud", raw)
    assert found == said
    assert read_facts("public-cloud", found) == found


REFUSED = [
    (None, "facts-shape", ""),
    (["kvm"], "facts-shape", ""),
    ({"formats": ["classroom"]}, "fact-not-asked", "formats"),
    ({"Hypervisors": ["kvm"]}, "fact-not-asked", "Hypervisors"),
    ({"x" * 5000: 1}, "fact-not-asked", "x" * 60),
    ({"hypervisors": "kvm"}, "fact-shape", "hypervisors"),
    ({"hypervisors": {"kvm": True}}, "fact-shape", "hypervisors"),
    ({"hypervisors": [1]}, "fact-shape", "hypervisors"),
    ({"hypervisors": ["kvm", "cvm"]}, "fact-choice", "hypervisors"),
    ({"hypervisors": ["kvm"] * 11}, "fact-too-many", "hypervisors"),
    ({"support_hours": ["all-hours"]}, "fact-shape", "support_hours"),
    ({"support_hours": "often"}, "fact-choice", "support_hours"),
    ({"data_centres": ["x" * 81]}, "fact-too-long", "data_centres"),
    ({"data_centres": [f"{n}" for n in range(61)]}, "fact-too-many", "data_centres"),
    ({"data_centres": ["a\x00b"]}, "fact-text", "data_centres"),
    ({"data_centres": ["a\u202eb"]}, "fact-text", "data_centres"),
    ({"data_centres": ["\ud800"]}, "fact-text", "data_centres"),
    ({"data_centres": [["a"]]}, "fact-shape", "data_centres"),
    ({"price_list": "javascript:alert(1)"}, "fact-address", "price_list"),
    ({"price_list": "//kelp.example"}, "fact-address", "price_list"),
    ({"price_list": "https://kelp.example/" + "a" * 300}, "fact-too-long", "price_list"),
    ({"price_list": 7}, "fact-shape", "price_list"),
    ({"availability_zones": 0}, "fact-number", "availability_zones"),
    ({"availability_zones": 501}, "fact-number", "availability_zones"),
    ({"availability_zones": -1}, "fact-number", "availability_zones"),
    ({"availability_zones": True}, "fact-number", "availability_zones"),
    ({"availability_zones": 2.0}, "fact-number", "availability_zones"),
    ({"availability_zones": "two"}, "fact-number", "availability_zones"),
    ({"availability_zones": "٣"}, "fact-number", "availability_zones"),
    ({"availability_zones": "9" * 5000}, "fact-number", "availability_zones"),
    ({"availability_zones": 10**5000}, "fact-number", "availability_zones"),
]


@pytest.mark.parametrize(("raw", "code", "key"), REFUSED)
def test_what_is_wrong_is_named(raw: Any, code: str, key: str) -> None:
    with pytest.raises(FactsRefused) as refused:
        read_facts("public-cloud", raw)
    assert (refused.value.code, refused.value.key) == (code, key)
    assert len(refused.value.value) <= 60
    assert 10 < len(str(refused.value)) < 400


def test_every_fault_is_told_at_once_and_the_rest_is_read() -> None:
    facts, faults = read_each_fact(
        "training", {"places": ["Porto"], "days": 0, "zz": 1, "formats": ["x"]}
    )
    assert facts == {"places": ["Porto"]}
    assert {fault.key for fault in faults} == {"zz", "formats", "days"}
    assert "there is no 'x'. Choose among classroom, " in str(faults[1])


def test_a_category_that_there_is_not_asks_for_nothing() -> None:
    with pytest.raises(FactsRefused, match="cloudy asks for no facts"):
        read_facts("cloudy", {"hypervisors": ["kvm"]})


def test_the_text_of_a_cell_is_split_where_several_may_be_said() -> None:
    by_key = {fact.key: fact for fact in facts_asked("public-cloud")}
    assert split_texts(by_key["data_centres"], " Oslo 2; ;Bergen\n Narvik,east") == [
        "Oslo 2",
        "Bergen",
        "Narvik,east",
    ]
    assert split_texts(by_key["price_list"], " https://a.example/;b ") == "https://a.example/;b"
