"""Guidelines are imported as drafts: each once, all or none, every refusal with its place."""

from __future__ import annotations

import hashlib
import json
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from certification.models import Guideline, KnownTest
from certification.operations.guidelines import Document, ImportRefused, import_guidelines
from marketplace.catalogue import audit
from marketplace.catalogue.models import AuditEvent
from tests.factories import PUBLISHED, document, draft, imported, verbs

pytestmark = pytest.mark.django_db

BROKEN = b'{\n  "metadata": {\n    "id": "2031.06" // a comment\n  }\n}\n'
published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published guidelines are away")


def command(*arguments: str) -> tuple[str, str]:
    """What `import_guidelines` writes to its two streams."""
    out, err = StringIO(), StringIO()
    call_command("import_guidelines", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def changed(**changes: Any) -> bytes:
    body = json.loads(document("2031.06", "a"))
    for path, value in changes.items():
        place = body
        *outer, last = path.split("__")
        for key in outer:
            place = place[key]
        place[last] = value
    return json.dumps(body).encode()


def test_a_document_becomes_a_draft_under_its_digest() -> None:
    raw = document("2031.06", "a", "b")
    one = imported(raw)
    guideline = Guideline.objects.get()
    assert one.created
    assert one.guideline == guideline
    assert guideline.digest == hashlib.sha256(raw).hexdigest()
    assert bytes(guideline.document) == raw
    assert (guideline.document_id, guideline.version, guideline.add_on) == (
        "2031.06",
        "2031.06",
        "",
    )
    assert (guideline.state, guideline.announced) == (Guideline.State.DRAFT, False)
    assert (guideline.schema, guideline.document_status, guideline.source) == (
        "2.0",
        "draft",
        "tests",
    )
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.facts) == (
        "guideline.imported",
        "system",
        {"digest": guideline.digest},
    )


def test_its_tests_enter_the_dictionary_once() -> None:
    draft("2031.06", "a", "b")
    before = list(KnownTest.objects.order_by("bit").values())
    assert ("demo.Tests.a", "a") in [(row["name"], row["idempotent_id"]) for row in before]
    draft("2031.11", "b", "c")
    after = list(KnownTest.objects.order_by("bit").values())
    assert after[: len(before)] == before
    assert [row["bit"] for row in after] == list(range(len(after)))


def test_importing_it_again_changes_nothing() -> None:
    first = imported(document("2031.06", "a"))
    again = imported(document("2031.06", "a"), name="another.json")
    assert not again.created
    assert again.guideline == first.guideline
    assert verbs(first.guideline) == ["guideline.imported"]


def test_the_same_document_twice_in_one_import_is_one_guideline() -> None:
    raw = document("2031.06", "a")
    found, _ = import_guidelines(
        documents=[Document("a", raw), Document("b", raw)], actor=audit.SYSTEM
    )
    assert [one.created for one in found] == [True, False]
    assert Guideline.objects.count() == 1


def test_another_text_of_the_same_id_is_another_guideline() -> None:
    assert draft("2031.06", "a") != draft("2031.06", "b")


def test_an_add_on_is_told_from_a_platform() -> None:
    raw = json.loads(document("dns.2031.06", "a"))
    raw["add-ons"] = raw.pop("platforms")
    guideline = imported(json.dumps(raw).encode()).guideline
    assert (guideline.add_on, guideline.version) == ("dns", "2031.06")


def test_one_bad_document_keeps_all_out() -> None:
    good, bad = Document("good.json", document("2031.06", "a")), Document("bad.json", BROKEN)
    with pytest.raises(ImportRefused, match="1 of the documents cannot be imported") as refused:
        import_guidelines(documents=[good, bad], actor=audit.SYSTEM)
    [refusal] = refused.value.refusals
    assert (refusal.document, refusal.fault.code) == (bad, "guideline-json")
    assert refusal.fault.place == "line 3, column 21"
    assert not Guideline.objects.exists()
    assert not KnownTest.objects.exists()
    assert not AuditEvent.objects.exists()


def test_the_good_ones_alone_when_asked_for() -> None:
    good, bad = Document("good.json", document("2031.06", "a")), Document("bad.json", BROKEN)
    found, refusals = import_guidelines(
        documents=[bad, good], actor=audit.SYSTEM, skip_invalid=True
    )
    assert [one.document for one in found] == [good]
    assert [refusal.document for refusal in refusals] == [bad]
    assert Guideline.objects.get().document_id == "2031.06"


@pytest.mark.parametrize(
    "raw",
    [
        changed(metadata__id="9" * 64),
        changed(metadata__os_trademark_approval__status="s" * 41),
        changed(platforms={"Demo Powered " + "x" * 41: {"components": [{"name": "demo_compute"}]}}),
        changed(**{"capabilities__demo-ability__tests": {"a.B." + "x" * 600: {}}}),
        changed(**{"capabilities__demo-ability__tests": {"a." + "B" * 505 + ".t": {}}}),
    ],
    ids=["id", "status", "target", "test", "class"],
)
def test_what_no_row_can_hold_is_refused_with_its_place(raw: bytes) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_guidelines(documents=[Document("long.json", raw)], actor=audit.SYSTEM)
    assert refused.value.refusals[0].fault.code == "guideline-text"
    assert refused.value.refusals[0].fault.place
    assert not Guideline.objects.exists()


@pytest.mark.parametrize("column", ["digest", "document", "document_id"])
def test_a_document_is_never_changed(column: str) -> None:
    guideline = draft("2031.06", "a")
    value = {"digest": "0" * 64, "document": b"{}", "document_id": "other"}[column]
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Guideline.objects.filter(pk=guideline.pk).update(**{column: value})


def test_the_dictionary_is_never_changed() -> None:
    draft("2031.06", "a")
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        KnownTest.objects.update(name="other")
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        KnownTest.objects.filter(bit=0).delete()


def test_a_file_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "2031.06.json"
    file.write_bytes(document("2031.06", "a"))
    out, _ = command(str(file))
    assert f"{file}: 2031.06, imported as draft, sha256 " in out
    assert "1 imported as drafts, 0 known already, 0 refused." in out
    assert Guideline.objects.get().source == "2031.06.json"
    out, _ = command(str(file), "--lint")
    assert "0 imported as drafts, 1 known already, 0 refused." in out


def folder_of(place: Path, **documents: bytes) -> Path:
    for name, raw in documents.items():
        file = place.joinpath(*name.split("__")).with_suffix(".json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    return place


def test_a_folder_and_its_add_ons_are_imported(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path / "interop",
        first=document("2031.06", "a"),
        guidelines__second=document("2031.11", "a"),
        **{"add-ons__third": document("dns.2031.06", "a"), "other__fourth": b"not looked at"},
    )
    out, _ = command(str(folder))
    assert "3 imported as drafts" in out
    assert set(Guideline.objects.values_list("source", flat=True)) == {
        "interop/first.json",
        "interop/second.json",
        "interop/third.json",
    }


def checkout(place: Path) -> str:
    folder_of(place, guidelines__first=document("2031.06", "a"))
    git = ["git", "-C", str(place), "-c", "user.name=t", "-c", "user.email=t@t.example"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Begin"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return head.stdout.strip()


@pytest.mark.slow
def test_a_git_checkout_gives_its_commit_as_the_source(tmp_path: Path) -> None:
    commit = checkout(tmp_path / "interop")
    command(str(tmp_path / "interop"))
    assert Guideline.objects.get().source == f"interop @{commit[:12]}/first.json"


@pytest.mark.slow
def test_without_git_a_checkout_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout(tmp_path / "interop")
    monkeypatch.setenv("PATH", str(tmp_path))
    command(str(tmp_path / "interop"))
    assert Guideline.objects.get().source == "interop/first.json"


def test_a_bad_file_is_named_with_line_and_column(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a_good=document("2031.06", "a"), bad=BROKEN)
    with pytest.raises(CommandError) as refused:
        command(str(folder))
    assert f"{folder}/bad.json, line 3, column 21: " in str(refused.value)
    assert "(guideline-json)" in str(refused.value)
    assert "Nothing changed." in str(refused.value)
    assert not Guideline.objects.exists()

    out, err = command(str(folder), "--skip-invalid")
    assert "1 imported as drafts, 0 known already, 1 refused." in out
    assert f"{folder}/bad.json, line 3, column 21: " in err


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"there is no such file or folder\. Nothing changed\."):
        command(str(tmp_path / "nowhere.json"))
    with pytest.raises(CommandError, match=r"No \*\.json file was found there\. Nothing changed\."):
        command(str(tmp_path))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(9 * 1024**2)
    with pytest.raises(CommandError, match="larger than 8 MiB"):
        command(str(huge))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://interop.example/next.json", "scheme-refused"),
        ("https://localhost/next.json", "address-refused"),
        ("https://127.0.0.1/next.json", "address-refused"),
        ("https://169.254.169.254/latest/meta-data/", "address-refused"),
        ("https://8.8.8.8:8443/next.json", "port-refused"),
    ],
)
def test_an_address_inside_is_refused(url: str, code: str) -> None:
    with pytest.raises(CommandError, match=code) as refused:
        command(url)
    assert "Nothing changed." in str(refused.value)
    assert not Guideline.objects.exists()


@published
@pytest.mark.slow
def test_all_published_guidelines_are_imported() -> None:
    out, _ = command(str(PUBLISHED))
    assert "26 imported as drafts, 0 known already, 0 refused." in out
    assert Guideline.objects.filter(state=Guideline.State.DRAFT).count() == 26
    assert Guideline.objects.filter(add_on="").count() == 14
    assert Guideline.objects.filter(add_on="dns").count() == 6
    assert Guideline.objects.filter(add_on="orchestration").count() == 6
    length = KnownTest.objects.count()
    out, _ = command(str(PUBLISHED))
    assert "0 imported as drafts, 26 known already, 0 refused." in out
    assert KnownTest.objects.count() == length


@published
def test_the_published_bad_file_is_named_with_line_and_column() -> None:
    bad = PUBLISHED / "invalid" / "havanasections.json"
    with pytest.raises(CommandError, match=r"havanasections\.json, line 52, column 10: "):
        command(str(bad))
    assert not Guideline.objects.exists()


def test_nothing_is_kept_where_the_last_row_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalogue_auditevent ADD CONSTRAINT refuse CHECK (false)")
    with pytest.raises(Error, match="refuse"):
        imported(document("2031.06", "a"))
    assert not Guideline.objects.exists()
    assert not KnownTest.objects.exists()
