"""Which addresses of the internet a message may go to: those that are everybody's, and no one's own."""

import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What an IPv6 address may carry an IPv4 address in, which is where packets to it end up: 6to4 has it after
# its prefix, NAT64 and the outdated "compatible" form at the end.
_6TO4 = ipaddress.IPv6Network("2002::/16")
_LAST_32_BITS = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))

# Not told apart by every Python that we run on.
_REFUSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "100.64.0.0/10",  # a provider's own, RFC 6598
            "192.0.0.0/24",
            "192.88.99.0/24",  # 6to4's relays
            "198.18.0.0/15",
            "fec0::/10",  # a site's own, until 2004
            "2001::/23",  # Teredo, ORCHID and the like, none of which a receiver has
            "3fff::/20",
            "5f00::/16",
            "64:ff9b:1::/48",
        ),
    )
)


def is_public(address: Address) -> bool:
    """Tells whether an address is one that anybody on the internet would reach the same host by."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return False
        carried = _carried(address)
        if carried is not None and not is_public(carried):
            return False
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
    if any(address.version == network.version and address in network for network in _REFUSED):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    )


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _6TO4:
        return ipaddress.IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    if any(address in network for network in _LAST_32_BITS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def is_private_host(host: str) -> bool:
    """Tells whether a host is written as an address, or a name, that no other machine has.

    What other names lead to is looked at when something is sent there.
    """
    host = host.rstrip(".").lower()
    address = literal(host)
    if address is not None:
        return not is_public(address)
    return host == "localhost" or host.endswith(".localhost")


def literal(host: str) -> Address | None:
    """The address that a host is written as, or None when it is a name.

    Resolvers take IPv4 addresses in more forms than four numbers: one (2130706433), hexadecimal and octal
    ones (0x7f.1, 0177.0.0.1), and fewer than four (127.1).
    """
    host = host.removeprefix("[").removesuffix("]")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        # It reads what is before a blank and overlooks the rest.
        return None if host.split() != [host] else ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        return None
