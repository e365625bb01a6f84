"""What a workspace has set up, as it is read over the wire."""

import pytest

from tests.support.builders import nobodys_id
from tests.support.client import expect
from tests.support.plant import LINE, SUPPLIER, refusal


def results(caller, path, **parameters):
    return expect(200, caller.get(path, **parameters))["results"]


def one(caller, path, **wanted):
    [found] = [each for each in results(caller, path) if wanted.items() <= each.items()]
    return found


# ── users ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_user_is_the_same_as_in_the_task_api(plant, charlie):
    found = expect(200, charlie.get(f"/settings/users/{plant.mia.id}"))
    assert found == {
        "guid": plant.mia.id,
        "email": "mia@example.com",
        "fullName": "Mia Lindqvist",
        "firstName": "Mia",
        "lastName": "Lindqvist",
        "enabled": True,
        "type": "EMPLOYEE",
    }
    there = expect(200, plant.ada.get(f"/users/{plant.mia.id}"))
    assert (there["id"], there["name"], there["email"]) == (
        found["guid"],
        found["fullName"],
        found["email"],
    )


def test_users_come_by_name(charlie):
    names = [each["fullName"] for each in results(charlie, "/settings/users")]
    assert names == [
        "Ada Brandt", "Bob Tanaka", "Charlie", "Max Okoro", "Mia Lindqvist", "Pavel van der Berg",
        "Sue Supplies",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"fullName": "mia lindqvist"}, ["Mia Lindqvist"]),
        ({"fullName": "m*"}, ["Max Okoro", "Mia Lindqvist"]),
        ({"fullName": "*AN*"}, ["Ada Brandt", "Bob Tanaka", "Pavel van der Berg"]),
        ({"fullName": "m"}, []),
        ({"firstName": "Pavel van der"}, ["Pavel van der Berg"]),
        ({"lastName": "*berg"}, ["Pavel van der Berg"]),
        ({"lastName": ""}, ["Charlie"]),
        ({"email": "BOB@example.com"}, ["Bob Tanaka"]),
        ({"email": "b.b@example.com"}, []),
        ({"type": "PARTNER"}, ["Pavel van der Berg"]),
        ({"type": "BASIC_SUPPLIER"}, ["Sue Supplies"]),
        ({"type": "EMPLOYEE", "firstName": "M*"}, ["Max Okoro", "Mia Lindqvist"]),
        ({"enabled": "false"}, []),
        ({"enabled": "TRUE", "lastName": "O*"}, ["Max Okoro"]),
        ({"fullName": "*", "limit": 2, "offset": 1}, ["Bob Tanaka", "Charlie"]),
    ],
)  # fmt: skip
def test_users_are_found_by(charlie, parameters, names):
    found = [each["fullName"] for each in results(charlie, "/settings/users", **parameters)]
    assert found == names


def test_a_disabled_user_is_shown_as_such(fresh, backstage):
    backstage.execute("UPDATE users SET disabled = true WHERE id = $1", fresh.bob.id)
    assert [each["guid"] for each in results(fresh.mia, "/settings/users", enabled="false")] == [fresh.bob.id]
    assert expect(200, fresh.mia.get(f"/settings/users/{fresh.bob.id}"))["enabled"] is False


@pytest.mark.parametrize(
    ("parameters", "code"), [({"type": "BOSS"}, 3006), ({"enabled": "maybe"}, 3003), ({"name": "x"}, 3019)]
)
def test_what_no_user_can_be_found_by_is_refused(charlie, parameters, code):
    refusal(charlie.get("/settings/users", **parameters), code)


# ── groups ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_group_says_what_it_can_be_given(plant, charlie):
    group = one(charlie, "/settings/usergroups", name=LINE)
    assert group == {
        "guid": plant.guid("groups", LINE),
        "name": LINE,
        "description": "Builds it",
        "enabled": True,
        "assignability": ["CHANGES"],
    }
    assert expect(200, charlie.get(f"/settings/usergroups/{group['guid']}")) == group


def test_a_groups_people_are_told_all_together_and_by_kind(plant, charlie):
    path = f"/settings/usergroups/{plant.guid('groups', LINE)}"
    for kind, names in (
        ("users", ["Bob Tanaka", "Pavel van der Berg"]),
        ("employees", ["Bob Tanaka"]),
        ("partners", ["Pavel van der Berg"]),
    ):
        assert [each["fullName"] for each in results(charlie, f"{path}/{kind}")] == names


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_change_administrators_are_users_of_that_standing(plant, charlie):
    [found] = results(charlie, "/settings/changes/administrators")
    assert (found["guid"], found["fullName"]) == (plant.ada.id, "Ada Brandt")
    assert expect(200, charlie.get(f"/settings/changes/administrators/{plant.ada.id}")) == found
    refusal(charlie.get(f"/settings/changes/administrators/{plant.max.id}"), 3011)


def test_a_category_says_all_that_follows_from_it(plant, charlie):
    category = expect(200, charlie.get(f"/settings/changes/categories/{plant.category('Plain')}"))
    assert category == {
        "guid": plant.category("Plain"),
        "name": "Plain",
        "path": "Change\\Order\\Plain",
        "level": 3,
        "activated": True,
        "assignable": True,
        "effectivityType": None,
        "enforceDefaultEffectivityType": False,
        "numberingSequencePrefixDefault": {"guid": plant.guid("number_prefixes", "ECO-"), "value": "ECO-"},
        "enforceDefaultNumberSequence": False,
        "initialImplementationStatus": "NOT_STARTED",
        "systemDefined": False,
        "creator": None,
        "creationDateTime": category["creationDateTime"],
        "implementationTaskManagement": True,
        "objectLevelOverride": True,
        "routingMethod": "AUTO",
        "administrators": [{"guid": plant.max.id, "email": "max@example.com", "fullName": "Max Okoro"}],
    }
    assert one(charlie, "/settings/changes/categories", name="Plain") == category


def test_a_category_says_what_it_enforces(charlie):
    strict = one(charlie, "/settings/changes/categories", name="Strict")
    assert strict["effectivityType"] == "PERMANENT_ON_DATE"
    assert strict["enforceDefaultEffectivityType"] is strict["enforceDefaultNumberSequence"] is True
    assert strict["numberingSequencePrefixDefault"]["value"] == "DEV-"


def test_the_category_of_no_category_is_always_there(plant, charlie):
    none = one(charlie, "/settings/changes/categories", name="-uncategorized-")
    assert none["path"] == "Change\\-uncategorized-"
    assert (none["level"], none["systemDefined"], none["assignable"]) == (2, True, True)
    assert none["implementationTaskManagement"] is False


def test_parents_are_there_too_and_take_no_change(charlie):
    order = one(charlie, "/settings/changes/categories", name="Order")
    assert (order["path"], order["assignable"], order["level"]) == ("Change\\Order", False, 2)


def test_templates_say_whose_tasks_they_become(plant, charlie):
    path = f"/settings/changes/categories/{plant.category('Planned')}/implementationtemplates"
    templates = results(charlie, path)
    assert [(each["name"], each["defaultAssignee"]) for each in templates] == [
        ("Check Supplier", {"userGroup": {"guid": plant.guid("groups", LINE), "name": LINE}}),
        (
            "Revise drawings",
            {"user": {"guid": plant.mia.id, "email": "mia@example.com", "fullName": "Mia Lindqvist"}},
        ),
        ("First article", {"supplier": {"guid": plant.guid("suppliers", SUPPLIER), "name": SUPPLIER}}),
        ("Scrap the stock", {}),
    ]
    for template in templates:
        assert expect(200, charlie.get(f"{path}/{template['guid']}")) == template


@pytest.mark.parametrize("name", ["Unmanaged", "-uncategorized-"])
def test_without_task_management_there_are_no_templates(plant, charlie, name):
    guid = one(charlie, "/settings/changes/categories", name=name)["guid"]
    path = f"/settings/changes/categories/{guid}/implementationtemplates"
    refusal(charlie.get(path), 3706)
    refusal(charlie.get(f"{path}/{nobodys_id()}"), 3706)


def test_routings_and_sequences_are_told_by_name(plant, charlie):
    routing = one(charlie, "/settings/changes/routings", name="CTO Approval Only")
    assert routing == plant.routing() | {"name": "CTO Approval Only", "description": "One signature"}
    assert expect(200, charlie.get(f"/settings/changes/routings/{routing['guid']}")) == routing
    prefixes = results(charlie, "/settings/changes/numbersequenceprefixes")
    assert [each["value"] for each in prefixes] == ["ECO-", "DEV-"]


def test_implementation_statuses_are_the_same_everywhere(plant, charlie):
    path = "/settings/changes/implementationstatuses"
    statuses = results(charlie, path)
    assert [each["name"] for each in statuses] == [
        "NOT_STARTED", "IN_PROGRESS", "NEEDS_ATTN", "DONE", "BLANK",
    ]  # fmt: skip
    assert len({each["guid"] for each in statuses}) == 5
    elsewhere = plant.cast.elsewhere()
    assert results(elsewhere, path) == statuses


# ── attributes ───────────────────────────────────────────────────────────────────────────────────────────


def test_attributes_say_what_they_take(plant, charlie):
    path = "/settings/changes/attributes"
    shown = {each["name"]: each for each in results(charlie, path, includePossibleValues="true")}
    assert list(shown) == ["Urgency", "Reason", "Units", "Lot", "Told on", "Cost center"]
    assert [each["value"] for each in shown["Urgency"]["possibleValues"]] == ["High", "Low"]
    assert "possibleValues" not in shown["Lot"]
    assert (shown["Cost center"]["required"], shown["Cost center"]["allowsExplicitNullValue"]) == (
        True,
        False,
    )
    assert shown["Units"]["fieldType"] == "NUMBER"
    assert all("possibleValues" not in each for each in results(charlie, path))


def test_a_category_has_some_of_them(plant, charlie):
    path = f"/settings/changes/categories/{plant.category('Demanding')}/attributes"
    assert [each["name"] for each in results(charlie, path)] == ["Lot", "Cost center"]
    for narrowing in ("creatableOnly", "editableOnly"):
        assert results(charlie, path, **{narrowing: "true"}) == results(charlie, path)
    assert results(charlie, path, searchableOnly="true") == []


# ── suppliers ────────────────────────────────────────────────────────────────────────────────────────────


def test_suppliers_are_found_by_name(plant, charlie):
    names = [each["name"] for each in results(charlie, "/suppliers")]
    assert names == ["Kestrel Machining", SUPPLIER]
    [found] = results(charlie, "/suppliers", name="*technology*")
    assert found == {"guid": plant.guid("suppliers", SUPPLIER), "name": SUPPLIER}
    assert expect(200, charlie.get(f"/suppliers/{found['guid']}")) == found
    assert results(charlie, "/suppliers", name="Onward") == []


# ── guids ────────────────────────────────────────────────────────────────────────────────────────────────

THINGS = [
    "/settings/users/{}", "/settings/usergroups/{}", "/settings/usergroups/{}/users",
    "/settings/changes/administrators/{}", "/settings/changes/categories/{}",
    "/settings/changes/categories/{}/attributes", "/settings/changes/categories/{}/implementationtemplates",
    "/settings/changes/routings/{}", "/suppliers/{}",
]  # fmt: skip


@pytest.mark.parametrize("path", THINGS)
@pytest.mark.parametrize("guid", ["XFWQ0GZGZDJ015J12", "x" * 20, "0" * 21, "%20", "é", nobodys_id()])
def test_a_guid_that_is_none_or_nothings_is_refused(charlie, path, guid):
    [error] = refusal(charlie.get(path.format(guid)), 3011)
    assert error["message"].startswith('The guid "')


@pytest.mark.parametrize("path", THINGS)
def test_what_another_workspace_has_is_nothing_here(plant, fresh, charlie, path):
    named = {
        "users": fresh.mia.id,
        "usergroups": fresh.guid("groups", LINE),
        "administrators": fresh.ada.id,
        "categories": fresh.category("Planned"),
        "routings": fresh.routing()["guid"],
        "suppliers": fresh.guid("suppliers", SUPPLIER),
    }
    kind = next(part for part in reversed(path.split("/{}")[0].split("/")) if part in named)
    expect(200, fresh.charlie.get(path.format(named[kind])))
    refusal(charlie.get(path.format(named[kind])), 3011)
