"""POST /v1/changes: what makes a change, with which defaults, and what a category enforces."""

import pytest

from tests.support.builders import in_future, in_past, nobodys_id
from tests.support.client import expect
from tests.support.plant import LINE, SUPPLIER, refusal


def attribute(plant, name):
    return plant.guid("attributes", name)


# ── defaults ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_title_alone_makes_a_change(fresh, backstage, server):
    mia = fresh.mia
    answer = mia.post("/changes", {"title": "Case melting"})
    change = expect(201, answer)
    none = backstage.value(
        "SELECT id FROM change_categories WHERE workspace_id = $1 AND system_defined", fresh.workspace_id
    )
    assert change == {
        "guid": change["guid"],
        "number": "ECO-000001",
        "title": "Case melting",
        "description": None,
        "category": {"guid": none, "name": "-uncategorized-", "path": "Change\\-uncategorized-"},
        "creator": {"guid": mia.id, "email": "mia@example.com", "fullName": "Mia Lindqvist"},
        "creationDateTime": change["creationDateTime"],
        "effectivityType": "PERMANENT_ON_APPROVAL",
        "effectivityPlannedDateTime": None,
        "expirationDateTime": None,
        "effectiveDateTime": None,
        "approvalDeadlineDateTime": None,
        "enforceApprovalDeadline": False,
        "lifecycleStatus": {"type": "OPEN_AND_UNLOCKED"},
        "lifecycleDateTime": change["creationDateTime"],
        "implementationStatus": None,
        "implementationStatusDateTime": None,
        "implementationStatusEditor": None,
        "routings": [],
        "administrators": [],
        "submissionDateTime": None,
        "submitter": None,
        "additionalAttributes": [],
        "progress": {"done": 0, "total": 0, "overdue": 0},
        "url": {
            "api": f"{server}/v1/changes/{change['guid']}",
            "app": f"{server}/changes/{change['guid']}",
        },
    }
    assert answer.headers["etag"] == '"1"'
    assert mia.sees_change(change) == change


def test_a_default_category_is_that_of_a_change_without_one(fresh, backstage):
    backstage.execute("UPDATE change_categories SET is_default = true WHERE id = $1", fresh.category("Plain"))
    change = expect(201, fresh.mia.post("/changes", {"title": "x"}))
    assert change["category"]["guid"] == fresh.category("Plain")


def test_a_change_is_as_it_was_sent(plant, mia):
    deadline, planned = in_future(days=10), in_future(days=40)
    change = mia.makes_a_change(
        title="  Case melting ",
        description="On hot days.\n",
        effectivityType="PERMANENT_ON_DATE",
        effectivityPlannedDateTime=planned,
        approvalDeadlineDateTime=deadline,
        enforceApprovalDeadline=True,
        implementationStatus="IN_PROGRESS",
        routings=[plant.routing(), plant.routing("Change Board") | {"name": "ignored"}],
        additionalAttributes=[
            {"guid": attribute(plant, "Urgency"), "value": "High"},
            {"apiName": "custom3", "value": "12"},
            {"guid": attribute(plant, "Told on"), "value": "2022-03-07T08:00:00+02:00"},
        ],
    )
    assert change["title"] == "Case melting"
    assert change["description"] == "On hot days.\n"
    assert (change["effectivityPlannedDateTime"], change["approvalDeadlineDateTime"]) == (planned, deadline)
    assert change["enforceApprovalDeadline"] is True
    assert change["implementationStatus"] == "IN_PROGRESS"
    assert [each["name"] for each in change["routings"]] == ["CTO Approval Only", "Change Board"]
    values = {each["name"]: each["value"] for each in change["additionalAttributes"]}
    assert values == {
        "Urgency": "High", "Reason": None, "Units": 12, "Lot": None, "Told on": "2022-03-07T06:00:00Z",
    }  # fmt: skip
    assert mia.sees_change(change) == change


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("NEEDS_ATTENTION", "NEEDS_ATTN"), ("NEEDS_ATTN", "NEEDS_ATTN"), ("NONE", "BLANK"), ("BLANK", "BLANK")],
)
def test_implementation_statuses_go_by_other_names_too(mia, sent, kept):
    assert mia.makes_a_change(implementationStatus=sent)["implementationStatus"] == kept


@pytest.mark.parametrize(
    ("category", "effectivity", "prefix", "status"),
    [
        ("Plain", "PERMANENT_ON_APPROVAL", "ECO-", "NOT_STARTED"),
        ("Planned", "PERMANENT_ON_APPROVAL", "ECO-", None),  # the workspace's first prefix
        ("Strict", "PERMANENT_ON_DATE", "DEV-", None),
        ("Deviation", "TEMPORARY", "DEV-", None),
    ],
)
def test_a_categorys_defaults_apply(mia, category, effectivity, prefix, status):
    change = mia.makes_a_change(category)
    assert change["effectivityType"] == effectivity
    assert change["number"].startswith(prefix)
    assert change["implementationStatus"] == status


def test_null_is_no_wish(mia):
    nothing = dict.fromkeys(("description", "effectivityType", "routings", "implementationStatus"))
    change = mia.makes_a_change(**nothing)
    assert (change["effectivityType"], change["implementationStatus"]) == (
        "PERMANENT_ON_APPROVAL",
        "NOT_STARTED",
    )


def test_a_change_that_was_read_makes_another_one(plant, mia):
    """What only the server sets is passed over."""
    change = mia.makes_a_change(
        description="Hot days",
        routings=[plant.routing()],
        approvalDeadlineDateTime=in_future(),
        additionalAttributes=[{"apiName": "custom1", "value": "High"}],
    )
    again = expect(201, mia.post("/changes", change))
    own = {"guid", "number", "url", "creationDateTime", "lifecycleDateTime"}
    assert {name for name in own if again[name] == change[name]} <= {"creationDateTime", "lifecycleDateTime"}
    assert again == change | {name: again[name] for name in own}


# ── templates ────────────────────────────────────────────────────────────────────────────────────────────


def test_templates_become_the_changes_tasks_in_their_order(plant, mia):
    change = mia.makes_a_change("Planned")
    tasks = mia.sees_tasks(change)
    assert [(each["name"], each["assignee"]) for each in tasks] == [
        ("Check Supplier", {"userGroup": {"guid": plant.guid("groups", LINE), "name": LINE}}),
        (
            "Revise drawings",
            {"user": {"guid": mia.id, "email": "mia@example.com", "fullName": "Mia Lindqvist"}},
        ),
        ("First article", {"supplier": {"guid": plant.guid("suppliers", SUPPLIER), "name": SUPPLIER}}),
        ("Scrap the stock", {}),
    ]
    assert {each["status"] for each in tasks} == {"NOT_STARTED"}
    assert tasks[1]["dueDate"] == change["creationDateTime"]
    assert tasks[0]["dueDate"][11:] == change["creationDateTime"][11:]
    assert [tasks[2]["dueDate"], tasks[3]["dueDate"]] == [None, None]
    assert change["progress"]["total"] == 4
    assert len({each["guid"] for each in tasks}) == 4


def test_every_change_gets_tasks_of_its_own(mia):
    one, other = (mia.sees_tasks(mia.makes_a_change("Planned")) for _ in range(2))
    assert not {each["guid"] for each in one} & {each["guid"] for each in other}


def test_a_category_without_override_plans_tasks_all_the_same(mia):
    assert [each["name"] for each in mia.sees_tasks(mia.makes_a_change("Fixed"))] == ["Check Supplier"]


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────

DATE = {"effectivityType": "PERMANENT_ON_DATE"}
TEMPORARY = {"effectivityType": "TEMPORARY"}

WRONG = {
    "no title": ({"title": None}, (3001,)),
    "an empty title": ({"title": " "}, (3001,)),
    "a title that is none": ({"title": 7}, (3003,)),
    "a long title": ({"title": "é" * 256}, (3101,)),
    "a NUL in the title": ({"title": "a\0b"}, (3003,)),
    "a long description": ({"description": "x" * 65_536}, (3101,)),
    "an unknown attribute": ({"color": "red"}, (3004,)),
    "another case": ({"Title": "x"}, (3004,)),
    "no such category": ({"category": {"guid": nobodys_id()}}, (3002,)),
    "a malformed category": ({"category": {"guid": "XFWQ0GZGZDJ015J12"}}, (3011,)),
    "a category that is none": ({"category": "Plain"}, (3003,)),
    "a category without guid": ({"category": {"name": "Plain"}}, (3098,)),
    "a category of an empty guid": ({"category": {"guid": ""}}, (3098,)),
    "no such effectivity": ({"effectivityType": "PERMANENT"}, (3006,)),
    "an effectivity that is none": ({"effectivityType": 1}, (3003,)),
    "no such implementation status": ({"implementationStatus": "HALF"}, (4999,)),
    "a deadline that is no date": ({"approvalDeadlineDateTime": "tomorrow"}, (3055,)),
    "a deadline without offset": ({"approvalDeadlineDateTime": "2035-01-01T00:00:00"}, (3055,)),
    "a deadline that is a number": ({"approvalDeadlineDateTime": 2035}, (3003,)),
    "a deadline gone by": ({"approvalDeadlineDateTime": in_past()}, (3251,)),
    "a deadline to enforce that is none": ({"enforceApprovalDeadline": True}, (3250,)),
    "an enforcement that is none": ({"enforceApprovalDeadline": "true"}, (3003,)),
    "a planned date gone by": (DATE | {"effectivityPlannedDateTime": in_past()}, (3297,)),
    "a planned date without reason": ({"effectivityPlannedDateTime": in_future()}, (3252,)),
    "a planned date of what is temporary": (
        TEMPORARY | {"effectivityPlannedDateTime": in_future()},
        (3252,),
    ),
    "an expiration gone by": (TEMPORARY | {"expirationDateTime": in_past()}, (3298,)),
    "an expiration of what is permanent": ({"expirationDateTime": in_future()}, (3253,)),
    "no such routing": ({"routings": [{"guid": nobodys_id()}]}, (3011,)),
    "a malformed routing": ({"routings": [{"guid": "x"}]}, (3011,)),
    "a routing without guid": ({"routings": [{}]}, (3098,)),
    "routings that are none": ({"routings": {"guid": nobodys_id()}}, (3003,)),
    "no such prefix": ({"numberSequencePrefix": {"value": "XYZ-"}}, (4011,)),
    "no such prefix's guid": ({"numberSequencePrefix": {"guid": nobodys_id()}}, (4011,)),
    "a malformed prefix's guid": ({"numberSequencePrefix": {"guid": "x"}}, (4011,)),
    "a prefix that is none": ({"numberSequencePrefix": "ECO-"}, (3003,)),
    "no such attribute": ({"additionalAttributes": [{"apiName": "custom99", "value": 1}]}, (3004,)),
    "no such attribute's guid": ({"additionalAttributes": [{"guid": nobodys_id(), "value": 1}]}, (3004,)),
    "a malformed attribute": ({"additionalAttributes": [{"guid": "x", "value": 1}]}, (3011,)),
    "an attribute without name": ({"additionalAttributes": [{"value": 1}]}, (3098,)),
    "an attribute whose name is none": ({"additionalAttributes": [{"apiName": [], "value": 1}]}, (3003,)),
    "attributes that are none": ({"additionalAttributes": {"custom1": "High"}}, (3003,)),
    "attributes that are texts": ({"additionalAttributes": ["High"]}, (3003,)),
    "a value that is no option": ({"additionalAttributes": [{"apiName": "custom1", "value": "x"}]}, (3006,)),
    "a value that is no number": ({"additionalAttributes": [{"apiName": "custom3", "value": "x"}]}, (3003,)),
    "a value that is too long": (
        {"additionalAttributes": [{"apiName": "custom4", "value": "x" * 256}]},
        (3101,),
    ),
    "a value that is no date": ({"additionalAttributes": [{"apiName": "custom5", "value": "now"}]}, (3055,)),
    "much at once": (
        {"title": "", "color": 1, "expirationDateTime": in_past(), "approvalDeadlineDateTime": 1},
        (3004, 3003, 3298, 3253, 3001),
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_a_change_that_cannot_be_is_refused_and_leaves_no_trace(plant, mia, backstage, wrong):
    wish, codes = WRONG[wrong]
    before = traces(backstage, plant)
    body = {"title": "Case melting", "category": {"guid": plant.category("Plain")}} | wish
    refusal(mia.post("/changes", body), *codes)
    assert traces(backstage, plant) == before


def traces(backstage, plant):
    """Everything that a creation writes."""
    return backstage.rows(
        "SELECT (SELECT count(*) FROM changes WHERE workspace_id = $1) AS changes,"
        " (SELECT count(*) FROM events WHERE workspace_id = $1) AS events,"
        " (SELECT sum(last_number) FROM number_prefixes WHERE workspace_id = $1) AS numbers",
        plant.workspace_id,
    )


def test_at_most_twenty_problems_are_told(mia):
    body = {"title": "x"} | {f"colour{place}": place for place in range(30)}
    refusal(mia.post("/changes", body), *[3004] * 20)


@pytest.mark.parametrize("name", ["Order"])
def test_a_category_that_only_holds_others_takes_no_change(plant, mia, name):
    [error] = refusal(mia.post("/changes", {"title": "x", "category": {"guid": plant.category(name)}}), 3002)
    assert plant.category(name) in error["message"]


def test_a_disabled_category_takes_no_change(fresh, backstage):
    guid = fresh.category("Plain")
    backstage.execute("UPDATE change_categories SET enabled = false WHERE id = $1", guid)
    refusal(fresh.mia.post("/changes", {"title": "x", "category": {"guid": guid}}), 3002)


def test_what_another_workspace_has_is_nothing_here(plant, fresh, mia):
    refusal(mia.post("/changes", {"title": "x", "category": {"guid": fresh.category("Plain")}}), 3002)
    refusal(mia.post("/changes", {"title": "x", "routings": [fresh.routing()]}), 3011)
    prefix = {"guid": fresh.guid("number_prefixes", "ECO-")}
    refusal(mia.post("/changes", {"title": "x", "numberSequencePrefix": prefix}), 4011)


# ── what a category enforces ─────────────────────────────────────────────────────────────────────────────


def make(plant, category, **fields):
    return plant.mia.post("/changes", {"title": "x", "category": {"guid": plant.category(category)}} | fields)


def test_an_enforced_effectivity_is_not_to_be_chosen(plant):
    refusal(make(plant, "Strict", effectivityType="PERMANENT_ON_APPROVAL"), 4014)
    expect(201, make(plant, "Strict", effectivityType="PERMANENT_ON_DATE"))


def test_an_enforced_sequence_is_not_to_be_chosen(plant):
    refusal(make(plant, "Strict", numberSequencePrefix={"value": "ECO-"}), 4015)
    change = expect(201, make(plant, "Strict", numberSequencePrefix={"value": "DEV-"}))
    assert change["number"].startswith("DEV-")


def test_where_nothing_is_enforced_the_sequence_is_to_be_chosen_by_value_or_guid(plant):
    for prefix in ({"value": "DEV-"}, {"guid": plant.guid("number_prefixes", "DEV-")}):
        change = expect(201, make(plant, "Plain", numberSequencePrefix=prefix))
        assert change["number"].startswith("DEV-")


def test_without_any_sequence_there_is_no_number(fresh, backstage):
    backstage.execute(
        "UPDATE number_prefixes SET enabled = false WHERE workspace_id = $1", fresh.workspace_id
    )
    refusal(make(fresh, "Plain"), 4012)


def test_a_required_attribute_is_asked_for_by_its_name(plant):
    [error] = refusal(make(plant, "Demanding"), 3001)
    assert error["message"] == 'The attribute "Cost center" is required.'
    needed = attribute(plant, "Cost center")
    refusal(make(plant, "Demanding", additionalAttributes=[{"guid": needed, "value": None}]), 3001)
    expect(201, make(plant, "Demanding", additionalAttributes=[{"guid": needed, "value": "4711"}]))


def test_an_attribute_of_another_category_is_not_recognised(plant):
    urgency = {"guid": attribute(plant, "Urgency"), "value": "High"}
    needed = {"guid": attribute(plant, "Cost center"), "value": "4711"}
    refusal(make(plant, "Demanding", additionalAttributes=[needed, urgency]), 3004)
