"""Small evidence that would cost much memory or time is refused, or read up to a limit."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable

import pytest

from certification.engine.formats import Limits, parse_report
from certification.engine.report import EvidenceUnreadable, Report
from tests.engine.formats.building import packet, ran, v2

_TWICE = '{"cpid":"","duration_seconds":1,"results":%s,"results":[{"name":"a.T.x"}]}'


def refusal(raw: bytes) -> EvidenceUnreadable:
    with pytest.raises(EvidenceUnreadable) as refused:
        parse_report(raw)
    return refused.value


def damage_of(report: Report) -> str:
    return report.damage.reason if report.damage else ""


@pytest.mark.parametrize("odd", ["[%s]" % ("1" * 5_000), "[1e999]", "[NaN]", '"x"', "[[],{}]"])
def test_results_given_twice_are_refused_whatever_the_first_are(odd: str) -> None:
    refused = refusal((_TWICE % odd).encode())
    assert refused.code in ("json-schema", "json-malformed")


def test_results_nested_to_any_depth_and_given_twice_are_refused() -> None:
    """At some depth, of which the caller's stack decides, one reader gives up and not the other."""
    codes = {
        refusal((_TWICE % ("[" * depth + "]" * depth)).encode()).code for depth in range(820, 1_000)
    }
    assert codes == {"json-schema", "json-malformed"}


def test_much_text_beside_the_results_is_refused() -> None:
    refused = refusal((_TWICE % f"[{'[],' * 30_000}[]]").encode())
    assert refused.code == "json-schema"
    assert "more than 65536 bytes beside its results" in str(refused)
    spaced = (_TWICE.replace(',"results":%s', "") + " " * 9_000).encode()
    assert parse_report(spaced).damage is None


def test_ids_may_be_long_and_all_of_them_together_are_bounded() -> None:
    long = v2({"test_id": f"a.T.test_x[{'x' * 100_000}]", "test_status": "success"})
    assert [entry.name for entry in parse_report(long).entries] == ["a.T.test_x"]
    report = parse_report(ran("a.T.test_x") + long, Limits(ids_bytes=50_000))
    assert [entry.name for entry in report.entries] == ["a.T.test_x"]
    assert damage_of(report) == "more than 50000 bytes of test ids"


@pytest.mark.parametrize(
    "tagged",
    [
        packet(0x2883, b"\x01a" + bytes((20,)) + bytes(20)) * 3,
        (b"tags: " + b"a " * 20 + b"\n") * 3,
    ],
    ids=["v2", "v1"],
)
def test_tags_are_counted_each_time_they_are_given(tagged: bytes) -> None:
    first = b"test: a.T.x\nsuccess: a.T.x\n" if tagged.startswith(b"tags") else ran("a.T.x")
    assert parse_report(first + tagged, Limits(events=61)).damage is None
    report = parse_report(first + tagged, Limits(events=59))
    assert damage_of(report) == "more than 59 tags"


@pytest.mark.parametrize(
    "element",
    [f"<{'b' * 1_100}/>", f"<a {'b' * 1_100}=''/>", f"<a xmlns='{'u' * 1_100}'/>"],
    ids=["element", "attribute", "namespace"],
)
def test_names_in_xml_have_a_bound_because_the_parser_keeps_them(element: str) -> None:
    report = parse_report(f"<testsuite><testcase name='x'/>{element}</testsuite>".encode())
    assert damage_of(report).startswith("a name of an element or attribute of more than 1024")


def archive(paths: Iterable[str]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in paths:
            tar.addfile(tarfile.TarInfo(path))
    return target.getvalue()


def test_of_a_crowd_of_folders_only_a_few_are_named() -> None:
    refused = refusal(archive(f"folder{number}/1" for number in range(50)))
    assert refused.code == "stestr-several"
    assert str(refused).count("folder") == 3 + 1
