"""The shape of a condition; itself the condition `plain`, which changes nothing."""

from __future__ import annotations

from hallmark.recorder.asked import Answered, Asked, OwnAnswer


class Treatment:
    """Called in the recorder's loop, so that one call at a time is decided."""

    def on_request(self, asked: Asked) -> OwnAnswer | None:
        """An answer in the cloud's place, else None; may change `asked.target` and `headers`."""

    def on_answer(self, asked: Asked, answered: Answered) -> None:
        """Told of every answer of the cloud; may change `answered.body` where that was read."""
