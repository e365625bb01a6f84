"""What an endpoint may be, which events it gets, and when it is given up."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain import limits, webhooks
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.domain.publication import PUBLISHED, SELECTABLE, selects
from punchlist.domain.webhooks import Webhook, WebhookWish, why_given_up
from tests.unit.builders import NOW
from tests.unit.test_addresses import PRIVATE_4, PRIVATE_6, spellings

LATER = NOW + dt.timedelta(hours=1)


def make(*, allow_private: bool = False, **wish) -> Webhook:
    wished = WebhookWish(**{"url": "https://example.com/hook", "events": ("*",)} | wish)
    return webhooks.create(wished, webhook_id="W" * 20, owner_id="A", allow_private=allow_private, now=NOW)


def reasons(**wish) -> list[tuple[str, str]]:
    with pytest.raises(Rejected) as caught:
        make(**wish)
    assert caught.value.kind is Kind.INVALID
    return [(problem.field, problem.reason) for problem in caught.value.problems]


def test_a_new_endpoint_is_enabled_and_has_what_was_wished():
    made = make(events=("task.created", "change.*", "task.created"), description="  The build server ")
    assert (made.url, made.events) == ("https://example.com/hook", ("task.created", "change.*"))
    assert (made.description, made.owner_id, made.version) == ("The build server", "A", 1)
    assert (made.enabled, made.disabled_reason, made.failing_since) == (True, None, None)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com", "http://example.com:8080/a?b=c#d", "https://[2606:4700::1111]/", "HTTPS://X.Y",
        "https://example.com/@user", "https://xn--bcher-kva.example/",
        "https://example.com/" + "x" * (limits.WEBHOOK_URL_MAX - 20),
    ],
)  # fmt: skip
def test_an_address_of_the_web_will_do(url):
    assert make(url=url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "ftp://example.com/", "https://", "https:///x", "https://user@example.com/",
        "https://user:password@example.com/", "https://example.com:0/", "https://example.com:99999/",
        "https://exa mple.com/", "https://example.com/\n", "https://example.com\\@localhost/",
        "//example.com",
        "https://[::1", "javascript:alert(1)", "https://:443/", "nul\0",
    ],
)  # fmt: skip
def test_anything_else_will_not(url):
    assert reasons(url=url) == [("url", Reason.NOT_A_WEB_ADDRESS)]


def test_an_address_may_have_so_many_characters_and_no_more():
    assert reasons(url="https://example.com/" + "x" * (limits.WEBHOOK_URL_MAX - 19)) == [
        ("url", Reason.TOO_LONG)
    ]


@given(st.sampled_from(PRIVATE_4), st.sampled_from(["http", "https"]), st.sampled_from(["", ":8080"]))
def test_no_spelling_of_a_private_address_will_do_unless_that_is_allowed(text, scheme, port):
    import ipaddress

    for spelling in spellings(ipaddress.IPv4Address(text)):
        url = f"{scheme}://{spelling}{port}/x"
        assert reasons(url=url) == [("url", Reason.PRIVATE_ADDRESS)], url
        assert make(url=url, allow_private=True).url == url


@pytest.mark.parametrize("host", ["localhost", "LocalHost.", "x.localhost", "127.0.0.1.", "127.1"]
                         + [f"[{text}]" for text in PRIVATE_6])  # fmt: skip
def test_nor_will_a_name_of_this_machine(host):
    assert reasons(url=f"http://{host}/") in (
        [("url", Reason.PRIVATE_ADDRESS)],
        [("url", Reason.NOT_A_WEB_ADDRESS)],
    )


@pytest.mark.parametrize("event", SELECTABLE)
def test_every_type_family_and_the_star_will_do(event):
    assert make(events=(event,)).events == (event,)


@pytest.mark.parametrize("event", ["task", "task.moved", "Task.created", "note.*", "**", "", ".*"])
def test_an_unknown_event_is_refused_naming_what_is_known(event):
    with pytest.raises(Rejected) as caught:
        make(events=("task.created", event))
    assert caught.value.problems == (Problem("events", Reason.NOT_ONE_OF, {"options": SELECTABLE}),)


def test_there_is_at_least_one_event_and_no_more_than_so_many():
    assert reasons(events=()) == [("events", Reason.REQUIRED)]
    too_many = tuple(f"x.{number}" for number in range(limits.WEBHOOK_EVENTS_MAX + 1))
    assert reasons(events=too_many) == [("events", Reason.TOO_MANY)]


def test_everything_that_is_wrong_is_told_at_once():
    text = "x" * (limits.WEBHOOK_DESCRIPTION_MAX + 1)
    assert reasons(url="x", events=("x",), description=text) == [
        ("url", Reason.NOT_A_WEB_ADDRESS),
        ("events", Reason.NOT_ONE_OF),
        ("description", Reason.TOO_LONG),
    ]
    door = Problem("url", Reason.WRONG_TYPE, {"expected": "a string"})
    with pytest.raises(Rejected) as caught:
        webhooks.create(
            WebhookWish(problems=(door,)), webhook_id="", owner_id=None, allow_private=True, now=NOW
        )
    assert caught.value.problems == (door, Problem("events", Reason.REQUIRED))


@given(st.sampled_from(list(PUBLISHED.values())), st.lists(st.sampled_from(SELECTABLE), min_size=1))
def test_a_list_of_events_has_a_type_if_it_names_it_or_its_family_or_all(name, events):
    named = name in events or "*" in events or f"{name.split('.')[0]}.*" in events
    assert selects(events, name) == named


def test_a_family_is_not_another_that_begins_alike():
    assert selects(("task.*",), "task.created")
    assert not selects(("task.*",), "implementation_task.created")
    assert not selects(("change.created",), "change.updated")


def test_nothing_wished_is_the_same_endpoint():
    made = make()
    for wish in (WebhookWish(), WebhookWish(url=made.url, events=made.events, enabled=True)):
        assert webhooks.apply(made, wish, allow_private=False, now=LATER) is made


def test_only_what_is_wished_changes():
    changed = webhooks.apply(
        make(description="A"), WebhookWish(description=None), allow_private=False, now=LATER
    )
    assert (changed.description, changed.url, changed.version, changed.updated_at) == (
        None,
        "https://example.com/hook",
        2,
        LATER,
    )


def test_switching_off_says_so_and_switching_on_is_a_fresh_start():
    off = webhooks.apply(make(), WebhookWish(enabled=False), allow_private=False, now=LATER)
    assert (off.enabled, off.disabled_reason) == (False, webhooks.SWITCHED_OFF)
    given_up = webhooks.disable(make(), "It failed", now=LATER)
    assert (given_up.enabled, given_up.disabled_reason) == (False, "It failed")
    for disabled in (off, given_up):
        on = webhooks.apply(disabled, WebhookWish(enabled=True), allow_private=False, now=LATER)
        assert (on.enabled, on.disabled_reason, on.failing_since) == (True, None, None)


def test_an_endpoint_is_given_up_after_a_day_of_failures_and_not_before():
    day = limits.WEBHOOK_FAILING_MAX
    assert why_given_up(None, NOW) is None
    assert why_given_up(NOW, NOW + day - dt.timedelta(seconds=1)) is None
    why = why_given_up(NOW, NOW + day)
    assert why is not None
    assert f"{NOW:%Y-%m-%d %H:%M} UTC" in why


def test_the_secret_before_signs_on_for_the_grace_period():
    assert webhooks.rotate(make(), grace=dt.timedelta(hours=2), now=NOW).previous_secret_until == (
        NOW + dt.timedelta(hours=2)
    )
    assert webhooks.rotate(make(), grace=dt.timedelta(0), now=NOW).previous_secret_until is None
