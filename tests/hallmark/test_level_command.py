"""`hallmark level`: anybody computes an integration level again, without a server."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certification.engine.canonical import canonical_bytes
from certification.engine.footprint import parse_table
from certification.engine.integration import Level, Need, NotApplicable, Profile, parse_rules
from certification.guidelines import shipped_bytes, shipped_operation_table
from hallmark.cli import main
from marketplace.site.demo.kit import KitScript, simulated_bundle
from marketplace.site.demo.kit.bundle import sealed

RULES = parse_rules(shipped_bytes("integration.2026.11"))
TABLE = parse_table(shipped_operation_table())


def bundle(
    place: Path, level: Level, nonce: str, version: str = "5.2", floating: bool = True
) -> str:
    required = (
        name for name, rule in RULES.capabilities.items() if rule.needs[level] is Need.REQUIRED
    )
    script = KitScript(
        product="Marram",
        version=version,
        profile="container-platform",
        primary="compute",
        cloud="Ostermoor",
        cloud_release="gazpacho",
        passed=frozenset(required),
        floating=floating,
    )
    began = datetime(2026, 11, int(nonce[0]), tzinfo=UTC)
    files, _ = simulated_bundle(
        script, rules=RULES, table=TABLE, nonce=nonce[0] * 32, began_at=began
    )
    path = place / f"{nonce}.osi.zip"
    path.write_bytes(sealed(files))
    return str(path)


def the_set(place: Path) -> list[str]:
    return [
        bundle(place, Level.INTEGRATED, "1", version="5.1"),
        bundle(place, Level.INTEGRATED, "2"),
        bundle(place, Level.INTEGRATED, "3", floating=False),
    ]


def test_one_bundle_is_judged_by_what_it_says_of_the_product(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["level", bundle(tmp_path, Level.CONNECTED, "1")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("level         connected, self-reported\nstack figure  6 ")
    assert "missing for integrated:" in said


def test_a_set_reaches_what_its_class_allows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = the_set(tmp_path)
    assert main(["level", "--level", "integrated", *paths]) == 1
    assert main(["level", "--level", "integrated", "--class", "challenged", *paths]) == 0
    assert "level         integrated, challenged" in capsys.readouterr().out


def test_the_order_of_the_files_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = the_set(tmp_path)
    documents = []
    for order in (paths, paths[::-1]):
        main(["level", "--json", "--class", "challenged", *order])
        documents.append(capsys.readouterr().out)
    assert documents[0] == documents[1]
    assert json.loads(documents[0])["figure"]["shown"] == 42


def test_a_profile_file_replaces_what_the_bundle_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The figure of the guideline for a container platform without images of its own."""
    profile = Profile(
        "container-platform", "compute", (NotApplicable("image", "None of its own."),)
    )
    path = tmp_path / "profile.json"
    path.write_bytes(canonical_bytes(profile.to_document()))
    main(["level", "--json", "--profile", str(path), *the_set(tmp_path)])
    judged = json.loads(capsys.readouterr().out)
    assert judged["profile_digest"] == profile.digest


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        (["--guideline", "integration.1999.01"], "integration.1999.01"),
        (["--guideline", "2026.11"], "2026.11 has no levels"),
        (["--profile", "FILE"], "broken.json: This is no profile document"),
        (["--profile", "nowhere.json"], "cannot be read"),
    ],
)
def test_what_cannot_be_judged_says_why(
    argument: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{}")
    words = [str(broken) if word == "FILE" else word for word in argument]
    assert main(["level", *words, bundle(tmp_path, Level.CONNECTED, "1")]) == 2
    assert said in capsys.readouterr().err


def test_a_broken_bundle_is_refused_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = bundle(tmp_path, Level.CONNECTED, "1")
    cut = tmp_path / "cut.osi.zip"
    cut.write_bytes(Path(whole).read_bytes()[:900])
    assert main(["level", whole, str(cut)]) == 2
    assert "[bundle-" in capsys.readouterr().err
