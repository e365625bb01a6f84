"""No form of address reaches this machine, or any other that is not everybody's, unless that is allowed."""

import asyncio
import datetime as dt
import ipaddress
import socket
from collections.abc import Mapping

import pytest
from aiohttp.resolver import ThreadedResolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from punchlist.domain.addresses import is_public
from punchlist.settings import Settings
from punchlist.worker import outbound
from punchlist.worker.outbound import Answer, NoAnswerError
from tests.support.client import expect
from tests.unit.test_addresses import PRIVATE_4, PRIVATE_6, spellings
from tests.webhooks.hand_worker import HandWorker
from tests.webhooks.receiver import Receiver

REFUSED = "The address is a private, loopback or otherwise internal one"


def post(url: str, *, allow_private: bool = False, headers: Mapping[str, str] | None = None) -> Answer:
    async def send() -> Answer:
        async with outbound.session(allow_private=allow_private, seconds=10) as session:
            return await outbound.post(session, url, b"{}", headers or {}, read=1000, keep=100)

    return asyncio.run(send())


def test_what_is_allowed_is_reached(receiver: Receiver):
    assert post(receiver.url, allow_private=True).status == 204
    assert len(receiver.received) == 1


HOSTS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001",
    "0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "127.0.0.1.", "[fe80::1%251]", "%31%32%37.0.0.1",
    "①②⑦.0.0.1", "127。0。0。1",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_this_machine_is_not_reached_however_it_is_written(receiver: Receiver, host: str):
    with pytest.raises(NoAnswerError):
        post(f"http://{host}:{receiver.port}/hook")
    assert receiver.received == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PRIVATE_4), st.integers(0, 8), st.sampled_from(["http", "https"]))
def test_no_spelling_of_a_private_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, text: str, form: int, scheme: str
):
    tried = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: tried.append(address))
    monkeypatch.setattr(asyncio.BaseEventLoop, "sock_connect", lambda *given: tried.append(given))
    host = spellings(ipaddress.IPv4Address(text))[form]
    with pytest.raises(NoAnswerError):
        post(f"{scheme}://{host}:9/")
    assert tried == []


@pytest.mark.parametrize("text", PRIVATE_4 + PRIVATE_6)
def test_a_socket_is_made_for_public_addresses_only(text: str):
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    with pytest.raises(outbound.RefusedAddressError):
        outbound._public_socket((family, socket.SOCK_STREAM, 0, "", (text, 80)))


@given(st.ip_addresses())
def test_a_socket_is_made_for_an_address_exactly_if_it_is_public(address):
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        outbound._public_socket((family, socket.SOCK_STREAM, 0, "", (str(address), 80))).close()
        made = True
    except outbound.RefusedAddressError:
        made = False
    assert made == is_public(address)


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Has every name lead to these addresses, one answer for each time it is asked."""
    left = list(answers)

    async def resolve(_self, host, port=0, family=socket.AF_UNSPEC):
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [
            {"hostname": host, "host": each, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
            for each in addresses
        ]

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)


def test_a_name_that_leads_here_leads_nowhere(receiver: Receiver, monkeypatch: pytest.MonkeyPatch):
    resolving(monkeypatch, ["127.0.0.1"])
    with pytest.raises(NoAnswerError, match=REFUSED) as caught:
        post(f"http://innocent.example.com:{receiver.port}/hook")
    assert caught.value.refused
    assert receiver.received == []


def test_a_name_that_leads_here_among_others_leads_nowhere(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    resolving(monkeypatch, ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(NoAnswerError, match=REFUSED):
        post(f"http://innocent.example.com:{receiver.port}/hook")
    assert receiver.received == []


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch):
    resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    asked = []

    def no_socket(info):
        asked.append(info[4][0])
        raise OSError("there is no way out of this test")

    monkeypatch.setattr(outbound, "_public_socket", no_socket)
    with pytest.raises(NoAnswerError):
        post("http://innocent.example.com/hook")
    assert asked == ["93.184.216.34"]


def test_a_redirect_to_this_machine_is_not_followed(receiver: Receiver):
    receiver.answers(307, headers={"location": f"http://127.0.0.1:{receiver.port}/secret"})
    assert post(receiver.url, allow_private=True).status == 307
    assert [each.path for each in receiver.received] == ["/hook"]


def test_no_proxy_of_this_machines_is_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, receiver.url)
    with pytest.raises(NoAnswerError):
        post("http://10.255.255.1:9/")
    assert receiver.received == []


def test_a_refused_delivery_fails_at_once_and_says_so(backstage, http, receiver):
    from tests.support.people import Cast

    cast = Cast(backstage, http)
    made = expect(201, cast.ada.post("/webhooks", {"url": "http://example.com/", "events": ["*"]}))
    backstage.execute(
        "UPDATE webhooks SET url = $2 WHERE workspace_id = $1",  # it was allowed once, say
        cast.workspace_id,
        receiver.url,
    )
    cast.ada.makes_a_task()
    worker = HandWorker(backstage, Settings(), cast.workspace_id)
    worker.works()
    [delivery] = expect(200, cast.ada.get(f"/webhooks/{made['id']}/deliveries"))["data"]
    assert (delivery["state"], delivery["attempts"], delivery["lastError"]) == ("failed", 1, REFUSED)
    assert receiver.received == []
    assert worker.jobs() == []


NOW = dt.datetime(2030, 5, 17, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0), ("120", 120), (" 7 ", 7), ("99999999999999999999", 10**9),
        ("Fri, 17 May 2030 12:00:30 GMT", 30), ("Fri, 17 May 2030 11:00:00 GMT", 0), ("", None),
        ("-5", None), ("soon", None), ("1.5", None), ("١٢", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_in_both_its_forms(text: str, seconds: int | None):
    found = outbound.retry_after({"retry-after": text}, NOW)
    assert found == (None if seconds is None else dt.timedelta(seconds=seconds))


@given(st.text(max_size=60))
def test_no_text_of_retry_after_does_harm(text: str):
    found = outbound.retry_after({"retry-after": text}, NOW)
    assert found is None or found >= dt.timedelta(0)
