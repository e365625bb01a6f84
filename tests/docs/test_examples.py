"""Every page's commands do what the page says, typed one after the other."""

import pytest

from tests.docs.machine import Machine, machine
from tests.docs.pages import PAGES, Page
from tests.docs.reader import reading

# Those that stop the demo to start something else come last, so that the others can share it.
FOLLOWED = sorted((page for page in PAGES if page.steps), key=lambda page: "punchlist serve" in page.text)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with machine(tmp_path_factory.mktemp("clone")) as switched_on:
        yield switched_on


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.name)
def test_who_follows_a_page_gets_what_it_shows(page: Page, desk: Machine):
    with reading(desk) as reader:
        for step in page.steps:
            try:
                reader.follow(step)
            except AssertionError as error:
                raise AssertionError(f"{page.name}:{step.commands.line}: {error}") from error


def test_the_pages_that_a_newcomer_follows_have_something_to_follow():
    assert {"README.md", "docs/quick-start.md", "docs/api-guide.md"} <= {page.name for page in FOLLOWED}
