"""What people are told: tests of the rules with a clock that is a value, on a real PostgreSQL."""

import pytest
from hypothesis import settings

from tests.notices.office import Office
from tests.stateful import bounds
from tests.support.backstage import Backstage
from tests.support.people import Cast

assert bounds.EFFORT  # imported for the profile that it registers
settings.load_profile("punchlist")


@pytest.fixture
def office(cast: Cast, backstage: Backstage) -> Office:
    """The cast, and a worker that works when it is told to, by a clock that is told to it."""
    return Office(backstage, cast)
