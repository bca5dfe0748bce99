"""What is seen of one API call, before anything of it is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was made. It may hold names and ids: only the ledger looks at it.

    `url` is absolute, of the cloud itself. `status` is 0 where no answer came. `seconds` is when
    the call began, from the footprint's start. `mv_asked` and `mv_answered` are the values of the
    microversion headers (`compute 2.88`, `2.88`). `action` is the first key of the body of an
    action call. `project_id` is that of the token, `request_id` the one that the cloud answered
    with. `answered` is when the answer came; 0 where that is not known.
    """

    method: str
    url: str
    status: int
    seconds: float
    user_agent: str = ""
    mv_asked: str = ""
    mv_answered: str = ""
    action: str = ""
    project_id: str = ""
    request_id: str = ""
    answered: float = 0.0
