"""The address is read as the form of the filters reads it."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.catalogue.models import Product
from marketplace.site.asked import question_of
from marketplace.site.filters import TEXT_MOST, ProductFilter
from marketplace.site.market import current
from tests.site.market import Market

pytestmark = pytest.mark.django_db

VALUES = (
    *("", " ", "yes", "no", "backup", "storage", "compute", "native", "live", "identity", "ipv6"),
    *("gazpacho", "flamingo", "30", "europe", "name", "nearest", "kelp", "reed", "nobody", "None"),
    *("tarn", " tarn cloud ", "a\0b", "x" * TEXT_MOST, "x" * (TEXT_MOST + 1), "load-balancer"),
)
queries = st.lists(
    st.tuples(st.sampled_from([*ProductFilter.base_filters, "page", "p"]), st.sampled_from(VALUES)),
    max_size=6,
)


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(queries)
def test_as_the_form_reads_it(vendors: None, asked: list[tuple[str, str]]) -> None:
    query = QueryDict(mutable=True)
    for name, value in asked:
        query.appendlist(name, value)
    found = question_of(query, current())
    plainly = ProductFilter(query, Product.objects.none())
    assert found.faulty == set(plainly.errors)
    clean = {name: value for name, value in plainly.form.cleaned_data.items() if value}
    assert found.text == clean.pop("q", "")
    clean.pop("sort", "")
    assert found.wanted == {
        name: value if isinstance(value, list) else [value] for name, value in clean.items()
    }


@pytest.fixture
def vendors() -> None:
    market = Market()
    market.product("Tarn Cloud", vendor="Kelp")
    market.product("Sedge", vendor="Reed")
