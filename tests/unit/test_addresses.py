"""No form of an address leads to what is not everybody's."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchlist.domain.addresses import is_public, literal

PRIVATE_4 = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255",
]  # fmt: skip
PRIVATE_6 = [
    "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "100::1",
    "2001::1", "2001:10::1", "3fff::1", "5f00::1", "fe80::1%eth0", "2606:4700::1111%eth0",
    "64:ff9b:1::808:808",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "192.0.1.1",
          "2606:4700::1111", "2a00:1450:4001:81b::200e"]  # fmt: skip


@pytest.mark.parametrize("text", PRIVATE_4 + PRIVATE_6)
def test_what_is_somebodys_own_is_not_public(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_everybodys_is_public(text):
    assert is_public(ipaddress.ip_address(text))


def carriers(v4: int) -> list[ipaddress.IPv6Address]:
    """The IPv6 addresses that lead to an IPv4 address, or that are written as one."""
    forms = {
        "mapped": 0xFFFF << 32 | v4,
        "compatible": v4,
        "6to4": 0x2002 << 112 | v4 << 80 | 1,
        "nat64": 0x64FF9B << 96 | v4,
        "teredo": 0x20010000 << 96 | (v4 ^ 0xFFFFFFFF),
    }
    return [ipaddress.IPv6Address(each) for each in forms.values()]


@given(st.sampled_from(PRIVATE_4))
def test_no_ipv6_address_carries_a_private_one_past(text):
    for carrier in carriers(int(ipaddress.IPv4Address(text))):
        assert not is_public(carrier), carrier


@given(st.ip_addresses(v=4))
def test_an_ipv6_address_that_carries_another_is_public_only_if_that_is(address):
    for carrier in carriers(int(address)):
        assert not is_public(carrier) or is_public(address)
    mapped = ipaddress.IPv6Address(0xFFFF << 32 | int(address))
    assert is_public(mapped) == is_public(address)


def spellings(address: ipaddress.IPv4Address) -> list[str]:
    """The ways in which a resolver reads an IPv4 address."""
    number = int(address)
    a, b, c, d = address.packed
    return [
        str(address),
        str(number),
        hex(number),
        f"0{number:o}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{c << 8 | d}",
        f"0x{a:x}.0x{b:X}.0x{c:x}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"[::ffff:{address}]",
    ]


@given(st.ip_addresses(v=4))
def test_every_spelling_of_an_address_is_read_as_that_address(address):
    for text in spellings(address):
        found = literal(text)
        assert found is not None, text
        assert getattr(found, "ipv4_mapped", None) or found == address


@pytest.mark.parametrize(
    "name", ["example.com", "localhost", "1.2.3.4.5", "0x", "", "a b", "127.0.0.1 x", "ü"]
)
def test_a_name_is_no_address(name):
    assert literal(name) is None
