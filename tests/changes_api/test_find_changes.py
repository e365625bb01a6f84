"""GET /v1/changes: what a change can be found by."""

import pytest

from tests.support.builders import in_future, in_past, nobodys_id
from tests.support.client import expect
from tests.support.plant import Plant, refusal


@pytest.fixture(scope="module")
def shelf(backstage, http):
    """A plant with changes that differ in everything they can be found by."""
    plant = Plant(backstage, http)
    made = {}
    soon, late = {"expirationDateTime": in_future(days=20)}, {"expirationDateTime": in_future(days=40)}
    for title, person, category, wish, asked in (
        ("Case melting", plant.mia, "Plain", {}, ()),
        ("Case deforming", plant.bob, "Planned", {}, ("SUBMITTED",)),
        ("100% cotton_bags", plant.mia, "Deviation", soon, ("SUBMITTED",)),
        ("Überzug *neu*", plant.mia, "Plain", {"implementationStatus": "NEEDS_ATTN"}, ("OPEN_AND_LOCKED",)),
        ("case", plant.bob, "Deviation", late, ()),
    ):  # fmt: skip
        change = person.makes_a_change(category, title=title, **wish)
        person.moves(change, *asked)
        made[title] = person.sees_change(change)
    return plant, made


def titles(plant, **parameters):
    found = expect(200, plant.charlie.get("/changes", **parameters))["results"]
    return [each["title"] for each in found]


def test_a_found_change_is_compact(shelf):
    plant, made = shelf
    [found] = expect(200, plant.charlie.get("/changes", title="Case melting"))["results"]
    whole = made["Case melting"]
    same = {name: whole[name] for name in found if name != "category"}
    assert found == same | {"category": {"guid": plant.category("Plain"), "name": "Plain"}}
    assert set(found) == {
        "guid", "number", "title", "category", "creator", "creationDateTime", "effectivityType",
        "effectivityPlannedDateTime", "expirationDateTime", "effectiveDateTime", "lifecycleStatus",
        "lifecycleDateTime", "implementationStatus", "submissionDateTime", "url",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("Case melting", ["Case melting"]),
        ("CASE MELTING", ["Case melting"]),
        ("überzug *NEU*", ["Überzug *neu*"]),
        ("case", ["case"]),
        ("Case*", ["case", "Case deforming", "Case melting"]),
        ("*ing", ["Case deforming", "Case melting"]),
        ("*e*", ["case", "Überzug *neu*", "Case deforming", "Case melting"]),
        ("*", ["case", "Überzug *neu*", "100% cotton_bags", "Case deforming", "Case melting"]),
        ("**", ["case", "Überzug *neu*", "100% cotton_bags", "Case deforming", "Case melting"]),
        ("C*g", []),
        ("Case melting ", []),
        ("", []),
        ("Case%", []),
        ("100% cotton_bags", ["100% cotton_bags"]),
        ("100%*", ["100% cotton_bags"]),
        ("*n_b*", ["100% cotton_bags"]),
        ("*t_n*", []),
        ("*\\*", []),
    ],
)
def test_titles_match_in_any_case_and_a_star_at_an_end_is_anything(shelf, pattern, found):
    assert titles(shelf[0], title=pattern) == found


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("ECO-000001", 1), ("eco-000001", 1), ("ECO-*", 3), ("*01", 2), ("ECO", 0), ("DEV-00000*", 2)],
)
def test_numbers_match_like_titles(shelf, pattern, count):
    assert len(titles(shelf[0], number=pattern)) == count


def test_changes_are_found_by_category_and_by_creator(shelf):
    plant, _ = shelf
    assert titles(plant, **{"category.guid": plant.category("Deviation")}) == ["case", "100% cotton_bags"]
    assert titles(plant, **{"creator.guid": plant.bob.id}) == ["case", "Case deforming"]
    assert titles(plant, **{"creator.guid": plant.ada.id}) == []
    assert titles(plant, **{"category.guid": nobodys_id()}) == []


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("OPEN_AND_LOCKED", ["Überzug *neu*"]),
        ("EFFECTIVE", ["100% cotton_bags", "Case deforming"]),
        ("open_and_unlocked", ["case", "Case melting"]),
        ("COMPLETED", []),
    ],
)
def test_changes_are_found_by_lifecycle_status(shelf, status, found):
    assert titles(shelf[0], **{"lifecycleStatus.type": status}) == found


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("NEEDS_ATTN", ["Überzug *neu*"]),
        ("NEEDS_ATTENTION", ["Überzug *neu*"]),
        ("NOT_STARTED", ["Case melting"]),
        ("NONE", []),
    ],
)
def test_changes_are_found_by_implementation_status(shelf, status, found):
    assert titles(shelf[0], implementationStatus=status) == found


def test_changes_are_found_by_when_they_expire_and_became_effective(shelf):
    plant, made = shelf
    expiring = made["100% cotton_bags"]["expirationDateTime"]
    for parameters, found in (
        ({"expirationDateTimeFrom": expiring}, ["case", "100% cotton_bags"]),
        ({"expirationDateTimeTo": expiring}, ["100% cotton_bags"]),
        ({"expirationDateTimeFrom": in_future(days=30)}, ["case"]),
        ({"expirationDateTimeFrom": in_future(days=30), "expirationDateTimeTo": in_future(days=35)}, []),
        ({"effectiveDateTimeFrom": in_past(days=1)}, ["100% cotton_bags", "Case deforming"]),
        ({"effectiveDateTimeTo": in_past(days=1)}, []),
        ({"effectiveDateTimeTo": in_future(days=1)}, ["100% cotton_bags", "Case deforming"]),
        ({"effectiveDateTimeTo": "2099-01-01T00:00:00+01:00"}, ["100% cotton_bags", "Case deforming"]),
    ):
        assert titles(plant, **parameters) == found, parameters


def test_all_filters_together_must_hold_also_with_a_page(shelf):
    plant, _ = shelf
    wanted = {"title": "case*", "creator.guid": plant.bob.id}
    assert titles(plant, **wanted) == ["case", "Case deforming"]
    assert titles(plant, **wanted, limit=1, offset=1) == ["Case deforming"]
    assert titles(plant, **wanted, **{"lifecycleStatus.type": "EFFECTIVE"}) == ["Case deforming"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("category.guid", "XFWQ0GZGZDJ015J12", 3011),
        ("creator.guid", "mia", 3011),
        ("implementationStatus", "HALF", 3006),
        ("lifecycleStatus.type", "SUBMITTED", 3006),
        ("effectiveDateTimeFrom", "yesterday", 3055),
        ("expirationDateTimeTo", "", 3055),
        ("title", "a\0b", 3003),
        ("number", "x" * 256, 3003),
        ("category.name", "Plain", 3019),
        ("description", "x", 3019),
        ("lifecycleStatus", "EFFECTIVE", 3019),
    ],
)
def test_what_cannot_be_looked_for_is_refused(shelf, name, value, code):
    refusal(shelf[0].charlie.get("/changes", **{name: value}), code)


def test_nobody_sees_another_workspaces_changes(shelf, plant):
    assert titles(plant, title="Case melting") == []
