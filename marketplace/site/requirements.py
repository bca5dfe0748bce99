"""What a buyer asks of a product, and what each product lacks of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from pyroaring import BitMap

from certification.engine.guideline.targets import title_of
from certification.engine.integration import Level
from certification.models import Certificate
from certification.queries import listed_products
from marketplace.catalogue.models import Product
from marketplace.catalogue.openstack import find_release
from marketplace.site.facet_tables import WITHIN_PLATFORM, Tables, assurances_from, union
from marketplace.site.integration_wording import level_title
from marketplace.site.market import Market
from marketplace.site.market import current as current_market
from marketplace.site.measured_choices import rules, service_title
from marketplace.site.nearness import Among, by_lacking, level_among
from marketplace.site.requirements_form import Meant, meanings

#: In the order of the page.
KINDS = ("level", "target", "assurance", "openstack", "service", "capability")


@dataclass(frozen=True, slots=True)
class Requirement:
    """`identifier` is stable: `capability:network.ipv6`. `mask` are the products that meet it.
    `source` are the guidelines whose word it is, empty where it is none's."""

    identifier: str
    words: str
    mask: BitMap
    source: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`numbers` are the certificates in force."""

    product: Product
    lacks: tuple[Requirement, ...]
    meets: tuple[Requirement, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """`asked` in the order of the page; `complete` counts the products that lack nothing, `some`
    those that meet something; `first` are the best of these, the least lacking first."""

    asked: tuple[Requirement, ...]
    complete: int
    some: int
    first: tuple[Answer, ...]


def answers_to(wanted: Mapping[str, Sequence[str]], most: int) -> Answers:
    """`wanted` is clean: values by kind, and `category` to choose among. What is only declared
    meets nothing."""
    market = current_market()
    current = market.tables
    meant = meanings() if wanted.get("capability") else {}
    asked = tuple(
        _requirement(kind, value, current, meant)
        for kind in KINDS
        for value in wanted.get(kind, ())
    )
    if not asked:
        return Answers((), 0, 0, ())
    among = current.everything
    if categories := wanted.get("category"):
        among = union(current.of("category", category) for category in categories)
    lacking = by_lacking([one.mask for one in asked], among)
    levels = lacking[:-1]
    rows = listed_products().filter(Among(union(levels)))
    ordered = rows.order_by(level_among(levels), "-is_certified", "name", "pk")[:most]
    return Answers(
        asked,
        complete=len(levels[0]),
        some=sum(map(len, levels)),
        first=tuple(_answer(product, asked, market) for product in ordered),
    )


def _answer(product: Product, asked: Sequence[Requirement], market: Market) -> Answer:
    met = [product.pk in one.mask for one in asked]
    return Answer(
        product,
        lacks=tuple(one for one, so in zip(asked, met, strict=True) if not so),
        meets=tuple(one for one, so in zip(asked, met, strict=True) if so),
        numbers=market.certificates_of(product.pk),
    )


def _requirement(kind: str, value: str, current: Tables, meant: Mapping[str, Meant]) -> Requirement:
    words, mask = _MEANINGS[kind](value, current)
    source = rules().guideline.id if kind == "level" else ""
    if kind == "capability" and value in meant:
        words, source = f"{words}: {meant[value].words}", ", ".join(meant[value].guidelines)
    return Requirement(f"{kind}:{value}", words, mask, source)


def _level(value: str, current: Tables) -> tuple[str, BitMap]:
    mask = union(current.of("level", one.word) for one in Level if one >= Level[value.upper()])
    return gettext("measured {level} or higher").format(
        level=level_title(Level[value.upper()])
    ), mask


def _target(value: str, current: Tables) -> tuple[str, BitMap]:
    """Who is certified for Platform lacks nothing of its parts."""
    title, platform = title_of(value), title_of("platform")
    if value not in WITHIN_PLATFORM:
        words = gettext("certified for {target}").format(target=title)
        return words, current.certified_for([value], [])
    words = gettext("certified for {target}, alone or within {platform}")
    return words.format(target=title, platform=platform), current.certified_for(
        [value, "platform"], []
    )


def _assurance(value: str, current: Tables) -> tuple[str, BitMap]:
    degree = str(Certificate.Assurance(value).label)
    return gettext("a certificate that is {degree} or better").format(
        degree=degree
    ), current.certified_for([], assurances_from(value))


def _openstack(value: str, current: Tables) -> tuple[str, BitMap]:
    release = find_release(value)
    title = release.title if release else value
    mask = current.of("tried", value) | current.of("certified_on", value)
    return gettext("measured or certified on OpenStack {title}").format(title=title), mask


def _service(value: str, current: Tables) -> tuple[str, BitMap]:
    return gettext("integrates with {service}, measured").format(
        service=service_title(value)
    ), current.of("integrates", value)


def _capability(value: str, current: Tables) -> tuple[str, BitMap]:
    mask = current.of("passed", value) | current.of("covered", value)
    return gettext("capability {capability}, passed").format(capability=value), mask


_MEANINGS = {
    "level": _level,
    "target": _target,
    "assurance": _assurance,
    "openstack": _openstack,
    "service": _service,
    "capability": _capability,
}
