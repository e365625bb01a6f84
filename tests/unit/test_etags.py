"""Entity tags: what they look like, and which versions a caller's header means."""

import pytest

from punchlist.api.common.etags import etag, is_known, wanted_versions


def test_a_tag_is_the_version_in_quotes():
    assert etag(7) == '"7"'


def test_a_tag_given_back_means_its_version():
    assert wanted_versions(etag(7)) == {7}
    assert is_known(etag(7), 7)


@pytest.mark.parametrize("header", [None, "*", " * "])
def test_without_if_match_or_with_a_star_any_version_will_do(header):
    assert wanted_versions(header) is None


def test_if_match_may_name_several_versions():
    assert wanted_versions('"7", "8" ,"9"') == {7, 8, 9}


@pytest.mark.parametrize(
    "header",
    [
        'W/"7"',
        "7",
        '"7',
        '""',
        '"07"',
        '"-7"',
        '"0"',
        '"7a"',
        '"٧"',
        "",
        '"1000000000000000000000"',
        "garbage",
    ],
)
def test_weak_and_foreign_tags_match_no_version(header):
    assert wanted_versions(header) == frozenset()


def test_a_foreign_tag_beside_one_of_ours_does_not_hide_it():
    assert wanted_versions('"other", W/"8", "7"') == {7}


@pytest.mark.parametrize("header", ['"7"', 'W/"7"', '"6", "7"', "*", ' W/"7" '])
def test_if_none_match_knows_a_version_by_weak_comparison(header):
    assert is_known(header, 7)


@pytest.mark.parametrize("header", [None, "", '"8"', '"77"', "7", '"7', 'w/"7"', "garbage"])
def test_if_none_match_does_not_know_any_other(header):
    assert not is_known(header, 7)
