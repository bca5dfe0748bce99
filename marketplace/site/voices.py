"""What the page of a product says of those who watch it, ask for it and doubt it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext, gettext_lazy

from certification.engine.guideline.targets import title_of
from certification.queries import StandingCertificate
from marketplace.catalogue.asking import ASKABLE, asked_by, people_asking
from marketplace.catalogue.models import Product, User
from marketplace.catalogue.policy import is_member
from marketplace.catalogue.reporting import TEXT_MOST
from marketplace.catalogue.watching import watches


class ReportForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What is false, and how do you know?"),
        max_length=TEXT_MOST,
        help_text=gettext_lazy(
            "Name the sentence or fact, and what shows that it is not so. Only staff "
            "read this, and they see your name."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "class": "prose"}),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """One target that may be asked for; `people` ask for it, `mine` tells whether this reader."""

    target: str
    title: str
    people: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Voices:
    """`wanted`: the targets not in force, with those that people ask for first."""

    watched: bool
    wanted: list[Wanted]
    is_member: bool

    @property
    def sentence(self) -> str:
        """How many people ask for what: `3 people ask for Compute, 1 for DNS.`"""
        asked = [one for one in self.wanted if one.people]
        if not asked:
            return gettext("Nobody has asked for a certificate yet.")
        people = asked[0].people
        first = (
            gettext("1 person asks")
            if people == 1
            else gettext("{people:,} people ask").format(people=people)
        )
        parts = [gettext("{first} for {title}").format(first=first, title=asked[0].title)]
        parts += [
            gettext("{people:,} for {title}").format(people=one.people, title=one.title)
            for one in asked[1:]
        ]
        return ", ".join(parts) + "."

    @property
    def to_ask(self) -> list[Wanted]:
        return [one for one in self.wanted if not one.mine]

    @property
    def asked(self) -> list[Wanted]:
        return [one for one in self.wanted if one.mine]


def voices_of(
    product: Product, certificates: Iterable[StandingCertificate], reader: User | AnonymousUser
) -> Voices:
    """`certificates` are the product's; what is in force need not be asked for."""
    in_force = {one.certificate.target for one in certificates if one.in_force}
    open_targets = [name for name in ASKABLE[product.programme] if name not in in_force]
    people, mine = people_asking(product, open_targets), asked_by(reader, product)
    wanted = [
        Wanted(name, title_of(name), people.get(name, 0), name in mine) for name in open_targets
    ]
    return Voices(
        watched=watches(reader, product),
        wanted=sorted(wanted, key=lambda one: -one.people),
        is_member=is_member(reader, product.vendor),
    )
