"""What an answer means, and who gets which: the words of the matrix."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.http import HttpResponse


class Role(StrEnum):
    """Towards the vendor Kelp, whose things are asked for."""

    ANONYMOUS = "anonymous"
    OUTSIDER = "person without a vendor"
    VIEWER = "viewer"
    UPLOADER = "uploader"
    EDITOR = "editor"
    OWNER = "owner"
    OTHER = "owner of another vendor"
    REVIEWER = "reviewer"
    ADMIN = "staff admin"
    INSIDER = "reviewer who is a viewer of the vendor"


class Answer(StrEnum):
    REACHED = "reached: done, shown, or refused for what was sent"
    SIGN_IN = "sent to the sign-in page"
    WHO = "401"
    FORBIDDEN = "403"
    HIDDEN = "404"
    NO_METHOD = "405"
    UNKNOWN_THERE = "400: the body names what this caller may not know of"
    FAULT = "a fault of the server"


_BY_STATUS = {
    401: Answer.WHO,
    403: Answer.FORBIDDEN,
    404: Answer.HIDDEN,
    405: Answer.NO_METHOD,
}


def meaning(answer: HttpResponse) -> Answer:
    if answer.status_code in _BY_STATUS:
        return _BY_STATUS[answer.status_code]
    if answer.status_code in (302, 303) and answer["Location"].startswith("/sign-in/"):
        return Answer.SIGN_IN
    if answer.status_code == 400 and b'"code":"invalid"' in answer.content:
        return Answer.UNKNOWN_THERE
    # /readyz tells everybody that no worker runs in these tests.
    if answer.status_code < 500 or b'"not ready"' in answer.content:
        return Answer.REACHED
    return Answer.FAULT


Expected = Mapping[Role, Answer]

_MEMBERS = (Role.VIEWER, Role.UPLOADER, Role.EDITOR, Role.OWNER, Role.INSIDER)
_EDITORS = (Role.EDITOR, Role.OWNER)
_STAFF = (Role.REVIEWER, Role.ADMIN, Role.INSIDER)
_STAFF_OF_OTHERS = (Role.REVIEWER, Role.ADMIN)
_STRANGERS = (Role.OUTSIDER, Role.OTHER)


def expected(
    others: Answer, anonymous: Answer | None = None, *groups: tuple[tuple[Role, ...], Answer]
) -> Expected:
    """Later groups win over earlier ones."""
    found = dict.fromkeys(Role, others)
    if anonymous is not None:
        found[Role.ANONYMOUS] = anonymous
    for roles, answer in groups:
        found |= dict.fromkeys(roles, answer)
    return found


_reached, _hidden, _forbidden = Answer.REACHED, Answer.HIDDEN, Answer.FORBIDDEN

EVERYBODY = expected(_reached)
NOBODY = expected(_hidden)
NO_METHOD = expected(Answer.NO_METHOD)
RUN_READERS = expected(_hidden, _hidden, (_MEMBERS, _reached), (_STAFF, _reached))

# Pages: who is not signed in is sent to sign in; what one may not know of is not there.
PERSONS = expected(_reached, Answer.SIGN_IN)
DRAFT_READERS = expected(_hidden, Answer.SIGN_IN, (_MEMBERS, _reached), (_STAFF, _reached))
MEMBERS = expected(_hidden, Answer.SIGN_IN, (_MEMBERS, _reached))
EDITORS = expected(_hidden, Answer.SIGN_IN, (_MEMBERS, _forbidden), (_EDITORS, _reached))
SHARERS = expected(
    _hidden, Answer.SIGN_IN, (_MEMBERS, _forbidden), (_STAFF, _forbidden), (_EDITORS, _reached)
)
OWNERS = expected(_hidden, Answer.SIGN_IN, (_MEMBERS, _forbidden), ((Role.OWNER,), _reached))
OWNER_ALONE = expected(_hidden, Answer.SIGN_IN, ((Role.OWNER,), _reached))
STAFF = expected(_hidden, Answer.SIGN_IN, (_STAFF, _reached))
STAFF_OF_OTHERS = expected(_hidden, Answer.SIGN_IN, (_STAFF_OF_OTHERS, _reached))
ADMINS = expected(_hidden, Answer.SIGN_IN, ((Role.ADMIN,), _reached))
SIGNED_IN_NO_METHOD = expected(Answer.NO_METHOD, Answer.SIGN_IN)
SENT_TO_SIGN_IN = expected(Answer.SIGN_IN)
SENT_ON_IF_SIGNED_IN = expected(_reached, Answer.NO_METHOD)

# The API says 401, and asks who is calling before it looks at the method.
API_PERSONS = expected(_reached, Answer.WHO)
API_SUBMISSION_READERS = expected(
    _hidden, Answer.WHO, (_MEMBERS, _reached), (_STAFF_OF_OTHERS, _reached)
)
API_EDITORS = expected(
    _hidden,
    Answer.WHO,
    (_MEMBERS, _forbidden),
    (_STAFF_OF_OTHERS, _forbidden),
    (_EDITORS, _reached),
)
API_DECIDERS = expected(_hidden, Answer.WHO, (_MEMBERS, _forbidden), (_STAFF_OF_OTHERS, _reached))
API_CHALLENGERS = expected(_forbidden, Answer.WHO, (_EDITORS, _reached))
API_SUBMITTERS = expected(
    _forbidden, Answer.WHO, (_STRANGERS, Answer.UNKNOWN_THERE), (_EDITORS, _reached)
)
API_STAFF = expected(_forbidden, Answer.WHO, (_STAFF, _reached))
API_NO_METHOD = expected(Answer.NO_METHOD, Answer.WHO)
API_STAFF_NO_METHOD = expected(_forbidden, Answer.WHO, (_STAFF, Answer.NO_METHOD))
