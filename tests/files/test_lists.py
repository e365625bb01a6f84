"""Lists of files: which, in what order, and by whom they are seen."""

import msgspec
import pytest

from punchlist.domain.files import FileFilter
from punchlist.domain.queries import Page
from punchlist.services import files
from tests.files.scenery import DAY, NOW, Office

ALL = Page(1000, 0)


async def titles(office, **wanted):
    found = await files.list_files(office.db, office.bob, FileFilter(**wanted), ALL)
    return [file.title for file in found]


@pytest.fixture
async def shelf(office: Office) -> Office:
    """An office with four files, the last of them the newest."""
    for number, (title, name, kind) in enumerate(
        [
            ("everyroad MPI", "everyroad-500-mpi.pdf", "pdf"),
            ("Everyroad footprint", "footprint.PDF", "PDF"),
            ("100% of _it_", None, "url"),
            ("Prüfbericht*", "a\\b.txt", "txt"),
        ]
    ):
        who = msgspec.structs.replace(office.mia, now=NOW + number * DAY)
        if name is None:
            await office.links(who, title=title, format=kind)
        else:
            await office.uploads(who, name=name, title=title, format=kind, category_id=str(number) * 20)
    return office


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [3, 2, 1, 0]),
        ({"title": "EVERYROAD*"}, [1, 0]),
        ({"title": "*FOOTPRINT"}, [1]),
        ({"title": "*road*"}, [1, 0]),
        ({"title": "everyroad"}, []),
        ({"title": "everyroad mpi"}, [0]),
        ({"title": "*"}, [3, 2, 1, 0]),
        ({"title": "**"}, [3, 2, 1, 0]),
        ({"title": ""}, []),
        ({"title": "100%*"}, [2]),
        ({"title": "1%"}, []),
        ({"title": "100% of xitx"}, []),
        ({"title": "100% OF _IT_"}, [2]),
        ({"title": "PRÜF*"}, [3]),
        ({"format": "pdf"}, [1, 0]),
        ({"format": "p*", "title": "*mpi"}, [0]),
        ({"number": "file-000002"}, [1]),
        ({"number": "FILE*"}, [3, 2, 1, 0]),
        ({"number": "*3"}, [2]),
        ({"name": "FOOTPRINT.pdf"}, [1]),
        ({"name": "b.txt"}, [3]),
        ({"name": "*"}, [3, 1, 0]),
        ({"category_id": "1" * 20}, [1]),
        ({"category_id": "9" * 20}, []),
    ],
)
async def test_filters_find_what_matches_newest_first(shelf, wanted, found):
    shelved = ["everyroad MPI", "Everyroad footprint", "100% of _it_", "Prüfbericht*"]
    assert await titles(shelf, **wanted) == [shelved[place] for place in found]


async def test_pages_laid_end_to_end_are_the_whole_list(shelf):
    whole = await files.list_files(shelf.db, shelf.bob, FileFilter(), ALL)
    pages = [await files.list_files(shelf.db, shelf.bob, FileFilter(), Page(1, place)) for place in range(5)]
    assert [file for page in pages for file in page] == whole
    assert pages[4] == []


async def test_a_private_file_is_in_the_lists_of_those_who_may_see_it(office):
    await office.uploads(office.mia, title="Secret", private=True)
    seen = [
        [file.title for file in await files.list_files(office.db, who, FileFilter(), ALL)]
        for who in (office.mia, office.heidi, office.bob)
    ]
    assert seen == [["Secret"], ["Secret"], []]
