"""What every product has, whatever its programme: certificates, releases, facts."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

from certification.queries import StandingCertificate
from certification.queries.comparison import Compared
from marketplace.catalogue.openstack import release_title
from marketplace.site.age import age_of
from marketplace.site.certificate_wording import (
    MEASURED_ONLY,
    assurance_status,
    day,
    product_status,
    standing_status,
    what_is_certified,
)
from marketplace.site.comparison_lines import NOTHING, Cell, Section, line
from marketplace.site.glyphs import Mark
from marketplace.site.integration_wording import MEASURED_BY_US
from marketplace.site.wording import Status


def standing_section(products: Sequence[Compared]) -> Section:
    return Section(
        gettext("Standing"),
        (
            line(gettext("Certificate"), map(_certificate, products)),
            line(gettext("In force until"), map(_until, products), weighed=False),
            line(gettext("Certified as"), map(_certified_as, products)),
            line(gettext("Assurance"), map(_assurance, products)),
            line(gettext("Certified on OpenStack"), map(_certified_on, products)),
            line(gettext("Evidence"), map(_evidence, products), weighed=False),
            line(
                gettext("OpenStack releases declared"),
                map(_declared, products),
                gettext("The vendor's word."),
            ),
            line(gettext("Category"), map(_category, products)),
            line(gettext("Open source"), map(_open_source, products)),
        ),
    )


def _certificate(one: Compared) -> Cell:
    if one.product.measured_by_us:
        return Cell(MEASURED_ONLY, small=gettext(MEASURED_BY_US))
    disputes = one.disputes
    small = (
        ngettext("{disputes} open dispute", "{disputes} open disputes", disputes).format(
            disputes=disputes
        )
        if disputes
        else ""
    )
    if one.lead is None:
        return Cell(product_status(one.product, None, measured=one.standing is not None))
    return Cell(plain_standing(one.lead), small=small)


def plain_standing(one: StandingCertificate) -> Status:
    """How it stands, without the day, which differs for every certificate."""
    if one.in_force:
        return Status(Mark.IN_FORCE, gettext("Certified"))
    return Status(standing_status(one).mark, one.standing.value.capitalize())


def _until(one: Compared) -> Cell:
    if one.lead is None or not one.lead.in_force:
        return NOTHING
    return Cell(words=day(one.lead.certificate.valid_until))


def _certified_as(one: Compared) -> Cell:
    if not one.in_force or one.lead is None:
        return NOTHING
    more = len(one.in_force) - 1
    small = (
        ngettext(
            "and {more} more certificate in force", "and {more} more certificates in force", more
        ).format(more=more)
        if more
        else ""
    )
    version = gettext("release {version}").format(version=one.lead.certificate.release.version)
    return Cell(words=what_is_certified(one.lead), small=", ".join(filter(None, (version, small))))


def _assurance(one: Compared) -> Cell:
    if one.lead is None or not one.lead.in_force:
        return NOTHING
    return Cell(assurance_status(one.lead.certificate))


def _certified_on(one: Compared) -> Cell:
    names = dict.fromkeys(each.certificate.openstack_release for each in one.in_force)
    return Cell(words=", ".join(map(release_title, names))) if names else NOTHING


def _evidence(one: Compared) -> Cell:
    if one.lead is None or not one.lead.in_force:
        return NOTHING
    return Cell(words=age_of(one.lead).words)


def _declared(one: Compared) -> Cell:
    if not one.declared:
        return NOTHING
    return Cell(words=", ".join(map(release_title, one.declared)), is_claim=True)


def _category(one: Compared) -> Cell:
    return Cell(words=one.product.get_category_display())


def _open_source(one: Compared) -> Cell:
    return Cell(words="yes" if one.product.open_source else gettext("not stated"))
