"""What is sent is accepted by the specification's own library, and nothing that was touched is."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from punchlist.domain.webhooks import new_secret
from punchlist.store.deliveries import Claimed
from punchlist.store.webhooks import Secrets
from punchlist.worker.deliveries import _headers
from tests.unit.test_deliveries import pending

SECRETS = st.binary(min_size=24, max_size=64).map(new_secret)
BODIES = st.text(max_size=200)


def signed(body: str, secret: str, now: dt.datetime, previous: str | None = None) -> dict[str, str]:
    until = now + dt.timedelta(hours=1)
    claimed = Claimed(pending(), "https://example.com", None, None, Secrets(secret, previous), until, body)
    return _headers(7, claimed, now)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def accepts(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: it is no longer in any form
        return False
    return True


@given(BODIES, SECRETS, SECRETS)
def test_whatever_is_sent_is_accepted_with_either_secret_and_no_third(body, secret, previous):
    headers = signed(body, secret, now(), previous)
    assert headers["webhook-id"] == "msg_7_1"
    assert accepts(secret, body.encode(), headers)
    assert accepts(previous, body.encode(), headers)
    if secret != previous:
        assert not accepts(previous, body.encode(), signed(body, secret, now()))


@given(BODIES.filter(bool), SECRETS, st.data())
def test_one_flipped_bit_of_the_body_is_noticed(body, secret, data):
    headers = signed(body, secret, now())
    touched = bytearray(body.encode())
    place = data.draw(st.integers(0, len(touched) - 1))
    touched[place] ^= 1 << data.draw(st.integers(0, 7))
    assert not accepts(secret, bytes(touched), headers)


@given(SECRETS, st.sampled_from(["webhook-id", "webhook-timestamp"]), st.data())
def test_one_changed_character_of_a_header_is_noticed(secret, name, data):
    headers = signed("{}", secret, now())
    place = data.draw(st.integers(0, len(headers[name]) - 1))
    other = data.draw(st.sampled_from("0123456789abc").filter(lambda each: each != headers[name][place]))
    touched = headers[name][:place] + other + headers[name][place + 1 :]
    assert not accepts(secret, b"{}", headers | {name: touched})


@given(SECRETS, st.data())
def test_one_changed_byte_of_a_signature_is_noticed(secret, data):
    import base64

    headers = signed("{}", secret, now())
    signature = bytearray(base64.b64decode(headers["webhook-signature"].removeprefix("v1,")))
    signature[data.draw(st.integers(0, 31))] ^= data.draw(st.integers(1, 255))
    touched = f"v1,{base64.b64encode(bytes(signature)).decode()}"
    assert not accepts(secret, b"{}", headers | {"webhook-signature": touched})


@given(SECRETS, st.sampled_from([1, -1]), st.integers(6, 10_000))
def test_a_message_that_is_old_or_of_the_future_is_not_accepted(secret, sign, minutes):
    assert not accepts(secret, b"{}", signed("{}", secret, now() + sign * dt.timedelta(minutes=minutes)))


@pytest.mark.parametrize("zone", [dt.UTC, dt.timezone(dt.timedelta(hours=5, minutes=30))])
def test_the_clocks_zone_makes_no_difference(zone):
    secret = new_secret(bytes(32))
    assert accepts(secret, b"{}", signed("{}", secret, now().astimezone(zone)))
