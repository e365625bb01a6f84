"""How somebody wants to be told: the channels of each kind of notice, and the addresses for Apprise."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.domain import limits
from punchlist.domain.addresses import is_private_host
from punchlist.domain.notices import Channel, NoticeKind
from punchlist.domain.problems import Kind, Problem, Reason, Rejected

Channels = Mapping[NoticeKind, tuple[Channel, ...]]

DEFAULT_CHANNELS: Channels = {
    NoticeKind.REMINDER: (Channel.IN_APP, Channel.EMAIL),
    NoticeKind.OVERDUE: (Channel.IN_APP, Channel.EMAIL),
    NoticeKind.ASSIGNED: (Channel.IN_APP, Channel.EMAIL),
    NoticeKind.WEBHOOK_DISABLED: (Channel.IN_APP,),
}

# Which of Apprise's services may be used: those that speak HTTP to a service of messages, read one by one.
# A list of what is forbidden would let in what the next release brings: this machine's own desktop, log,
# serial port or mail queue, or a file of the server's as a key.
FIXED_SERVICES = frozenset(
    (
        *("discord", "gchat", "guilded", "join", "msgbird", "opsgenie", "pagerduty", "pbul", "pover"),
        *("prowl", "pushy", "signl4", "slack", "spush", "tgram", "twist", "webex", "wxteams", "zulip"),
    )
)
# Each of these also with an s at its end, which is HTTPS.
_HOSTED = (
    *("bark", "form", "gotify", "json", "matrix", "mmost", "ncloud", "nctalk", "ntfy", "rocket"),
    *("synology", "workflow", "xml"),
)
HOSTED_SERVICES = frozenset(name + end for name in _HOSTED for end in ("", "s"))
_URL = re.compile(r"([a-z0-9]+)://[\x21-\x7e]+").fullmatch


class Preferences(msgspec.Struct, frozen=True):
    """What somebody chose; a kind that is not in `channels` goes the usual ways."""

    channels: Channels = {}
    apprise_urls: tuple[str, ...] = ()


class PreferencesWish(msgspec.Struct):
    """What somebody wishes: UNSET leaves alone. An address may be given as it is shown: it then stays."""

    channels: Mapping[NoticeKind, tuple[Channel, ...]] | UnsetType = UNSET
    apprise_urls: tuple[str, ...] | UnsetType = UNSET
    problems: tuple[Problem, ...] = ()


def offered(*, mail: bool) -> tuple[Channel, ...]:
    """The channels that a server has; e-mail only where it knows a mail server."""
    return tuple(channel for channel in Channel if mail or channel is not Channel.EMAIL)


def channels_of(
    preferences: Preferences, kind: NoticeKind, available: Sequence[Channel]
) -> tuple[Channel, ...]:
    """The channels by which somebody is told of a kind, in the order of their declaration."""
    chosen = preferences.channels.get(kind, DEFAULT_CHANNELS[kind])
    return tuple(channel for channel in Channel if channel in chosen and channel in available)


def ways_of(preferences: Preferences, kind: NoticeKind, available: Sequence[Channel]) -> tuple[Channel, ...]:
    """The channels by which a notice really goes: not by Apprise where there is no address to send it to."""
    channels = channels_of(preferences, kind, available)
    has_address = bool(preferences.apprise_urls)
    return tuple(channel for channel in channels if has_address or channel is not Channel.APPRISE)


def apply(
    present: Preferences, wish: PreferencesWish, *, available: Sequence[Channel], private: bool
) -> Preferences:
    """Applies a wish; raises Rejected with every problem found. `private`: addresses in private networks
    are allowed."""
    problems = list(wish.problems)
    channels = dict(present.channels)
    if wish.channels is not UNSET:
        for kind, wanted in wish.channels.items():
            if not set(wanted) <= set(available):
                problems.append(Problem("channels", Reason.NOT_ON_OFFER, {"options": list(available)}))
            # What is shown leaves out what is not on offer; sent back, it is no choice.
            elif set(wanted) != set(channels_of(present, kind, available)):
                channels[kind] = tuple(channel for channel in Channel if channel in wanted)
    urls = present.apprise_urls
    if wish.apprise_urls is not UNSET:
        urls, found = _clean_urls(present.apprise_urls, wish.apprise_urls, private=private)
        problems += found
    if problems:
        raise Rejected(Kind.INVALID, problems)
    return Preferences(channels, urls)


def masked(url: str) -> str:
    """An address as it is shown once it is stored: its service, and enough to tell it from the others."""
    return f"{url.partition('://')[0]}://…{fingerprint(url)}"


def fingerprint(url: str) -> str:
    """Eight characters by which an address is known; nothing of it can be found from them."""
    return hashlib.sha256(url.encode()).hexdigest()[:8]


def _clean_urls(
    present: tuple[str, ...], wished: tuple[str, ...], *, private: bool
) -> tuple[tuple[str, ...], list[Problem]]:
    shown = {masked(url): url for url in present}
    urls = tuple(dict.fromkeys(shown.get(each.strip(), each.strip()) for each in wished))
    if len(urls) > limits.APPRISE_URLS_MAX:
        return (), [Problem("apprise_urls", Reason.TOO_MANY, {"max": limits.APPRISE_URLS_MAX})]
    if any(len(url) > limits.APPRISE_URL_MAX for url in urls):
        return (), [Problem("apprise_urls", Reason.TOO_LONG, {"max": limits.APPRISE_URL_MAX})]
    new = [url for url in urls if url not in present]
    problems = [] if all(map(_is_known, new)) else [Problem("apprise_urls", Reason.NOT_AN_APPRISE_URL)]
    if not problems and not private and any(map(names_private_address, new)):
        problems = [Problem("apprise_urls", Reason.PRIVATE_ADDRESS)]
    return urls, problems


def _is_known(url: str) -> bool:
    match = _URL(url)
    return match is not None and match[1] in FIXED_SERVICES | HOSTED_SERVICES


def names_private_address(url: str) -> bool:
    """Tells whether an address is plainly inside of a private network; a name may still turn out to be."""
    if url.partition("://")[0] not in HOSTED_SERVICES:
        return False
    try:
        return is_private_host(urlsplit(url).hostname or "")
    except ValueError:
        return True
