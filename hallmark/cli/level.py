"""`hallmark level`: the integration level that a set of bundles reaches, without a server."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from certification.engine.bundle import Bundle, BundleRefused
from certification.engine.guideline import GuidelineInvalid, parse_guideline
from certification.engine.integration import (
    EvidenceClass,
    EvidenceRun,
    IntegrationRules,
    Level,
    LevelEvaluation,
    Profile,
    declared_profile,
    evaluation_document,
    evidence_of,
    is_integration,
    judge_level,
    parse_rules,
    profile_obstacles,
    read_profile,
)
from certification.engine.probe import (
    ProbeRefused,
    measure_release,
    parse_microversions,
    read_probe,
)
from certification.guidelines import GuidelineNotShipped, shipped_bytes, shipped_microversions
from hallmark.cli.help import describe
from hallmark.cli.wording import printable
from hallmark.pack import PackRefused, open_bundle, read_file, refusal

EXIT_REACHED, EXIT_SHORT, EXIT_REFUSED = 0, 1, 2
_CLASSES = {one.word: one for one in EvidenceClass}
_LEVELS = {one.word: one for one in Level if one is not Level.LISTED}


def run(argv: Sequence[str]) -> int:
    """0 if the level asked for (else Connected) is reached, 1 if not, 2 if nothing was judged."""
    wanted = _arguments(argv)
    try:
        evaluation = _evaluated(wanted)
    except (PackRefused, GuidelineNotShipped, GuidelineInvalid, ValueError) as refused:
        print(printable(str(refused)), file=sys.stderr)
        return EXIT_REFUSED
    if wanted.json:
        print(json.dumps(evaluation_document(evaluation)))
    else:
        for line in _said(evaluation):
            print(printable(line))
    return EXIT_REACHED if evaluation.level >= _LEVELS[wanted.level] else EXIT_SHORT


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hallmark level")
    describe(
        parser,
        "Judge bundles of the test kit as the marketplace does: the level that they "
        "reach together, and what is missing. Exit status: 0 the level is reached, 1 it is not, "
        "2 nothing could be judged.",
        "hallmark level osi-run.osi.zip",
        "hallmark level --class challenged --level integrated first.osi.zip second.osi.zip",
    )
    parser.add_argument(
        "bundles", nargs="+", type=Path, metavar="BUNDLE", help="what `hallmark pack` made"
    )
    parser.add_argument(
        "--guideline",
        default="integration.2026.11",
        help="a guideline file, or the id of one that comes along (default: integration.2026.11)",
    )
    parser.add_argument(
        "--level",
        choices=tuple(_LEVELS),
        default="connected",
        help="the level that the exit status is about (default: connected)",
    )
    parser.add_argument(
        "--class",
        dest="evidence_class",
        choices=tuple(_CLASSES),
        default="self-reported",
        help="what is known of the runs; no file tells it (default: self-reported)",
    )
    parser.add_argument("--profile", type=Path, help="profile document; else the newest bundle's")
    parser.add_argument("--version", default="", help="product version; else the newest bundle's")
    parser.add_argument("--json", action="store_true", help="the whole evaluation as JSON")
    return parser.parse_args(argv)


def _evaluated(wanted: argparse.Namespace) -> LevelEvaluation:
    """Raises PackRefused, GuidelineNotShipped, GuidelineInvalid, ValueError."""
    rules = _rules(wanted.guideline)
    evidence_class = _CLASSES[wanted.evidence_class]
    found: list[tuple[Bundle, EvidenceRun]] = []
    for path in wanted.bundles:
        raw = read_file(path)
        try:
            bundle = open_bundle(raw)
        except BundleRefused as refused:
            raise ValueError(f"{path}: {refusal(refused)}") from None
        found.append((bundle, _evidence(bundle, raw, evidence_class)))
    newest, _ = max(found, key=lambda one: one[0].manifest.ended)
    profile = _profile(wanted.profile) if wanted.profile else declared_profile(newest)
    if obstacles := profile_obstacles(rules, profile):
        raise ValueError(obstacles[0].text)
    version = wanted.version or newest.manifest.product_version
    return judge_level(rules, profile, [run for _, run in found], version=version)


def _rules(name: str) -> IntegrationRules:
    path = Path(name)
    raw = read_file(path) if path.is_file() else shipped_bytes(name)
    if not is_integration(parse_guideline(raw)):
        raise ValueError(f"{name} has no levels; `hallmark evaluate` judges by it.")
    return parse_rules(raw)


def _profile(path: Path) -> Profile:
    raw = read_file(path)
    try:
        return read_profile(raw)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _evidence(bundle: Bundle, raw: bytes, evidence_class: EvidenceClass) -> EvidenceRun:
    return evidence_of(
        bundle,
        sha256=hashlib.sha256(raw).hexdigest(),
        evidence_class=evidence_class,
        measured_release=_measured(bundle),
    )


def _measured(bundle: Bundle) -> str:
    """The only release that the bundle's probe leaves possible, else empty."""
    if not bundle.probe:
        return ""
    try:
        probe = read_probe(bundle.probe)
    except ProbeRefused:
        return ""
    possible = measure_release(probe.maxima, parse_microversions(shipped_microversions()))
    answers = probe.nonce == bundle.manifest.nonce
    return possible.newest if answers and possible.is_measured else ""


def _said(evaluation: LevelEvaluation) -> Iterator[str]:
    # No level is reached by evidence of some class where none is reached.
    shown = "" if evaluation.level is Level.LISTED else f", {evaluation.evidence_class.word}"
    yield f"level         {evaluation.level.word}{shown}"
    yield f"stack figure  {evaluation.figure.shown} (exactly {evaluation.figure.exact})"
    for one in evaluation.concerns:
        words = one.mode.value.replace("-", " ")
        yield f"  {one.title:<34} {words:<16} {one.passed} of {one.applicable}"
    for level, missing in sorted(evaluation.missing.items()):
        if missing:
            yield f"missing for {level.word}: {len(missing)}"
            yield from (f"  {one.capability or one.kind}: {one.text}" for one in missing)
