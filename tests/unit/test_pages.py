"""What a list says about its page: the pagination object and the Link header."""

import re

import pytest

from punchlist.api.tasks.parameters import link_header, page_of, pagination
from punchlist.domain.queries import Page
from tests.unit.builders import a_call


def offsets(page: Page, total: int, query: str = "") -> dict[str, int]:
    links = link_header(a_call(query), page, total).split(", ")
    found = {}
    for link in links:
        match = re.fullmatch(r"<https://tasks\.example\.com/v1/tasks\?(.*)>; rel=\"(\w+)\"", link)
        assert match, link
        parts = dict(part.split("=") for part in match[1].split("&"))
        assert parts["limit"] == str(page.limit)
        found[match[2]] = int(parts["offset"])
    return found


@pytest.mark.parametrize(
    ("offset", "total", "expected"),
    [
        (0, 0, {"first": 0, "last": 0}),
        (0, 1, {"first": 0, "last": 0}),
        (0, 10, {"first": 0, "last": 0}),
        (0, 11, {"first": 0, "next": 10, "last": 10}),
        (10, 30, {"first": 0, "prev": 0, "next": 20, "last": 20}),
        (20, 30, {"first": 0, "prev": 10, "last": 20}),
        (5, 30, {"first": 0, "prev": 0, "next": 15, "last": 20}),
        (25, 30, {"first": 0, "prev": 15, "last": 20}),
        (1000, 30, {"first": 0, "prev": 20, "last": 20}),
        (1000, 0, {"first": 0, "prev": 0, "last": 0}),
    ],
)
def test_links_lead_to_the_pages_there_are(offset, total, expected):
    assert offsets(Page(10, offset), total) == expected


def test_links_keep_every_other_parameter():
    query = "status=TODO%2CDONE&limit=5&search=a+b%26c&offset=10&dueDate%5Bexists%5D=true"
    header = link_header(a_call(query), Page(5, 10), 12)
    assert header.startswith(
        "<https://tasks.example.com/v1/tasks?status=TODO%2CDONE&search=a+b%26c&dueDate%5Bexists%5D=true"
        '&limit=5&offset=0>; rel="first", '
    )


@pytest.mark.parametrize(
    ("page", "total", "more"),
    [(Page(10, 0), 10, False), (Page(10, 0), 11, True), (Page(10, 20), 30, False), (Page(10, 99), 5, False)],
)
def test_there_is_more_only_when_something_comes_after_the_page(page, total, more):
    said = pagination(page, total)
    assert (said.total, said.limit, said.offset, said.has_more) == (total, page.limit, page.offset, more)


def test_a_page_that_is_not_asked_for_is_the_first_ten():
    assert page_of(a_call()) == Page(10, 0)
    assert page_of(a_call(limit=3, offset=9)) == Page(3, 9)
