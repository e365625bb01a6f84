"""Identifiers: one form, drawn at random without favouring a letter."""

import re
from collections import Counter

import pytest

from punchlist.domain import ids


def test_an_id_has_twenty_characters_of_0_to_9_and_a_to_z():
    for _ in range(200):
        drawn = ids.new_id()
        assert re.fullmatch("[0-9A-Z]{20}", drawn)
        assert ids.is_id(drawn)
        assert re.search(ids.PATTERN, drawn)


def test_no_two_ids_are_alike():
    assert len({ids.new_id() for _ in range(20_000)}) == 20_000


def test_no_letter_is_favoured_at_any_place():
    # A byte modulo 36 without rejection would give the first four letters 8/7 of the others' share. Of
    # 400,000 letters each of 36 has 11,111 on average, with a standard deviation of 104: that bias would
    # be 13 deviations, while the bound of 6 is passed by chance once in ten million runs.
    letters = Counter("".join(ids.new_id() for _ in range(20_000)))
    assert set(letters) == set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    expected = 400_000 / 36
    assert max(abs(count - expected) for count in letters.values()) < 6 * (expected * 35 / 36) ** 0.5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A" * 19,
        "A" * 21,
        "a" * 20,
        "A" * 19 + "-",
        "A" * 19 + "É",
        "A" * 20 + "\n",
        "\n" + "A" * 19,
        "٣" * 20,
        "A" * 19 + "\0",
        "Ａ" * 20,
    ],
)
def test_nothing_else_is_an_id(text):
    assert not ids.is_id(text)
