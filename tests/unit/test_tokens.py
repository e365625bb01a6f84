"""Tokens of API keys and of sessions: drawn, kept as a digest, and read as a claim."""

import hashlib
import re

import pytest

from punchlist.domain.tokens import TokenKind, new_secret, read_token

KINDS = {TokenKind.API_KEY: "pl", TokenKind.SESSION: "sl"}


@pytest.mark.parametrize("workspace_id", [1, 35, 36, 123_456_789, 2**31 - 1])
@pytest.mark.parametrize("kind", TokenKind)
def test_a_token_names_its_kind_and_its_workspace_and_is_kept_as_a_digest(kind, workspace_id):
    secret = new_secret(kind, workspace_id)
    assert re.fullmatch(rf"{KINDS[kind]}_[0-9a-z]+_[0-9A-Za-z]{{32}}", secret.token)
    assert secret.digest == hashlib.sha256(secret.token.encode()).digest()
    assert secret.hint == secret.token[-4:]
    credential = read_token(secret.token)
    assert credential is not None
    assert (credential.kind, credential.workspace_id) == (kind, workspace_id)
    assert credential.digest == secret.digest


@pytest.mark.parametrize("kind", TokenKind)
def test_a_token_fits_into_the_sixty_four_characters_that_clients_keep_for_it(kind):
    assert len(new_secret(kind, 2**31 - 1).token) <= 64


def test_no_two_tokens_are_alike_and_every_letter_occurs():
    tokens = [new_secret(TokenKind.SESSION, 7).token for _ in range(500)]
    assert len(set(tokens)) == 500
    assert len({letter for token in tokens for letter in token[5:]}) == 62


@pytest.mark.parametrize("kind", KINDS.values())
@pytest.mark.parametrize(
    "form",
    [
        "",
        "{kind}_",
        "{kind}_1_",
        "{kind}__{secret}",
        "{kind}_1_{secret}a",
        "{kind}_1_a",
        "{kind}_1_{secret}\n",
        " {kind}_1_{secret}",
        "{kind}_1_-{secret:.31}",
        "{kind}_1_é{secret:.31}",
        "{kind}_0_{secret}",
        "{kind}_A_{secret}",
        "{kind}_١_{secret}",
        "x{kind}_1_{secret}",
        "{kind}_123456789_{secret}",
    ],
)
def test_what_has_not_the_form_of_a_token_claims_nothing(kind, form):
    assert read_token(form.format(kind=kind, secret="a" * 32)) is None


@pytest.mark.parametrize("kind", ["PL", "SL", "ql", "p", ""])
def test_a_token_of_no_kind_of_ours_claims_nothing(kind):
    assert read_token(f"{kind}_1_{'a' * 32}") is None


def test_a_token_of_a_workspace_that_no_database_could_number_claims_nothing():
    largest = read_token(f"pl_zik0zj_{'a' * 32}")
    assert largest is not None
    assert largest.workspace_id == 2**31 - 1
    assert read_token(f"pl_zik0zk_{'a' * 32}") is None
    assert read_token(f"sl_zzzzzzzz_{'a' * 32}") is None
