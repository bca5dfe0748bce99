"""Which state follows on which deed. One table for each kind of thing (trust.md S26)."""

from __future__ import annotations

from collections.abc import Mapping

Table = Mapping[tuple[str, str], str]

RUN: Table = {
    ("received", "start"): "verifying",
    ("verifying", "start"): "verifying",
    ("verifying", "verify"): "verified",
    ("verifying", "refuse"): "unreadable",
    ("received", "quarantine"): "quarantined",
    ("verifying", "quarantine"): "quarantined",
}

GUIDELINE: Table = {
    ("draft", "approve"): "approved",
    ("approved", "supersede"): "superseded",
    ("superseded", "retire"): "retired",
    ("draft", "retire"): "retired",
}

SUBMISSION: Table = {
    ("draft", "submit"): "submitted",
    ("changes-asked", "submit"): "submitted",
    ("submitted", "take"): "in-review",
    ("in-review", "take-over"): "in-review",
    ("submitted", "approve"): "approved",
    ("in-review", "approve"): "approved",
    ("submitted", "reject"): "rejected",
    ("in-review", "reject"): "rejected",
    ("submitted", "ask"): "changes-asked",
    ("in-review", "ask"): "changes-asked",
    ("draft", "withdraw"): "withdrawn",
    ("submitted", "withdraw"): "withdrawn",
    ("in-review", "withdraw"): "withdrawn",
    ("changes-asked", "withdraw"): "withdrawn",
    # An appeal that is granted sets the rejection aside; the deciding begins anew.
    ("rejected", "reopen"): "in-review",
}

APPEAL: Table = {
    ("open", "grant"): "granted",
    ("open", "uphold"): "upheld",
}

CERTIFICATE: Table = {
    ("active", "suspend"): "suspended",
    ("suspended", "reinstate"): "active",
    ("active", "revoke"): "revoked",
    ("suspended", "revoke"): "revoked",
    ("active", "supersede"): "superseded",
    ("suspended", "supersede"): "superseded",
    ("active", "expire"): "expired",
    ("suspended", "expire"): "expired",
}


class TransitionRefused(ValueError):
    """The table has no such deed in this state. `code` is stable."""

    code = "transition-refused"


def after(table: Table, state: str, deed: str) -> str:
    """The state that follows. Raises TransitionRefused."""
    try:
        return table[(state, deed)]
    except KeyError:
        raise TransitionRefused(f"`{deed}` is not possible in the state `{state}`.") from None


def states_allowing(table: Table, deed: str) -> tuple[str, ...]:
    """The states in which the deed is possible, for a conditional UPDATE."""
    return tuple(state for state, known in table if known == deed)
