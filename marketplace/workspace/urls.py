"""The pages of signed-in people."""

from __future__ import annotations

from django.urls import path

from marketplace.workspace.views import keys, overview, tokens

urlpatterns = [
    path("workspace/", overview.workspace, name="workspace"),
    path("workspace/keys/", keys.key_list, name="keys"),
    path("workspace/keys/challenge/", keys.challenge, name="key-challenge"),
    path("workspace/keys/<int:key_id>/revoke/", keys.revoke, name="key-revoke"),
    path("workspace/tokens/", tokens.token_list, name="tokens"),
    path("workspace/tokens/<int:token_id>/revoke/", tokens.revoke, name="token-revoke"),
]
