"""The Authorization header, read but not yet believed."""

import pytest

from punchlist.api.common.authentication import read_credential
from punchlist.api.common.problems import HttpKind
from punchlist.domain.tokens import TokenKind, new_secret
from punchlist.domain.problems import Rejected


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "BEARER {}", "Bearer  {} "])
def test_a_bearer_token_is_a_claim(header):
    secret = new_secret(TokenKind.API_KEY, 42)
    credential = read_credential({"authorization": header.format(secret.token)})
    assert credential is not None
    assert (credential.workspace_id, credential.digest) == (42, secret.digest)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "pl_1_x", "Bearer\tx"])
def test_without_a_bearer_token_nothing_is_claimed_at_all(header):
    with pytest.raises(Rejected) as caught:
        read_credential({"authorization": header})
    assert caught.value.kind is HttpKind.MISSING_AUTHENTICATION


@pytest.mark.parametrize("token", ["x", "pl_1_short", "é" * 40, "\0", "a b"])
def test_a_token_of_no_form_of_ours_is_a_claim_that_cannot_be_true(token):
    assert read_credential({"authorization": f"Bearer {token}"}) is None
