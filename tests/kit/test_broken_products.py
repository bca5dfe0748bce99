"""Each broken product loses exactly what the guideline says, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.broken import VARIANTS, Broken
from tests.kit.laboratory import Setup, laboratory, try_out

pytestmark = [
    pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK50Warning"),
    pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK60Warning"),
]
USUAL = ("install", "create", "list", "remove", "log")


@pytest.mark.parametrize(
    "variant",
    [
        pytest.param(one, id=one.fault, marks=[pytest.mark.long] if one.long else [])
        for one in VARIANTS
    ],
)
def test_broken_product_loses_exactly_this(variant: Broken, in_fake_cloud: Path) -> None:
    setup = Setup(variant.fault, variant.parts, (*USUAL, *variant.verbs))
    with laboratory(in_fake_cloud, setup, variant.by) as lab:
        result = try_out(lab, variant.tests)
    lost = {name: result.reasons[name] for name in variant.tests if name not in result.passed}
    assert set(lost) == set(variant.lost), lost


@pytest.mark.long
def test_every_fault_loses_something_that_the_small_product_passes(in_fake_cloud: Path) -> None:
    """Else a variant would prove nothing: the same small product without fault passes all."""
    groups: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for one in VARIANTS:
        if one.by == "fake-demo":
            groups.setdefault((one.parts, one.verbs), set()).update(one.tests)
    failed: dict[str, str] = {}
    for number, ((parts, verbs), tests) in enumerate(groups.items()):
        folder = in_fake_cloud / str(number)
        folder.mkdir()
        with laboratory(folder, Setup("", parts, (*USUAL, *verbs))) as lab:
            result = try_out(lab, sorted(tests))
        failed |= {n: result.reasons[n] for n in tests if n not in result.passed}
    assert failed == {}
