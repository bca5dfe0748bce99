"""An adapter is read, or refused with the place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from certification.engine.footprint.model import Mode
from hallmark.kit.adapter import LIMIT_S, AdapterRefused, read_adapter
from hallmark.kit.evidence import FolderTaken
from hallmark.kit.skeleton import write_skeleton
from tests.hallmark.kit.seen import TOML, adapter_in


def test_what_an_adapter_says_is_read(tmp_path: Path) -> None:
    text = TOML.replace("[product]", 'mode = "option"\n[product]\nports = ["tcp/443"]') + (
        'list = ["./list"]\n[settings]\nreplicas = 3\ntls = true\n[limits]\ninstall = 5\n'
    )

    adapter = adapter_in(tmp_path, text)

    assert (adapter.name, adapter.version, adapter.mode) == ("Keeper", "2.0", Mode.OPTION)
    assert adapter.settings == {"replicas": "3", "tls": "true"}
    assert adapter.has("list") and not adapter.has("create")
    assert (adapter.limit_s("install"), adapter.limit_s("list")) == (5, LIMIT_S)
    assert adapter.ports == ("tcp/443",)


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (("[product]", "[produkt]"), "adapter-shape", ""),
        (('version = "2.0"', ""), "adapter-shape", "$.product"),
        (('version = "2.0"', 'version = " "'), "adapter-value", "product.version"),
        (('version = "2.0"', 'version = "2.0"\nowner = "x"'), "adapter-shape", "$.product"),
        (('["keeper/2.0"]', "[]"), "adapter-value", "product.user_agents"),
        (("remove =", "create ="), "adapter-value", "verbs.remove"),
        (("remove =", 'fly = ["x"]\nremove ='), "adapter-value", "verbs.fly"),
        (("remove =", "list = []\nremove ="), "adapter-value", "verbs.list"),
        (("[verbs]", "[limits]\ninstall = 0\n[verbs]"), "adapter-value", "limits.install"),
        (("[verbs]", "[limits]\nfly = 5\n[verbs]"), "adapter-value", "limits.fly"),
        (("[verbs]", '[settings]\n"a b" = 1\n[verbs]'), "adapter-value", "settings.a b"),
        (("[verbs]", '[environment]\npass = ["OS_TOKEN"]\n[verbs]'), "adapter-value",
         "environment.pass"),
        (("[verbs]", '[microversions]\ncompute = "two"\n[verbs]'), "adapter-value",
         "microversions.compute"),
        (("[product]", 'mode = "fast"\n[product]'), "adapter-shape", "$.mode"),
        (("[product]", '[product]\nports = ["443"]'), "adapter-value", "product.ports"),
        (("[product]", "[product"), "adapter-toml", ""),
    ],
)  # fmt: skip
def test_a_slip_is_refused_where_it_is(
    tmp_path: Path, change: tuple[str, str], code: str, place: str
) -> None:
    assert change[0] in TOML

    with pytest.raises(AdapterRefused) as refused:
        adapter_in(tmp_path, TOML.replace(*change))

    assert (refused.value.code, refused.value.place) == (code, place)


def test_a_folder_without_adapter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AdapterRefused) as refused:
        read_adapter(tmp_path / "none")

    assert refused.value.code == "adapter-missing"


def test_the_skeleton_is_an_adapter(tmp_path: Path) -> None:
    _toml, script = write_skeleton(tmp_path / "new")

    assert read_adapter(tmp_path / "new").has("list")
    assert script.stat().st_mode & 0o100
    with pytest.raises(FolderTaken):
        write_skeleton(tmp_path / "new")
