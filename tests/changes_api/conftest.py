"""The plant whose people most tests of this dialect share: each makes changes of its own in it."""

import httpx
import pytest

from tests.support.backstage import Backstage
from tests.support.plant import Engineer, Plant


@pytest.fixture(scope="module")
def plant(backstage: Backstage, http: httpx.Client) -> Plant:
    """A plant for all tests of a module."""
    return Plant(backstage, http)


@pytest.fixture
def fresh(backstage: Backstage, http: httpx.Client) -> Plant:
    """A plant for one test, which counts on being alone in it."""
    return Plant(backstage, http)


@pytest.fixture
def ada(plant: Plant) -> Engineer:
    """The administrator of all changes."""
    return plant.ada


@pytest.fixture
def max_(plant: Plant) -> Engineer:
    """An administrator of some categories' changes."""
    return plant.max


@pytest.fixture
def mia(plant: Plant) -> Engineer:
    """Who makes changes."""
    return plant.mia


@pytest.fixture
def bob(plant: Plant) -> Engineer:
    """A member of the group that tasks are given to."""
    return plant.bob


@pytest.fixture
def charlie(plant: Plant) -> Engineer:
    """A stranger to it all."""
    return plant.charlie
