"""Issuing and revoking API tokens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.catalogue.access import token_in_force
from marketplace.catalogue.models import ApiToken, User
from tests.api.people import make_token
from tests.factories import person
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db
TOKENS = "/workspace/tokens/"


def test_a_token_is_shown_once_and_works(ann: User) -> None:
    client = signed_in(ann)
    answer = client.post(TOKENS, {"label": "pipeline", "scope": "upload", "days": "30"})
    found = re.search(r"hmk_[\w-]{20,}", read(answer).text)
    assert found is not None
    assert "no-store" in answer["Cache-Control"]
    token = token_in_force(found[0])
    assert token is not None
    assert (token.user, token.scope, token.label) == (ann, "upload", "pipeline")
    assert abs(token.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    again = read(client.get(TOKENS)).text
    assert found[0] not in again
    assert token.prefix in again


@pytest.mark.parametrize(
    "given",
    [
        {"label": "", "scope": "upload", "days": "30"},
        {"label": " ", "scope": "upload", "days": "30"},
        {"label": "x", "scope": "everything", "days": "30"},
        {"label": "x", "scope": "read", "days": "4000"},
        {"label": "x"},
    ],
)
def test_what_cannot_be_issued_is_told(ann: User, given: dict[str, str]) -> None:
    answer = signed_in(ann).post(TOKENS, given)
    assert answer.status_code == 400
    assert ApiToken.objects.count() == 0


def test_a_token_is_revoked_by_its_owner_alone(ann: User) -> None:
    token, _ = make_token(ann)
    url = f"{TOKENS}{token.pk}/revoke/"
    assert signed_in(person("Eve")).post(url).status_code == 404
    assert signed_in(ann).get(url).status_code == 405
    assert signed_in(ann).post(url)["Location"] == TOKENS
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_nobody_sees_another_person_s_tokens(ann: User) -> None:
    token, _ = make_token(ann)
    assert token.prefix not in read(signed_in(person("Eve")).get(TOKENS)).text
