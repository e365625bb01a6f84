"""A plant whose changes wait for the clock."""

import httpx
import pytest

from tests.support.backstage import Backstage
from tests.support.plant import Plant


@pytest.fixture
def plant(backstage: Backstage, http: httpx.Client) -> Plant:
    """A plant for one test."""
    return Plant(backstage, http)
