"""What is refused because changes under way need it, and what is allowed because they do not."""

import pytest

from tests.support.workspace_files import GOOD, edited

ECO = ("Change Order", "ECO")
UNDER_WAY = ("OPEN_AND_UNLOCKED", "SUBMITTED_FOR_APPROVAL", "REJECTED", "EFFECTIVE", "EXPIRED")
OVER = ("COMPLETED", "CANCELED")


@pytest.fixture
def present(place):
    return place.apply(GOOD).present


@pytest.fixture
def eco(place, present):
    """The id of the category."""
    return place.id_of(present, "categories", ECO)


def the_refusal(place, text, *, prune=False):
    """The key and the reason of the one mistake for which a file is refused."""
    [mistake] = place.refuses(text, prune=prune)
    assert (mistake.line is None) == prune
    return f"{mistake.key}: {mistake.reason}"


UNMANAGED = edited(("implementation_task_management = true", ""))
FIXED = edited(("object_level_override = true", ""))


@pytest.mark.parametrize("status", UNDER_WAY)
def test_task_management_stays_while_changes_under_way_have_tasks(place, eco, status):
    change = place.has_a_change(eco, status=status)
    assert what_changes(place, UNMANAGED) == {"implementation_task_management"}
    place.has_a_task(change, status="DONE")
    assert the_refusal(place, UNMANAGED) == (
        "categories.implementation_task_management: must stay true, because changes under way have"
        " implementation tasks, which nobody would see (1 at present)"
    )


def what_changes(place, text, *, prune=False):
    """The fields of whatever a plan changes: it is one that is not refused."""
    return {each.field for step in place.plan(text, prune=prune).steps for each in step.differences}


@pytest.mark.parametrize("status", OVER)
def test_task_management_can_go_when_the_changes_with_tasks_are_over(place, eco, status):
    place.has_a_task(place.has_a_change(eco, status=status))
    place.apply(UNMANAGED)


def test_override_stays_while_tasks_are_open_that_nobody_else_could_end(place, eco):
    change = place.has_a_change(eco, status="EFFECTIVE")
    place.has_a_task(change, status="DONE")
    assert what_changes(place, FIXED) == {"object_level_override"}
    place.has_a_task(change, status="BEHIND")
    assert "object_level_override: must stay true" in the_refusal(place, FIXED)


TEMPORARY = edited(
    ('effectivity = "PERMANENT_ON_APPROVAL"', 'effectivity = "TEMPORARY"\nenforce_effectivity = true')
)
ENFORCED = edited(
    ("implementation_task_management", "enforce_effectivity = true\nimplementation_task_management")
)


def test_an_effectivity_is_not_enforced_on_changes_that_have_another(place, eco):
    place.has_a_change(eco, status="COMPLETED")
    assert what_changes(place, TEMPORARY) == {"effectivity", "enforce_effectivity"}
    place.has_a_change(eco)
    assert "enforce_effectivity: cannot enforce TEMPORARY" in the_refusal(place, TEMPORARY)
    place.apply(ENFORCED)  # the one that the change has


def with_value(place, present, value='"High"', name="Urgency"):
    return f'{{"{place.id_of(present, "attributes", name)}": {value}}}'


LESS = edited(('["Lot", "Urgency"]', '["Lot"]'))


def test_an_attribute_stays_on_a_category_while_changes_under_way_have_a_value_for_it(place, present, eco):
    place.has_a_change(eco, attributes=with_value(place, present, name="Lot"))
    place.has_a_change(eco, status="COMPLETED", attributes=with_value(place, present))
    assert what_changes(place, LESS) == {"attributes"}
    place.has_a_change(eco, attributes=with_value(place, present))
    assert 'categories.attributes: must keep "Urgency", because' in the_refusal(place, LESS)


WITHOUT_LOT = edited(
    ('["Lot", "Urgency"]', '["Urgency"]'), ('[[attributes]]\nname = "Lot"\ntype = "SINGLE_LINE_TEXT"\n', "")
)


def test_an_attribute_is_not_pruned_while_changes_under_way_have_a_value_for_it(place, present, eco):
    place.has_a_change(eco, attributes=with_value(place, present))
    assert what_changes(place, WITHOUT_LOT, prune=True) == {"enabled"}
    place.has_a_change(eco, attributes=with_value(place, present, name="Lot"))
    assert the_refusal(place, WITHOUT_LOT, prune=True).startswith('attributes "Lot": cannot be disabled')


NUMERIC = edited(('type = "SINGLE_LINE_TEXT"', 'type = "NUMBER"'))


def test_the_type_of_an_attribute_stays_once_any_change_has_a_value_for_it(place, present, eco):
    place.has_a_change(eco, attributes=with_value(place, present))
    assert what_changes(place, NUMERIC) == {"type"}
    place.has_a_change(eco, status="COMPLETED", attributes=with_value(place, present, name="Lot"))
    assert "attributes.type: cannot become another one" in the_refusal(place, NUMERIC)


ONLY_LOW = edited(('["High", "Low"]', '["Low"]'))


def test_an_option_stays_while_changes_under_way_have_it(place, present, eco):
    place.has_a_change(eco, attributes=with_value(place, present, '"Low"'))
    place.has_a_change(eco, status="CANCELED", attributes=with_value(place, present))
    assert what_changes(place, ONLY_LOW) == {"values"}
    place.has_a_change(eco, attributes=with_value(place, present))
    assert 'attributes.values: must keep "High", because changes under way' in the_refusal(place, ONLY_LOW)


UNASSIGNABLE = edited(
    ('["QUALITY", "CHANGES"]', '["QUALITY"]'), ('{ group = "Engineering" }', '{ supplier = "Onward" }')
)
NO_GROUP = UNASSIGNABLE.replace("[[groups]]", "[[gone]]").partition("[[gone]]")
NO_GROUP_TEXT = NO_GROUP[0] + "[[suppliers]]" + NO_GROUP[2].partition("[[suppliers]]")[2]


def test_a_group_stays_assignable_while_open_tasks_are_assigned_to_it(place, present, eco):
    group = place.id_of(present, "groups", "Engineering")
    place.has_a_task(place.has_a_change(eco, status="COMPLETED"), assignee_group_id=group)
    change = place.has_a_change(eco)
    place.has_a_task(change, assignee_group_id=group, status="NOT_APPLICABLE")
    assert what_changes(place, UNASSIGNABLE) == {"assignability", "templates"}
    assert what_changes(place, NO_GROUP_TEXT, prune=True) == {"enabled", "templates"}
    place.has_a_task(change, assignee_group_id=group, status="IN_PROGRESS")
    assert "groups.assignability: must keep CHANGES" in the_refusal(place, UNASSIGNABLE)
    assert 'groups "Engineering": cannot be disabled' in the_refusal(place, NO_GROUP_TEXT, prune=True)


NO_SUPPLIER = edited(
    ('[[suppliers]]\nname = "Onward"\n', ""), ('{ supplier = "Onward" }', '{ group = "Engineering" }')
)


def test_a_supplier_is_not_pruned_while_open_tasks_are_assigned_to_it(place, present, eco):
    supplier, change = place.id_of(present, "suppliers", "Onward"), place.has_a_change(eco)
    place.has_a_task(change, assignee_supplier_id=supplier, status="CANCELED")
    assert what_changes(place, NO_SUPPLIER, prune=True) == {"enabled", "templates"}
    place.has_a_task(change, assignee_supplier_id=supplier)
    assert 'suppliers "Onward": cannot be disabled' in the_refusal(place, NO_SUPPLIER, prune=True)


NO_ROUTING = edited(('[[routings]]\nname = "CTO"\nvoters = ["heidi@example.com"]\n', ""))


@pytest.mark.parametrize(
    ("status", "refused"), [("REJECTED", True), ("OPEN_AND_LOCKED", True), ("EFFECTIVE", False)]
)
def test_a_routing_is_not_pruned_while_changes_wait_for_its_votes(place, present, eco, status, refused):
    place.has_a_change(eco, status="SUBMITTED_FOR_APPROVAL")
    assert what_changes(place, NO_ROUTING, prune=True) == {"enabled"}
    place.has_a_change(eco, status=status, routing_ids=[place.id_of(present, "routings", "CTO")])
    if refused:
        assert 'routings "CTO": cannot be disabled' in the_refusal(place, NO_ROUTING, prune=True)
    else:
        place.apply(NO_ROUTING, prune=True)


NO_ADMINISTRATOR = edited(("change_administrator = true\n", ""))


def test_a_change_administrator_is_left_while_changes_are_under_way(place, eco):
    place.has_a_change(eco, status="COMPLETED")
    assert what_changes(place, NO_ADMINISTRATOR) == {"change_administrator"}
    place.has_a_change(eco)
    assert "users.change_administrator: must stay true for one user" in the_refusal(place, NO_ADMINISTRATOR)
    place.apply(NO_ADMINISTRATOR.replace('name = "Mia"\n', 'name = "Mia"\nchange_administrator = true\n'))


def test_a_pruned_category_keeps_its_switches_so_that_its_changes_go_on(place, eco):
    place.has_a_task(place.has_a_change(eco, status="EFFECTIVE"))
    place.apply(GOOD.partition("[[categories]]")[0], prune=True)
    row = place.backstage.rows(
        "SELECT enabled, implementation_task_management, object_level_override FROM change_categories"
        " WHERE workspace_id = $1 AND id = $2",
        place.id,
        eco,
    )
    assert [tuple(each.values()) for each in row] == [(False, True, True)]


def test_all_that_stands_against_a_plan_is_told_at_once(place, present, eco):
    place.has_a_task(place.has_a_change(eco, attributes=with_value(place, present)))
    text = edited(
        ("implementation_task_management = true", ""),
        ("object_level_override = true", ""),
        ('["High", "Low"]', '["Low"]'),
    )
    assert [mistake.key for mistake in place.refuses(text)] == [
        "attributes.values",
        "categories.implementation_task_management",
        "categories.object_level_override",
    ]
