"""What is no guideline is refused with a code, a place and a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.guideline import Guideline, GuidelineInvalid, parse_guideline
from tests.engine.guideline.documents import PUBLISHED, raw, schema_1_2, schema_2_0


def refusal(document: bytes) -> GuidelineInvalid:
    with pytest.raises(GuidelineInvalid) as refused:
        parse_guideline(document)
    return refused.value


@pytest.mark.parametrize(
    ("document", "code", "place"),
    [
        (b"", "guideline-json", "line 1, column 1"),
        (b'{\n  // why\n  "id": 1}', "guideline-json", "line 2, column 3"),
        (b'{"id": "caf\xe9"}', "guideline-json", "line 1, column 12"),
        (b'\n{"id": NaN}', "guideline-json", ""),
        (b"9" * 5000, "guideline-json", ""),
        (b"[" * 100_000, "guideline-too-deep", ""),
        (b'{"id": ' + b"[" * 40 + b"]" * 40 + b"}", "guideline-too-deep", "id" + "[0]" * 32),
        (b" " * (8 * 1024 * 1024 + 1), "guideline-too-large", ""),
        (b'{"id": "a\\u0000b"}', "guideline-text", "id"),
        (b'{"a\\u0000b": 1}', "guideline-text", ""),
        (b'{"id": "\\ud800"}', "guideline-text", "id"),
        (b'{"a": {"b c": 1, "b c": 1}}', "guideline-duplicate-key", 'a["b c"]'),
        (b"[]", "guideline-shape", "$"),
        (b"{}", "guideline-shape", "$"),
        (b'{"schema": "1.3"}', "guideline-schema", "schema"),
        (b'{"metadata": {"schema": "2.1"}}', "guideline-schema", "metadata.schema"),
        (b'{"metadata": {"schema": "1.2"}}', "guideline-schema", "metadata.schema"),
        (b'{"metadata": []}', "guideline-shape", "metadata"),
    ],
)
def test_documents_that_are_no_guideline(document: bytes, code: str, place: str) -> None:
    error = refusal(document)
    assert (error.code, error.place) == (code, place)
    assert str(error).endswith(".")


def _test(document: dict[str, Any], name: str, details: Any) -> None:
    document["capabilities"]["objects"]["tests"] = {name: details}


SHAPES: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    (lambda d: d["metadata"].pop("id"), "metadata"),
    (lambda d: d["metadata"].update(id="../x"), "metadata.id"),
    (lambda d: d["metadata"].update(id=7), "metadata.id"),
    (lambda d: d.pop("platforms"), "$"),
    (lambda d: d.pop("components"), "$"),
    (lambda d: d.pop("capabilities"), "$"),
    (lambda d: d["platforms"].update(X={}), "platforms.X"),
    (lambda d: d["platforms"].update(X={"components": {}}), "platforms.X.components"),
    (lambda d: d["platforms"].update(X={"components": [{}]}), "platforms.X.components[0]"),
    (lambda d: d["platforms"].update({"My Compute": {"components": []}}), "$"),
    (lambda d: d["components"].update(c=[]), "components.c"),
    (lambda d: d["components"].update(c={"capabilities": 3}), "components.c.capabilities"),
    (
        lambda d: d["components"].update(c={"capabilities": {"required": [3]}}),
        "components.c.capabilities.required[0]",
    ),
    (lambda d: d["capabilities"].update(x=None), "capabilities.x"),
    (lambda d: d["capabilities"].update(x={"tests": "t"}), "capabilities.x.tests"),
    (lambda d: _test(d, "a.b", "id-1"), 'capabilities.objects.tests["a.b"]'),
    (lambda d: _test(d, "", {}), 'capabilities.objects.tests[""]'),
    (lambda d: _test(d, "[id-1]", {}), 'capabilities.objects.tests["[id-1]"]'),
    (lambda d: _test(d, "a\nb", {}), 'capabilities.objects.tests["a\\nb"]'),
    (
        lambda d: _test(d, "setUpClass (a.B)", {}),
        'capabilities.objects.tests["setUpClass (a.B)"]',
    ),
    (
        lambda d: _test(d, "t", {"idempotent_id": "*"}),
        "capabilities.objects.tests.t.idempotent_id",
    ),
    (lambda d: _test(d, "t", {"aliases": "u"}), "capabilities.objects.tests.t.aliases"),
    (lambda d: _test(d, "t", {"flagged": "why"}), "capabilities.objects.tests.t.flagged"),
    (
        lambda d: _test(d, "t", {"flagged": {"reason": 1}}),
        "capabilities.objects.tests.t.flagged.reason",
    ),
]


@pytest.mark.parametrize(("spoil", "place"), SHAPES)
def test_a_wrong_shape_is_refused_with_its_path(
    spoil: Callable[[dict[str, Any]], Any], place: str
) -> None:
    document = schema_2_0()
    spoil(document)
    error = refusal(raw(document))
    assert (error.code, error.place) == ("guideline-shape", place)


def test_schema_1_needs_its_platform() -> None:
    document = schema_1_2()
    del document["platform"]["required"]
    assert refusal(raw(document)).place == "platform"


@pytest.mark.skipif(not PUBLISHED.exists(), reason="not beside the project")
def test_a_genuine_document_with_a_comment_is_refused_at_its_place() -> None:
    error = refusal((PUBLISHED / "invalid" / "havanasections.json").read_bytes())
    assert (error.code, error.place) == ("guideline-json", "line 52, column 10")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_value_anywhere_gives_a_guideline_or_a_refusal(data: st.DataObject) -> None:
    document: Any = schema_2_0()
    node, key = document, data.draw(st.sampled_from(sorted(document)))
    while isinstance(node[key], dict) and node[key] and data.draw(st.booleans()):
        node = node[key]
        key = data.draw(st.sampled_from(sorted(node)))
    node[key] = data.draw(values)
    try:
        assert isinstance(parse_guideline(raw(document)), Guideline)
    except GuidelineInvalid as error:
        assert error.code.startswith("guideline-")
