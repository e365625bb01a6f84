"""The people whom the searches share."""

import httpx
import pytest
from hypothesis import settings

from tests.stateful import bounds
from tests.support.backstage import Backstage
from tests.support.people import Cast

assert bounds.EFFORT  # imported for the profile that it registers
settings.load_profile("punchlist")


@pytest.fixture(scope="module")
def company(backstage: Backstage, http: httpx.Client) -> Cast:
    """A workspace with its people, shared by the examples of a module."""
    return Cast(backstage, http)
