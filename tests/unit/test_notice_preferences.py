"""How somebody wants to be told: the usual, what they chose, and addresses that are shown no more."""

import pytest

from punchlist.domain.limits import APPRISE_URL_MAX, APPRISE_URLS_MAX
from punchlist.domain.notice_preferences import (
    DEFAULT_CHANNELS,
    FIXED_SERVICES,
    HOSTED_SERVICES,
    Preferences,
    PreferencesWish,
    apply,
    channels_of,
    masked,
    names_private_address,
    offered,
)
from punchlist.domain.notices import Channel, NoticeKind
from punchlist.domain.problems import Reason, Rejected

ALL = tuple(Channel)
NO_MAIL = (Channel.IN_APP, Channel.APPRISE)
USUAL = Preferences()
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/general"
NTFY = "ntfys://ntfy.example.com/benches"


def changed(present=USUAL, *, available=ALL, private=False, **wish) -> Preferences:
    return apply(present, PreferencesWish(**wish), available=available, private=private)


def reasons(**wish) -> list[tuple[str, str]]:
    with pytest.raises(Rejected) as caught:
        changed(**wish)
    return [(problem.field, problem.reason) for problem in caught.value.problems]


def test_the_usual_is_the_list_and_mail_where_there_is_a_mail_server():
    assert set(DEFAULT_CHANNELS) == set(NoticeKind)
    assert channels_of(USUAL, NoticeKind.REMINDER, ALL) == (Channel.IN_APP, Channel.EMAIL)
    assert channels_of(USUAL, NoticeKind.REMINDER, NO_MAIL) == (Channel.IN_APP,)
    assert offered(mail=True) == ALL
    assert offered(mail=False) == NO_MAIL


def test_what_is_chosen_for_one_kind_leaves_the_others_alone():
    chosen = changed(channels={NoticeKind.REMINDER: (Channel.APPRISE,)})
    assert channels_of(chosen, NoticeKind.REMINDER, ALL) == (Channel.APPRISE,)
    assert channels_of(chosen, NoticeKind.OVERDUE, ALL) == (Channel.IN_APP, Channel.EMAIL)


def test_no_channel_turns_a_kind_off():
    assert channels_of(changed(channels={NoticeKind.OVERDUE: ()}), NoticeKind.OVERDUE, ALL) == ()


def test_a_channel_that_is_not_on_offer_cannot_be_chosen():
    assert reasons(channels={NoticeKind.REMINDER: (Channel.EMAIL,)}, available=NO_MAIL) == [
        ("channels", Reason.NOT_ON_OFFER)
    ]


@pytest.mark.parametrize("available", [ALL, NO_MAIL])
def test_what_is_shown_can_be_sent_back_and_changes_nothing(available):
    present = Preferences({NoticeKind.ASSIGNED: (Channel.EMAIL, Channel.APPRISE)}, (SLACK, NTFY))
    shown = {kind: channels_of(present, kind, available) for kind in NoticeKind}
    urls = tuple(map(masked, present.apprise_urls))
    assert changed(present, channels=shown, apprise_urls=urls, available=available) == present


def test_an_address_is_shown_without_what_is_secret_of_it():
    assert masked(SLACK).startswith("slack://…")
    for part in SLACK.split("/")[2:]:
        assert part not in masked(SLACK)
    assert masked(SLACK) != masked(SLACK + "2")


def test_what_is_shown_of_nobodys_address_is_none():
    assert reasons(apprise_urls=("slack://…12345678",)) == [("apprise_urls", Reason.NOT_AN_APPRISE_URL)]


def test_addresses_are_trimmed_and_given_once():
    assert changed(apprise_urls=(f" {SLACK} ", NTFY, SLACK)).apprise_urls == (SLACK, NTFY)
    assert changed(Preferences({}, (SLACK,)), apprise_urls=()).apprise_urls == ()


def test_there_are_so_many_addresses_and_each_is_so_long():
    urls = tuple(f"slack://{n}" for n in range(APPRISE_URLS_MAX))
    assert changed(apprise_urls=urls).apprise_urls == urls
    assert reasons(apprise_urls=(*urls, SLACK)) == [("apprise_urls", Reason.TOO_MANY)]
    longest = "slack://".ljust(APPRISE_URL_MAX, "x")
    assert changed(apprise_urls=(longest,)).apprise_urls == (longest,)
    assert reasons(apprise_urls=(longest + "x",)) == [("apprise_urls", Reason.TOO_LONG)]


@pytest.mark.parametrize(
    "url",
    ["dbus://", "gnome://", "kde://", "macosx://", "windows://", "syslog://", "qt://", "glib://", "gio://",
     "blink1://", "mailto://a:b@example.com", "fcm://project?keyfile=/etc/passwd", "vapid://a@b.co",
     "file:///etc/passwd", "http://example.com", "slack", "slack://", "slack://a b", "slack://a\nb",
     "SLACK://a", "slack://ä", ""],
)  # fmt: skip
def test_nothing_but_services_of_messages_can_be_an_address(url):
    assert reasons(apprise_urls=(url,)) == [("apprise_urls", Reason.NOT_AN_APPRISE_URL)]


def test_the_services_are_apprises_own_words():
    from apprise.manager_plugins import NotificationManager

    manager = NotificationManager()
    known = {name for plugin in manager.plugins() for name in _names(plugin)}
    assert known >= FIXED_SERVICES
    assert known >= HOSTED_SERVICES
    assert not FIXED_SERVICES & HOSTED_SERVICES


def _names(plugin) -> list[str]:
    found: list[str] = []
    for kind in ("protocol", "secure_protocol"):
        value = getattr(plugin, kind, None) or ()
        found += [value] if isinstance(value, str) else list(value)
    return found


PRIVATE = ["127.0.0.1", "localhost", "localhost.", "a.localhost", "10.1.2.3", "192.168.0.1", "172.16.0.1",
           "169.254.169.254", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]",
           "0.0.0.0", "224.0.0.1"]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_an_address_in_a_private_network_is_refused_unless_it_is_allowed(host):
    url = f"json://{host}:8080/told"
    assert reasons(apprise_urls=(url,)) == [("apprise_urls", Reason.PRIVATE_ADDRESS)]
    assert changed(apprise_urls=(url,), private=True).apprise_urls == (url,)


@pytest.mark.parametrize("url", ["json://example.com", "json://93.184.215.14", "slack://127.0.0.1/a/b", NTFY])
def test_an_address_of_the_internet_is_none_of_a_private_network(url):
    assert not names_private_address(url)
