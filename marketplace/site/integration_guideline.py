"""Everything that the page of an integration guideline shows: levels, profiles, concerns, axes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from certification.engine.guideline.finding import Finding
from certification.engine.guideline.model import Guideline as ParsedGuideline
from certification.engine.integration import IntegrationRules, Level, Need
from certification.engine.integration.model import (
    AxisRule,
    CapabilityRule,
    ConcernRule,
    LevelRule,
    ProfileRule,
)
from certification.judging import parsed_guideline
from certification.levels import LEVELS, rules_of
from certification.models import Amendment, Guideline
from certification.queries import lint_findings, other_texts
from certification.queries.guideline_amended import amendments_of
from marketplace.site.integration_stress import TRIALS
from marketplace.site.integration_wording import letters_of, level_title, service_type_title
from marketplace.site.wording import listed


@dataclass(frozen=True, slots=True)
class LevelRow:
    rule: LevelRule
    required: int
    advised: int

    @property
    def title(self) -> str:
        return level_title(self.rule.level)

    @property
    def asks(self) -> tuple[str, ...]:
        """What it asks for beside capabilities."""
        rule = self.rule
        found = [gettext("evidence that is {word}").format(word=rule.evidence_class.word)]
        if rule.evidence_class > 1 and rule.level is not Level.NATIVE:
            found[0] += gettext(" or better")
        if rule.figure:
            found.append(gettext("a stack figure of {figure} or more").format(figure=rule.figure))
        if rule.primary_write:
            found.append(gettext("a successful write to the primary service"))
        if rule.concerns:
            found.append(
                gettext("{concerns} concerns that apply, or more").format(concerns=rule.concerns)
            )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """`may_lack` is what may be not applicable without a reviewer, in words."""

    rule: ProfileRule
    primary: str
    may_lack: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuidelineCapability:
    rule: CapabilityRule
    letters: str


@dataclass(frozen=True, slots=True)
class AxisShelf:
    axis: AxisRule
    services: str
    capabilities: tuple[GuidelineCapability, ...]


@dataclass(frozen=True, slots=True)
class ConditionRow:
    condition: str
    happens: str
    capability: str


@dataclass(frozen=True, slots=True)
class IntegrationGuidelineSheet:
    """`guideline`, `parsed`, `findings` and `other_texts` are as on the page of any guideline."""

    guideline: Guideline
    parsed: ParsedGuideline
    rules: IntegrationRules
    levels: tuple[LevelRow, ...]
    profiles: tuple[ProfileRow, ...]
    concerns: tuple[ConcernRule, ...]
    axes: tuple[AxisShelf, ...]
    conditions: tuple[ConditionRow, ...]
    findings: tuple[Finding, ...]
    other_texts: tuple[Guideline, ...]
    amendments: tuple[Amendment, ...]

    @property
    def weight(self) -> int:
        return sum(one.weight for one in self.concerns)


def integration_guideline_sheet(guideline: Guideline) -> IntegrationGuidelineSheet:
    rules = rules_of(guideline)
    return IntegrationGuidelineSheet(
        guideline=guideline,
        parsed=parsed_guideline(guideline),
        rules=rules,
        levels=tuple(_level(rules, level) for level in LEVELS),
        profiles=tuple(_profile(rules, one) for one in rules.profiles.values()),
        concerns=rules.concerns,
        axes=tuple(_axis(rules, one) for one in rules.axes.values()),
        conditions=tuple(
            ConditionRow(condition.value, gettext(happens), capability)
            for condition, (happens, capability) in TRIALS.items()
            if capability in rules.capabilities
        ),
        findings=lint_findings(guideline),
        other_texts=tuple(other_texts(guideline)),
        amendments=tuple(amendments_of(guideline)) if guideline.amended else (),
    )


def _level(rules: IntegrationRules, level: Level) -> LevelRow:
    needs = [one.needs[level] for one in rules.capabilities.values()]
    return LevelRow(rules.levels[level], needs.count(Need.REQUIRED), needs.count(Need.ADVISORY))


def _profile(rules: IntegrationRules, rule: ProfileRule) -> ProfileRow:
    titles = [service_type_title(one).lower() for one in rule.primary]
    lacking = [
        _lacking(
            rules,
            axes,
            gettext("with {primary} as primary: ").format(
                primary=service_type_title(primary).lower()
            ),
        )
        if primary
        else _lacking(rules, axes, "")
        for primary, axes in rule.may_be_na.items()
        if axes
    ]
    return ProfileRow(rule, gettext(" or ").join(titles), tuple(lacking))


def _lacking(rules: IntegrationRules, axes: tuple[str, ...], when: str) -> str:
    return when + listed([rules.axes[axis].title.lower() for axis in axes])


def _axis(rules: IntegrationRules, axis: AxisRule) -> AxisShelf:
    capabilities = (rules.capabilities[name] for name in rules.capabilities_of(axis.id))
    services = [service_type_title(one) for one in (axis.service, *axis.also) if one]
    return AxisShelf(
        axis,
        listed(services).lower(),
        tuple(GuidelineCapability(one, letters_of(one)) for one in capabilities),
    )
