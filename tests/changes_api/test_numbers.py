"""Numbers: prefix and six digits from the prefix's sequence, none twice and none left out."""

import pytest

from tests.support.client import expect
from tests.support.crowd import at_once


def numbers(backstage, plant, prefix="ECO-"):
    rows = backstage.rows(
        "SELECT number FROM changes WHERE workspace_id = $1 AND starts_with(number, $2) ORDER BY number",
        plant.workspace_id,
        prefix,
    )
    return [row["number"] for row in rows]


def test_each_prefix_has_its_own_sequence(fresh):
    made = [fresh.mia.makes_a_change(category)["number"] for category in ("Plain", "Deviation", "Plain")]
    assert made == ["ECO-000001", "DEV-000001", "ECO-000002"]


def test_a_number_grows_past_its_six_digits(fresh, backstage):
    backstage.execute(
        "UPDATE number_prefixes SET last_number = 999998 WHERE workspace_id = $1", fresh.workspace_id
    )
    made = [fresh.mia.makes_a_change()["number"] for _ in range(3)]
    assert made == ["ECO-999999", "ECO-1000000", "ECO-1000001"]


def test_workspaces_count_for_themselves(fresh, plant):
    plant.mia.makes_a_change()
    assert fresh.mia.makes_a_change()["number"] == "ECO-000001"


def test_thirty_two_creations_at_once_some_of_which_fail_leave_no_gap(fresh, backstage):
    def create(place):
        body = {"title": f"Change {place}", "category": {"guid": fresh.category("Planned")}}
        if place % 4 == 1:
            body["title"] = " "
        if place % 8 == 2:
            body["color"] = "red"
        return lambda: fresh.mia.post("/changes", body)

    answers = at_once([create(place) for place in range(32)])
    made = [expect(201, answer)["number"] for answer in answers if answer.status_code == 201]
    assert len(made) == 32 - 8 - 4
    assert sorted(made) == [f"ECO-{place:06}" for place in range(1, 21)] == numbers(backstage, fresh)
    tasks = "SELECT count(*) FROM implementation_tasks WHERE workspace_id = $1"
    assert backstage.value(tasks, fresh.workspace_id) == 4 * 20


@pytest.fixture
def half_hearted(backstage):
    """A database that fails every change of a certain title, after its number was taken."""
    backstage.execute(
        "ALTER TABLE changes ADD CONSTRAINT half_hearted CHECK (title NOT LIKE 'Doomed%') NOT VALID"
    )
    yield
    backstage.execute("ALTER TABLE changes DROP CONSTRAINT half_hearted")


def test_a_creation_that_fails_at_the_last_moment_gives_its_number_back(fresh, backstage, half_hearted):
    def create(place):
        title = f"{'Doomed' if place % 3 == 0 else 'Change'} {place}"
        headers = {"idempotency-key": f"{place}"} if place % 2 else {}
        return lambda: fresh.mia.post("/changes", {"title": title}, headers=headers)

    answers = at_once([create(place) for place in range(24)])
    assert sorted({answer.status_code for answer in answers}) == [201, 500]
    assert {answer.json()["errors"][0]["code"] for answer in answers if answer.status_code == 500} == {3000}
    made = sorted(answer.json()["number"] for answer in answers if answer.status_code == 201)
    assert made == [f"ECO-{place:06}" for place in range(1, 17)] == numbers(backstage, fresh)


def test_a_number_is_not_given_again_once_its_change_is_gone(fresh):
    first = fresh.mia.makes_a_change()
    expect(204, fresh.mia.delete(f"/changes/{first['guid']}"))
    assert fresh.mia.makes_a_change()["number"] == "ECO-000002"
