"""Vendors, products and releases in bulk: row-wise faults, all or none, twice is once."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplace.catalogue.bulk import importing
from marketplace.catalogue.bulk.reading import FileUnreadable, read_csv, read_driverlog, read_json
from marketplace.catalogue.bulk.rows import read_row
from marketplace.catalogue.bulk.shapes import RawRow
from marketplace.catalogue.models import AuditEvent, Product, ProductRelease, Vendor

HEADER = "vendor,product,category,sentence,open_source,version,released_on,openstack_releases"
GOOD = (
    "Kelp,Kelp Cloud,distribution,A cloud.,yes,4.2,2026-05-01,gazpacho epoxy",
    "Kelp,Kelp Cloud,distribution,A cloud.,yes,4.3,2026-09-01,gazpacho",
    'Reed,"Reed, small",backup,"Keeps ""all"".",no,,,',
    "Moss,,,,,,,",
)
PUBLISHED = (
    Path(__file__).parents[3] / "shared" / "data" / "catalogue" / "driverlog-default_data.json"
)


def csv_file(folder: Path, *rows: str, header: str = HEADER) -> Path:
    file = folder / "list.csv"
    file.write_text("\r\n".join([header, *rows, ""]), encoding="utf-8-sig")
    return file


def said(*arguments: Any) -> str:
    out, err = StringIO(), StringIO()
    call_command("import_catalogue", *arguments, stdout=out, stderr=err)
    return err.getvalue() + out.getvalue()


def counts() -> tuple[int, int, int]:
    return Vendor.objects.count(), Product.objects.count(), ProductRelease.objects.count()


@pytest.mark.django_db
def test_a_list_is_imported_and_twice_is_once(tmp_path: Path) -> None:
    file = csv_file(tmp_path, *GOOD)
    assert said(file) == (
        "3 vendors new, 0 known; 2 products new, 0 known; 2 releases new, 0 known.\n"
    )
    product = Product.objects.get(slug="kelp-cloud")
    assert (product.vendor.name, product.open_source) == ("Kelp", True)
    assert product.releases.get(version="4.2").openstack_releases == ["gazpacho", "epoxy"]
    assert Product.objects.get(name="Reed, small").sentence == 'Keeps "all".'
    events = AuditEvent.objects.count()
    assert events == 7
    assert "0 vendors new, 3 known; 0 products new, 2 known; 0 releases new, 2 known" in said(file)
    assert (counts(), AuditEvent.objects.count()) == ((3, 2, 2), events)


@pytest.mark.django_db
def test_json_says_the_same(tmp_path: Path) -> None:
    said(csv_file(tmp_path, *GOOD))
    item = {
        "vendor": "Kelp",
        "product": "Kelp Cloud",
        "category": "distribution",
        "sentence": "Other words: the vendor's own stay.",
        "open_source": True,
        "version": "5",
        "openstack_releases": ["gazpacho"],
    }
    for document in ([item], {"products": [item]}):
        (tmp_path / "list.json").write_text(json.dumps(document))
        said(tmp_path / "list.json")
    assert counts() == (3, 2, 3)
    assert Product.objects.get(slug="kelp-cloud").sentence == "A cloud."


FACTS_HEADER = (
    "vendor,product,category,sentence,regions,deployment,"
    "fact_hypervisors,fact_data_centres,fact_availability_zones,fact_formats"
)
FACTS = (
    'Kelp,Kelp Cloud,public-cloud,A cloud.,Europe africa,hosted,Xen; kvm,"Oslo 2; Bergen, east",3,',
    "Reed,Reed School,training,A course.,,,,,,live-online",
)


@pytest.mark.django_db
def test_facts_regions_and_deployment_come_along(tmp_path: Path) -> None:
    assert "2 products new" in said(csv_file(tmp_path, *FACTS, header=FACTS_HEADER))
    cloud, course = Product.objects.order_by("name")
    assert (cloud.regions, cloud.deployment) == (["africa", "europe"], ["hosted"])
    assert cloud.facts == {
        "data_centres": ["Oslo 2", "Bergen, east"],
        "availability_zones": 3,
        "hypervisors": ["kvm", "xen"],
    }
    assert course.facts == {"formats": ["live-online"]}
    assert cloud.editions.get().content["facts"] == cloud.facts
    item = {
        "vendor": "Moss",
        "product": "Moss Cloud",
        "category": "public-cloud",
        "sentence": "A cloud.",
        "regions": ["africa", "europe"],
        "facts": cloud.facts | {"price_list": None},
    }
    (tmp_path / "list.json").write_text(json.dumps([item, item | {"version": "2"}]))
    said(tmp_path / "list.json")
    moss = Product.objects.get(slug="moss-cloud")
    assert (moss.facts, moss.regions) == (cloud.facts, cloud.regions)


@pytest.mark.django_db
def test_facts_are_refused_row_by_row(tmp_path: Path) -> None:
    wrong = "Moss,Moss Cloud,public-cloud,A cloud.,mars,orbit,cvm,,none,classroom"
    nobody = "Moss,,,,,,kvm,,,"
    other = FACTS[0].replace("Xen", "lxc")
    with pytest.raises(CommandError) as refused:
        said(csv_file(tmp_path, *FACTS, wrong, nobody, other, header=FACTS_HEADER))
    text = str(refused.value)
    for words in (
        "list.csv:4, regions: Choose among africa, ",
        "list.csv:4, deployment: Choose among on-premises, ",
        "list.csv:4, fact_hypervisors: Hypervisors: there is no 'cvm'. Choose among kvm, ",
        "list.csv:4, fact_availability_zones: Availability zones: give a number from 1 to 500. "
        "(fact-number)",
        "list.csv:4, fact_formats: public-cloud asks for data_centre_countries, ",
        "list.csv:5, product: Needed, because fact_hypervisors is given. (product-missing)",
        "list.csv:6, facts: list.csv:2 says otherwise of the same product. (contradiction)",
        "7 faults. Nothing changed.",
    ):
        assert words in text
    assert counts() == (0, 0, 0)


@pytest.mark.django_db
def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    text = said("--dry-run", csv_file(tmp_path, *GOOD))
    assert "3 vendors would be new" in text and text.endswith("Nothing changed.\n")
    assert (counts(), AuditEvent.objects.count()) == ((0, 0, 0), 0)


BAD = (
    "Tarn,Tarn Cloud,cloudy,,maybe,1,2026-13-01,gazpacho zz",
    "Tarn,,,Words.,,,,",
)


@pytest.mark.django_db
def test_all_or_none_with_each_fault_in_its_place(tmp_path: Path) -> None:
    file = csv_file(tmp_path, *GOOD, *BAD)
    with pytest.raises(CommandError) as refused:
        said(file)
    text = str(refused.value)
    for words in (
        "list.csv:6, category: Choose one of",
        "list.csv:6, sentence: ",
        "list.csv:6, open_source: Say yes or no. (yes-or-no)",
        "list.csv:6, released_on: Give the day as 2026-11-21. (day)",
        "list.csv:6, openstack_releases: No OpenStack release is called zz.",
        "list.csv:7, product: Needed, because sentence is given. (product-missing)",
        "6 faults. Nothing changed.",
    ):
        assert words in text
    assert counts() == (0, 0, 0)
    text = said("--skip-invalid", file)
    assert "list.csv:6, category" in text and "6 faults, their rows left out." in text
    assert counts() == (3, 2, 2)


@pytest.mark.django_db
def test_rows_do_not_contradict_each_other(tmp_path: Path) -> None:
    other = "Kelp,Kelp Cloud,appliance,A cloud.,yes,4.2,2026-05-02,gazpacho epoxy"
    with pytest.raises(CommandError) as refused:
        said(csv_file(tmp_path, GOOD[0], other))
    assert "list.csv:3, category: list.csv:2 says otherwise of the same product." in str(
        refused.value
    )
    assert "list.csv:3, released_on: list.csv:2 says otherwise of the same release." in str(
        refused.value
    )


@pytest.mark.django_db
def test_what_somebody_else_listed_meanwhile_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, count = csv_file(tmp_path, *GOOD), importing._count

    def meanwhile(imported: importing.Imported, kind: str, wanted: Any, new: Any) -> None:
        count(imported, kind, wanted, new)
        if kind == "vendors":
            Vendor.objects.create(slug="moss", name="Moss")

    monkeypatch.setattr(importing, "_count", meanwhile)
    with pytest.raises(CommandError, match="changed-meanwhile"):
        said(file)
    assert counts() == (0, 0, 0)


@pytest.mark.django_db
def test_a_demo_takes_no_real_products(tmp_path: Path, settings: Any) -> None:
    settings.DEMO = True
    file = csv_file(tmp_path, *GOOD)
    with pytest.raises(CommandError, match="demo-mode"):
        said(file)
    assert "would be new" in said("--dry-run", file)
    assert counts() == (0, 0, 0)


#: What a file holds, and the code of the fault.
UNREADABLE = [
    (read_csv, b"", "header"),
    (read_csv, b"name,product\n", "header"),
    (read_csv, b"vendor,vendor\n", "header"),
    (read_csv, b"vendor\na,b\n", "cells"),
    (read_csv, b'vendor\n"a', "csv"),
    (read_csv, b"vendor\n\xff\n", "encoding"),
    (read_json, b"{", "json"),
    (read_json, b"[" * 100_000, "json"),
    (read_json, b"[" + b"9" * 5_000 + b"]", "json"),
    (read_json, b'{"products": 1}', "json"),
    (read_json, b"[1]", "json-item"),
    (read_json, b'[{"vendor": 1}]', "json-value"),
    (read_json, b'[{"vendor": {"a": 1}}]', "json-value"),
    (read_json, b'[{"vendor": "a", "facts": ["kvm"]}]', "json-value"),
    (read_driverlog, b"[]", "driverlog"),
    (read_driverlog, b'{"projects": [{}], "drivers": []}', "driverlog"),
    (read_driverlog, b'{"projects": []}', "driverlog"),
]


@pytest.mark.parametrize(("reader", "raw", "code"), UNREADABLE)
def test_a_file_that_cannot_be_read_says_why(reader: Any, raw: bytes, code: str) -> None:
    with pytest.raises(FileUnreadable) as refused:
        list(reader("list", raw))
    assert refused.value.fault.code == code


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({}, "vendor", "vendor-missing"),
        ({"vendor": "!!"}, "vendor", "vendor-missing"),
        ({"vendor": "K" * 121}, "vendor", "too-long"),
        ({"vendor": "K\x01"}, "vendor", "control-character"),
        ({"vendor": "K", "vendr": "x"}, "vendr", "column-unknown"),
        ({"vendor": "K", "facts": "x"}, "facts", "column-unknown"),
        ({"vendor": "K", "vendor_website": "javascript:x"}, "vendor_website", "website"),
        ({"vendor": "K", "vendor_website": "https://"}, "vendor_website", "website"),
        ({"vendor": "K", "released_on": "2026-01-01"}, "version", "version-missing"),
        (
            {"vendor": "K", "product": "!", "category": "sdk", "sentence": "x"},
            "product",
            "product-name",
        ),
    ],
)
def test_a_row_says_what_is_wrong(cells: dict[str, str], column: str, code: str) -> None:
    row, faults = read_row(RawRow("list:2", cells))
    assert row is None
    assert (column, code) in [(fault.column, fault.code) for fault in faults]


def test_a_fact_that_no_category_asks_is_an_unknown_column() -> None:
    for raw in ("", "x"):
        row, faults = read_row(RawRow("list:2", {"vendor": "K"}, {"hypervizors": raw}))
        assert (row, [fault.code for fault in faults]) == (None, ["column-unknown"])
        assert "fact_ with the key of a fact" in faults[0].text


@pytest.mark.django_db
def test_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "list.txt").touch()
    for name in ("none.csv", "list.txt"):
        with pytest.raises(CommandError, match="Nothing changed"):
            said(tmp_path / name)


DRIVERLOG = {
    "projects": [
        {"id": "openstack/cinder", "name": "Cinder (Block Storage)"},
        {"id": "openstack/manila", "name": "Manila (Shared File System)"},
    ],
    "drivers": [
        {"project_id": "openstack/cinder", "vendor": "Kelp", "name": "Unified", "wiki": "https://",
         "description": "", "releases": ["Liberty", "Mitaka"], "repo": "kelp/unified",
         "ci": {"id": "kelp-ci", "success_pattern": "(a+)+$"}},
        {"project_id": "openstack/manila", "vendor": "Kelp", "name": "Unified", "releases": ["Zz"],
         "description": "word " * 100},
    ],
}  # fmt: skip


@pytest.mark.django_db
def test_drivers_of_the_past_are_listed_as_such(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(json.dumps(DRIVERLOG))
    assert "1 vendors new, 0 known; 2 products new, 0 known; 2 releases new" in said(
        "--format", "driverlog", file
    )
    cinder, manila = Product.objects.order_by("name")
    assert (cinder.name, manila.name) == ("Unified, Cinder", "Unified, Manila")
    assert cinder.sentence == "Historical (DriverLog, 2018): Driver for Cinder (Block Storage)."
    assert (len(manila.sentence) <= 200, manila.sentence[-2:]) == (True, " …")
    assert {one.category for one in (cinder, manila)} == {"driver"}
    assert list(cinder.releases.values_list("version", flat=True)) == ["Liberty", "Mitaka"]
    assert cinder.facts == {
        "projects": ["cinder"],
        "in_releases": ["mitaka", "liberty"],
        "home": "out-of-tree",
        "ci_accounts": ["kelp-ci"],
    }
    assert manila.facts == {"projects": ["manila"]}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the published list is not shipped")
def test_the_published_list_is_read_whole() -> None:
    text = said("--dry-run", "--format", "driverlog", PUBLISHED)
    assert text.startswith("81 vendors would be new, 0 known; 221 products would be new")
    drivers = {
        (row.cells["vendor"], row.cells["product"]): row.facts
        for row in read_driverlog("list", PUBLISHED.read_bytes())
    }
    assert sum(bool(facts["ci_accounts"]) for facts in drivers.values()) == 147
    assert sum(facts["home"] == "out-of-tree" for facts in drivers.values()) == 45
