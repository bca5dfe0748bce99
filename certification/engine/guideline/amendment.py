"""A later addition to an approved guideline: flag a test for everybody, or withdraw a flag."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from certification.engine.canonical import digest_of
from certification.engine.guideline.model import Flag, Guideline
from certification.engine.report import bare_id, bare_name


class AmendmentAction(StrEnum):
    FLAG = "flag"
    WITHDRAW = "withdraw"


class AmendmentInvalid(ValueError):
    """The amendment names a test that the guideline does not have."""

    code = "amendment-unknown-test"


@dataclass(frozen=True, slots=True)
class Amendment:
    """`test` is a name or an idempotent id of the guideline; an id means every test that has it.

    `author` is the public name of who decided, `date` an ISO date, `reason` public words.
    `guideline_digest` is the SHA-256 of the document that is amended.
    """

    guideline_digest: str
    action: AmendmentAction
    test: str
    reason: str
    author: str
    date: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of all fields."""
        return digest_of(self.to_document())

    def to_document(self) -> dict[str, str]:
        return {
            "guideline_digest": self.guideline_digest,
            "action": self.action.value,
            "test": self.test,
            "reason": self.reason,
            "author": self.author,
            "date": self.date,
        }


def amended_flags(
    guideline: Guideline, amendments: Iterable[Amendment]
) -> dict[tuple[str, str], Flag | None]:
    """The flags that amendments change, by (test name, id); None withdraws. The last one wins.

    Raises AmendmentInvalid for an unknown test or another guideline.
    """
    tests = {(t.name, t.idempotent_id) for c in guideline.capabilities.values() for t in c.tests}
    changes: dict[tuple[str, str], Flag | None] = {}
    for amendment in amendments:
        if amendment.guideline_digest != guideline.digest:
            raise AmendmentInvalid(
                f"The amendment is for the guideline {amendment.guideline_digest[:12]}, "
                f"not for {guideline.id} ({guideline.digest[:12]})."
            )
        keys = [key for key in tests if names_test(amendment.test, *key)]
        if not keys:
            raise AmendmentInvalid(
                f"Guideline {guideline.id} has no test {amendment.test[:200]!r} to amend."
            )
        flag = Flag(amendment.reason, f"Amendment by {amendment.author}", amendment.date)
        changes.update(
            dict.fromkeys(keys, flag if amendment.action is AmendmentAction.FLAG else None)
        )
    return changes


def with_amendments(guideline: Guideline, amendments: Iterable[Amendment]) -> Guideline:
    """The document as it holds with them: the same but for its flags. Raises AmendmentInvalid."""
    flags = amended_flags(guideline, amendments)
    capabilities = {
        capability.id: replace(
            capability,
            tests=tuple(
                replace(test, flag=flags.get((test.name, test.idempotent_id), test.flag))
                for test in capability.tests
            ),
        )
        for capability in guideline.capabilities.values()
    }
    return replace(guideline, capabilities=capabilities)


def names_test(written: str, name: str, idempotent_id: str) -> bool:
    """Whether a person who wrote this name or id means the test."""
    return bare_name(written) == name or bare_id(written) == (idempotent_id or None)
