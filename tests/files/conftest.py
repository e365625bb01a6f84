"""The office in which files are kept."""

import pytest

from tests.files.scenery import Office


@pytest.fixture
async def office(db, dsn, tmp_path) -> Office:
    """An office of its own."""
    return await Office.open(db, tmp_path / "files", dsn)
