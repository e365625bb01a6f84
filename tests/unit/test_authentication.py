"""What says who calls, read but not yet believed; and what a browser must say besides."""

import pytest

from punchlist.api.common.authentication import (
    read_claim,
    require_own_origin,
    require_own_page,
    session_cookie,
)
from punchlist.api.common.problems import HttpKind
from punchlist.domain.problems import Rejected
from punchlist.domain.tokens import TokenKind, new_secret


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "BEARER {}", "Bearer  {} "])
def test_a_bearer_token_is_a_claim(header):
    secret = new_secret(TokenKind.API_KEY, 42)
    credential = read_claim({"authorization": header.format(secret.token)}).credential
    assert credential is not None
    assert (credential.workspace_id, credential.digest) == (42, secret.digest)


@pytest.mark.parametrize("value", ["{}", " {} "])
def test_a_sessions_token_in_its_own_header_is_a_claim(value):
    secret = new_secret(TokenKind.SESSION, 42)
    credential = read_claim({"arena_session_id": value.format(secret.token)}).credential
    assert credential is not None
    assert credential.kind is TokenKind.SESSION
    assert (credential.workspace_id, credential.digest) == (42, secret.digest)


@pytest.mark.parametrize("kind", TokenKind)
def test_the_token_says_what_it_is_of_not_the_header_it_came_in(kind):
    secret = new_secret(kind, 42)
    for headers in ({"arena_session_id": secret.token}, {"authorization": f"Bearer {secret.token}"}):
        credential = read_claim(headers).credential
        assert credential is not None
        assert credential.kind is kind


def test_a_session_goes_before_a_key_and_an_empty_header_is_none():
    session, key = new_secret(TokenKind.SESSION, 1), new_secret(TokenKind.API_KEY, 1)
    both = {"arena_session_id": session.token, "authorization": f"Bearer {key.token}"}
    found = read_claim(both).credential
    assert found is not None
    assert found.digest == session.digest
    found = read_claim(both | {"arena_session_id": ""}).credential
    assert found is not None
    assert found.digest == key.digest


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "pl_1_x", "Bearer\tx"])
def test_without_a_token_nothing_is_claimed_at_all(header):
    for headers in ({"authorization": header}, {"arena_session_id": "", "authorization": header}, {}):
        with pytest.raises(Rejected) as caught:
            read_claim(headers)
        assert caught.value.kind is HttpKind.MISSING_AUTHENTICATION


@pytest.mark.parametrize("token", ["x", "pl_1_short", "é" * 40, "\0", "a b"])
def test_a_token_of_no_form_of_ours_is_a_claim_that_cannot_be_true(token):
    assert read_claim({"authorization": f"Bearer {token}"}).credential is None
    assert read_claim({"arena_session_id": token}).credential is None


SECRET = new_secret(TokenKind.SESSION, 42)


@pytest.mark.parametrize(
    "cookie",
    ["punchlist_session={}", "theme=dark; punchlist_session={}", " punchlist_session={} ; theme=dark",
     "punchlist_session=; punchlist_session={}"],
)  # fmt: skip
def test_a_sessions_token_in_the_cookie_is_a_claim_that_a_browser_made(cookie):
    claim = read_claim({"cookie": cookie.format(SECRET.token)})
    assert claim.by_cookie
    assert claim.credential is not None
    assert claim.credential.digest == SECRET.digest


def test_what_a_caller_says_goes_before_what_their_browser_adds():
    key, cookie = new_secret(TokenKind.API_KEY, 1), {"cookie": f"punchlist_session={SECRET.token}"}
    for said in ({"authorization": f"Bearer {key.token}"}, {"arena_session_id": key.token}):
        claim = read_claim(cookie | said)
        assert not claim.by_cookie
        assert claim.credential is not None
        assert claim.credential.digest == key.digest


def test_a_proxys_own_password_does_not_hide_the_cookie():
    claim = read_claim({"authorization": "Basic YTpi", "cookie": f"punchlist_session={SECRET.token}"})
    assert claim.by_cookie
    assert claim.credential is not None


@pytest.mark.parametrize("value", [new_secret(TokenKind.API_KEY, 1).token, "x", "sl_1_short"])
def test_what_is_no_session_in_the_cookie_cannot_be_true(value):
    assert read_claim({"cookie": f"punchlist_session={value}"}).credential is None


@pytest.mark.parametrize("cookie", ["", "theme=dark", "punchlist_session=", "Punchlist_Session=x", ";;="])
def test_other_cookies_claim_nothing(cookie):
    with pytest.raises(Rejected) as caught:
        read_claim({"cookie": cookie})
    assert caught.value.kind is HttpKind.MISSING_AUTHENTICATION


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────

OWN_PAGES = [
    ("http://desk.example:8000", "http://desk.example:8000"),
    ("http://desk.example", "http://desk.example:80"),
    ("https://desk.example:443", "https://desk.example"),
    ("https://DESK.example", "https://desk.example"),
    ("http://[::1]:8000", "http://[::1]:8000"),
    ("http://desk.example", "https://desk.example"),  # behind a proxy that does not tell
]
FOREIGN_PAGES = [
    ("http://desk.example", "http://other.example"),
    ("http://desk.example", "http://desk.example:8000"),
    ("https://desk.example", "http://desk.example"),
    ("https://desk.example", "https://desk.example.evil.example"),
    ("https://desk.example", "https://evil.desk.example"),
    ("https://desk.example", "https://desk.example@evil.example"),
    ("http://desk.example", "null"),
    ("http://desk.example", ""),
    ("http://desk.example", "file://"),
    ("http://desk.example", "http://desk.example:x"),
    ("http://desk.example", "http://[::1"),
    ("http://desk.example", "desk.example"),
]


@pytest.mark.parametrize(("address", "origin"), OWN_PAGES)
def test_a_page_of_this_server_may_use_its_cookie(address, origin):
    require_own_page({"x-punchlist-request": "1", "origin": origin}, (address, None))


@pytest.mark.parametrize(("address", "origin"), FOREIGN_PAGES)
def test_a_page_of_another_server_may_not(address, origin):
    with pytest.raises(Rejected) as caught:
        require_own_page({"x-punchlist-request": "1", "origin": origin}, (address, None))
    assert caught.value.kind is HttpKind.CROSS_SITE_REQUEST


def test_pages_at_the_address_that_the_server_is_known_by_are_its_own():
    headers = {"origin": "https://punchlist.example.com"}
    require_own_origin(headers, ("http://10.0.0.5:8000", "https://punchlist.example.com/app"))
    with pytest.raises(Rejected):
        require_own_origin(headers, ("http://10.0.0.5:8000", None))


@pytest.mark.parametrize("headers", [{}, {"x-punchlist-request": "0"}, {"x-punchlist-request": ""}])
def test_without_the_header_that_no_other_site_can_set_a_cookie_opens_nothing(headers):
    with pytest.raises(Rejected) as caught:
        require_own_page(headers, ("http://desk.example",))
    assert caught.value.kind is HttpKind.CROSS_SITE_REQUEST
    require_own_page({"x-punchlist-request": "1"}, ("http://desk.example",))


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites():
    year = 400 * 24 * 3600
    plain = f"punchlist_session=sl_x; Path=/; Max-Age={year}; HttpOnly; SameSite=Lax"
    assert session_cookie("sl_x", secure=False) == plain
    assert session_cookie("sl_x", secure=True) == f"{plain}; Secure"
    assert session_cookie("", secure=False).startswith("punchlist_session=; Path=/; Max-Age=0;")
