"""Lists: their pages, their counts, and what may be asked of them."""

import pytest

from tests.support.client import expect
from tests.support.plant import refusal


@pytest.fixture(scope="module")
def long_list(plant):
    """A change with forty-five tasks, and more changes than a page has."""
    change = plant.mia.makes_a_change()
    for place in range(45):
        plant.mia.adds_a_task(change, name=f"Step {place}")
        if place % 2:
            plant.mia.makes_a_change(title=f"Change {place}")
    return change


def path_of(change):
    return f"/changes/{change['guid']}/implementationtasks"


def test_a_list_is_its_count_and_its_results(mia, long_list):
    body = expect(200, mia.get(path_of(long_list)))
    assert set(body) == {"count", "results"}
    assert body["count"] == len(body["results"]) == 20


@pytest.mark.parametrize(
    ("limit", "offset", "expected"),
    [(1, 0, 1), (400, 0, 45), (20, 40, 5), (20, 45, 0), (5, 1000, 0), (45, 0, 45)],
)
def test_count_is_what_this_page_holds(mia, long_list, limit, offset, expected):
    body = expect(200, mia.get(path_of(long_list), limit=limit, offset=offset))
    assert body["count"] == len(body["results"]) == expected
    names = [f"Step {place}" for place in range(offset, 45)][:limit]
    assert [each["name"] for each in body["results"]] == names


def test_a_client_that_loops_while_the_count_is_the_limit_sees_everything_once(mia, long_list):
    for limit in (15, 20, 44, 45, 400):  # forty-five is three whole pages of fifteen
        seen, offset = [], 0
        while True:
            page = expect(200, mia.get(path_of(long_list), limit=limit, offset=offset))
            seen += page["results"]
            offset += limit
            if page["count"] < limit:
                break
        assert [each["name"] for each in seen] == [f"Step {place}" for place in range(45)]


def test_changes_come_newest_first(mia, long_list):
    titles = [each["title"] for each in expect(200, mia.get("/changes", limit=5))["results"]]
    assert titles == ["Change 43", "Change 41", "Change 39", "Change 37", "Change 35"]


LISTS = [
    "/changes", "/settings/users", "/settings/usergroups", "/settings/changes/administrators",
    "/settings/changes/categories", "/settings/changes/routings", "/settings/changes/numbersequenceprefixes",
    "/settings/changes/implementationstatuses", "/settings/changes/attributes", "/suppliers",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("value", ["0", "-1", "401", "1.5", "", "all", "1e2", "９", "99999999999"])
def test_a_limit_is_from_one_to_four_hundred(mia, path, value):
    refusal(mia.get(path, limit=value), 3220)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("value", ["-1", "x", "", "1.0", "2147483648"])
def test_an_offset_is_not_negative(mia, path, value):
    refusal(mia.get(path, offset=value), 3220)


@pytest.mark.parametrize("path", LISTS)
def test_what_cannot_be_searched_by_is_refused_by_name(mia, path):
    [error] = refusal(mia.get(path, colour="red"), 3019)
    assert error["message"] == 'The attribute "colour" is not searchable.'
    refusal(mia.get(path, Limit=1), 3019)


@pytest.mark.parametrize("path", LISTS)
def test_what_clients_send_with_everything_is_passed_over(mia, path):
    ignored = {"responseview": "full", "includeChildCategories": "true", "any": "x"}
    assert expect(200, mia.get(path, **ignored)) == expect(200, mia.get(path))
    assert expect(200, mia.get(path, limit=400, offset=0, **ignored))["results"]


def test_things_take_no_parameters_but_those_that_are_passed_over(mia):
    change = mia.makes_a_change()
    path = f"/changes/{change['guid']}"
    refusal(mia.get(path, limit=1), 3019)
    assert expect(200, mia.get(path, responseview="minimum")) == mia.sees_change(change)


def test_everything_that_is_wrong_with_a_query_is_told_at_once(mia):
    refusal(mia.get("/changes", limit=0, offset=-1, colour="red"), 3220, 3220, 3019)


def test_a_query_that_is_none_is_refused(mia):
    for query in ("title=%ff", "&".join(f"a{place}=1" for place in range(51))):
        answer = mia.http.get(f"/v1/changes?{query}", headers={"authorization": f"Bearer {mia.token}"})
        assert answer.json()["errors"][0]["code"] in (3003, 3019)
        assert answer.status_code == 400


SMALL = [path for path in LISTS if path not in ("/changes", "/settings/users", "/suppliers")]


@pytest.mark.parametrize("path", SMALL)
def test_small_lists_come_whole_whatever_the_page(mia, path):
    whole = expect(200, mia.get(path))
    assert whole["count"] == len(whole["results"]) > 0
    assert expect(200, mia.get(path, limit=1)) == whole
