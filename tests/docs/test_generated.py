"""What is generated is current, and everything that can be generated is somewhere."""

import pytest

from scripts import docs_words
from scripts.generate_docs import BEGIN, PARTS, brought_up_to_date
from tests.docs.pages import PAGES, Page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_up_to_date(page: Page):
    assert brought_up_to_date(page.text) == page.text, "run `make docs`"


@pytest.mark.parametrize("part", PARTS)
def test_each_part_stands_in_one_page(part):
    assert sum(page.text.count(BEGIN.format(name=part)) for page in PAGES) == 1


def test_no_page_asks_for_a_part_that_is_none():
    asked = {
        line.removeprefix("<!-- generated: ").removesuffix(" -->")
        for page in PAGES
        for line in page.text.splitlines()
        if line.startswith("<!-- generated: ")
    }
    assert asked <= set(PARTS)


def test_no_words_are_left_over_from_what_has_gone():
    parts = "\n".join(make() for make in PARTS.values())
    everything = [
        *(docs_words.TASK | docs_words.USER | docs_words.COMMENT | docs_words.KEY),
        *docs_words.ADVICE,
        *docs_words.SCOPES,
    ]
    assert [name for name in everything if f"`{name}`" not in parts] == []


def test_a_part_without_an_end_is_refused():
    with pytest.raises(ValueError, match="has no"):
        brought_up_to_date("<!-- generated: plans -->\n")
