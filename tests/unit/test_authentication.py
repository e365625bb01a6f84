"""The headers that say who calls, read but not yet believed."""

import pytest

from punchlist.api.common.authentication import read_credential
from punchlist.api.common.problems import HttpKind
from punchlist.domain.problems import Rejected
from punchlist.domain.tokens import TokenKind, new_secret


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "BEARER {}", "Bearer  {} "])
def test_a_bearer_token_is_a_claim(header):
    secret = new_secret(TokenKind.API_KEY, 42)
    credential = read_credential({"authorization": header.format(secret.token)})
    assert credential is not None
    assert (credential.workspace_id, credential.digest) == (42, secret.digest)


@pytest.mark.parametrize("value", ["{}", " {} "])
def test_a_sessions_token_in_its_own_header_is_a_claim(value):
    secret = new_secret(TokenKind.SESSION, 42)
    credential = read_credential({"arena_session_id": value.format(secret.token)})
    assert credential is not None
    assert credential.kind is TokenKind.SESSION
    assert (credential.workspace_id, credential.digest) == (42, secret.digest)


@pytest.mark.parametrize("kind", TokenKind)
def test_the_token_says_what_it_is_of_not_the_header_it_came_in(kind):
    secret = new_secret(kind, 42)
    for headers in ({"arena_session_id": secret.token}, {"authorization": f"Bearer {secret.token}"}):
        credential = read_credential(headers)
        assert credential is not None
        assert credential.kind is kind


def test_a_session_goes_before_a_key_and_an_empty_header_is_none():
    session, key = new_secret(TokenKind.SESSION, 1), new_secret(TokenKind.API_KEY, 1)
    both = {"arena_session_id": session.token, "authorization": f"Bearer {key.token}"}
    found = read_credential(both)
    assert found is not None
    assert found.digest == session.digest
    found = read_credential(both | {"arena_session_id": ""})
    assert found is not None
    assert found.digest == key.digest


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "pl_1_x", "Bearer\tx"])
def test_without_a_token_nothing_is_claimed_at_all(header):
    for headers in ({"authorization": header}, {"arena_session_id": "", "authorization": header}, {}):
        with pytest.raises(Rejected) as caught:
            read_credential(headers)
        assert caught.value.kind is HttpKind.MISSING_AUTHENTICATION


@pytest.mark.parametrize("token", ["x", "pl_1_short", "é" * 40, "\0", "a b"])
def test_a_token_of_no_form_of_ours_is_a_claim_that_cannot_be_true(token):
    assert read_credential({"authorization": f"Bearer {token}"}) is None
    assert read_credential({"arena_session_id": token}) is None
