"""What each category asks a vendor to say of a product, and how that is read.

A pure vocabulary: it stands in `Product.facts` by key and is declared, never measured.
"""

from marketplace.catalogue.facts.asked import ASKED, FACT_KEYS, facts_asked, facts_by_key
from marketplace.catalogue.facts.kinds import Fact, FactValue, Kind
from marketplace.catalogue.facts.reading import (
    Facts,
    FactsRefused,
    read_each_fact,
    read_fact,
    read_facts,
    split_texts,
)

__all__ = [
    "ASKED",
    "FACT_KEYS",
    "Fact",
    "FactValue",
    "Facts",
    "FactsRefused",
    "Kind",
    "facts_asked",
    "facts_by_key",
    "read_each_fact",
    "read_fact",
    "read_facts",
    "split_texts",
]
