"""A fresh workspace for each test."""

import pytest

from tests.configuration.places import Place
from tests.support.backstage import Backstage


@pytest.fixture
def place(backstage: Backstage) -> Place:
    """A workspace with nothing in it but what every workspace has."""
    return Place(backstage)
