"""What vendors and reviewers of the trial write to each other, and which decisions are fought."""

from __future__ import annotations

from marketplace.site.demo.market.story import AppealStory, Said

REEDBED_PRIVATE_APPEAL = AppealStory(
    40,
    "Our laboratory was cleared before you asked. The list is signed "
    "and complete, and other programmes took it.",
    granted=False,
    settled_days_ago=37,
    finding="A list of passes does not show what failed or was left "
    "out, whoever signed it. A new run can be sent at any time.",
)

LOCKHOUSE_TALK: tuple[Said, ...] = (
    Said(
        False,
        "This list holds passes alone. Is the subunit stream of the "
        "same run still there? With it this is decided in a minute.",
        2,
    ),
    Said(
        True,
        "Yes, on the disk of a machine that is in a locked ward until "
        "tomorrow. We upload it in the afternoon.",
        19,
    ),
    Said(False, "Good. I leave this open until then.", 21),
)

VANTRESKA_ONE_TALK: tuple[Said, ...] = (
    Said(
        True,
        "The installer is 1.18.2, as on the page of the release. The "
        "cloud for the new run is being set up; give us until Friday.",
        30,
    ),
)

VANTRESKA_SOVEREIGN_APPEAL = AppealStory(
    3,
    "The stream holds names of our customer's networks, which we may "
    "not give away. Tell us how to prove the run without them.",
)

GROVE_TALK: tuple[Said, ...] = (
    Said(
        False,
        "Your domain is not proven yet, and the run answers no "
        "challenge. Can you do one of the two?",
        3,
    ),
    Said(True, "The DNS record is set; it may take a day.", 26),
)

PALISANDER_STACK_APPEAL = AppealStory(
    52,
    "A school has one machine, and this is the product that schools "
    "get. The guideline does not ask for a second one.",
    granted=True,
    settled_days_ago=49,
    finding="The vendor is right: the size of an installation is no "
    "requirement of the target, and each required test passed.",
)
