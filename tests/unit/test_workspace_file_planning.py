"""What would change for a workspace to be as a file says: every kind of step, and none where none is due."""

import tomllib

import pytest

from punchlist.domain.workspace_file.entries import Present, standing_by_key
from punchlist.domain.workspace_file.planning import Act, changes_anything, live_now, living
from punchlist.domain.workspace_file.toml_text import export, quoted
from punchlist.domain.workspace_file.wording import describe
from tests.support.workspace_files import GOOD, carried_out, edited, planned, what_happens

EMPTY = Present()
STANDING = carried_out(EMPTY, planned(EMPTY, GOOD))
ECO = ("Change Order", "ECO")


def after(text: str, present: Present = STANDING, *, prune: bool = False) -> Present:
    """The workspace after a file, which must then be as the file says."""
    done = carried_out(present, planned(present, text, prune=prune))
    assert not changes_anything(planned(done, text, prune=prune))
    return done


def differences(text: str, present: Present = STANDING, *, prune: bool = False):
    """What would change, by entry: each field with its values before and after."""
    return {
        step.key: {each.field: (each.old, each.new) for each in step.differences}
        for step in planned(present, text, prune=prune)
        if step.act is not Act.KEEP
    }


def test_everything_is_made_where_nothing_is_what_is_named_before_what_names_it():
    steps = planned(EMPTY, GOOD)
    assert {step.act for step in steps} == {Act.MAKE}
    assert [(step.section, step.key) for step in steps] == [
        ("workspace", "EveryRoad GPS"),
        ("users", "heidi@example.com"),
        ("users", "mia@example.com"),
        ("groups", "Engineering"),
        ("suppliers", "Onward"),
        ("number_prefixes", "ECO-"),
        ("number_prefixes", "DEV-"),
        ("routings", "CTO"),
        ("attributes", "Urgency"),
        ("attributes", "Lot"),
        ("categories", ("Change Order",)),
        ("categories", ECO),
    ]


def test_applied_again_a_file_changes_nothing():
    for prune in (False, True):
        steps = planned(STANDING, GOOD, prune=prune)
        assert not changes_anything(steps)
        assert len(steps) == 12


def test_a_field_that_differs_changes_from_what_it_is_to_what_the_file_says():
    changed = edited(
        ("request_limit = 10000\n", ""), ('"Heidi Walker"', '"Heidi"'), ('"High", "Low"', '"Low"')
    )
    assert differences(changed) == {
        "EveryRoad GPS": {"request_limit": (10000, None)},
        "heidi@example.com": {"name": ("Heidi Walker", "Heidi")},
        "Urgency": {"values": (("High", "Low"), ("Low",))},
    }


def test_a_key_that_is_left_out_has_its_default():
    assert differences(edited(("change_administrator = true", ""))) == {
        "heidi@example.com": {"change_administrator": (True, False)}
    }
    assert differences(edited(("object_level_override = true", ""))) == {
        ECO: {"object_level_override": (True, False)}
    }


def test_neither_the_case_of_an_address_nor_the_order_of_a_list_of_people_is_a_difference():
    assert differences(edited(('members = ["mia@', 'members = ["MIA@'))) == {}
    both = edited(('members = ["mia@example.com"]', 'members = ["heidi@example.com", "mia@example.com"]'))
    turned = edited(('members = ["mia@example.com"]', 'members = ["mia@example.com", "heidi@example.com"]'))
    assert differences(turned, after(both)) == {}
    assert differences(edited(("Mia@", "mia@"))) == {
        "mia@example.com": {"email": ("Mia@example.com", "mia@example.com")}
    }


def test_the_order_of_attributes_and_templates_is_one():
    turned = edited(('["Lot", "Urgency"]', '["Urgency", "Lot"]'))
    assert differences(turned) == {ECO: {"attributes": (("Lot", "Urgency"), ("Urgency", "Lot"))}}


def test_the_workspace_keeps_its_number_whether_or_not_the_file_says_it():
    assert differences(edited(("number = 123456789\n", ""))) == {}


ONE_LESS = edited(
    ('[[suppliers]]\nname = "Onward"\n', ""), ('{ supplier = "Onward" }', '{ group = "Engineering" }')
)


def test_what_a_file_does_not_name_stays_unless_pruned_and_is_disabled_then():
    assert [step for step in what_happens(planned(STANDING, ONE_LESS)) if step[1] == "suppliers"] == []
    assert ("disable", "suppliers", "Onward") in what_happens(planned(STANDING, ONE_LESS, prune=True))
    gone = after(ONE_LESS, prune=True)
    assert standing_by_key(gone, "suppliers")["Onward"].enabled is False


def test_what_is_disabled_is_enabled_when_named_again_and_is_the_same_as_before():
    gone = after(ONE_LESS, prune=True)
    assert differences(GOOD, gone)["Onward"] == {"enabled": (False, True)}
    back = standing_by_key(after(GOOD, gone), "suppliers")["Onward"]
    assert (back.enabled, back.id) == (True, standing_by_key(STANDING, "suppliers")["Onward"].id)


ADMIN = '[workspace]\nname = "EveryRoad GPS"\n[[users]]\nemail = "heidi@example.com"\nname = "Heidi Walker"\n'
ADMIN += 'role = "admin"\nchange_administrator = true\n'


def test_pruned_to_an_admin_nothing_else_is_enabled():
    gone = after(ADMIN, prune=True)
    assert {name: set(keys) for name, keys in live_now(gone).items() if keys} == {
        "users": {"heidi@example.com"}
    }
    assert differences(ADMIN, gone, prune=True) == {}


def test_a_disabled_user_is_a_member_of_nothing_until_enabled_again():
    alone = ADMIN + '[[groups]]\nname = "Engineering"\ndescription = "Builds it"\n'
    alone += 'assignability = ["QUALITY", "CHANGES"]\n'
    gone = after(alone, prune=True)  # Mia stays among the group's rows, and is not seen there
    group = standing_by_key(gone, "groups")["Engineering"].value
    assert group.members == ("mia@example.com",)
    assert living(group, live_now(gone)).members == ()
    with_mia = alone + '[[users]]\nemail = "mia@example.com"\nname = "Mia"\n'
    assert differences(with_mia, gone)["Engineering"] == {"members": (("mia@example.com",), ())}
    assert standing_by_key(after(with_mia, gone), "groups")["Engineering"].value.members == ()


def category(path: str, more: str = "") -> str:
    return f"[[categories]]\npath = {path}\n{more}\n"


PREFIX = '[[number_prefixes]]\nvalue = "ECO-"\n'


def test_categories_above_one_are_made_for_it_and_take_no_change():
    made = after(ADMIN + PREFIX + category('["A", "B", "C"]'), EMPTY)
    assignable = {key: each.value.assignable for key, each in standing_by_key(made, "categories").items()}
    assert assignable == {("A",): False, ("A", "B"): False, ("A", "B", "C"): True}
    named = category('["A", "B", "C"]') + category('["A"]')
    assert differences(ADMIN + PREFIX + named, made) == {("A",): {"assignable": (False, True)}}


def test_a_category_above_another_that_is_pruned_stays_for_those_below_it():
    both = after(ADMIN + PREFIX + category('["A"]', 'prefix = "ECO-"') + category('["A", "B"]'), EMPTY)
    below = ADMIN + PREFIX + category('["A", "B"]')
    assert differences(below, both) == {}
    assert differences(below, both, prune=True) == {
        ("A",): {"prefix": ("ECO-", None), "assignable": (True, False)}
    }


def test_a_category_above_goes_with_the_last_one_below_it_and_comes_back_with_it():
    gone = after(ADMIN + PREFIX, prune=True)
    assert live_now(gone)["categories"] == frozenset()
    back = {key for key, changes in differences(GOOD, gone).items() if "enabled" in changes}
    assert {("Change Order",), ECO} <= back


def test_the_default_goes_from_one_category_to_another():
    first = after(ADMIN + PREFIX + category('["A"]', "default = true") + category('["B"]'), EMPTY)
    then = ADMIN + PREFIX + category('["B"]', "default = true")
    assert differences(then, first) == {
        ("A",): {"default": (True, False)},
        ("B",): {"default": (False, True)},
    }
    assert differences(then, first, prune=True)[("A",)] == {
        "enabled": (True, False),
        "default": (True, False),
    }
    assert differences(ADMIN + PREFIX + category('["B"]'), first) == {}


def test_a_template_that_is_not_named_stays_behind_the_others_unless_pruned():
    less = GOOD.partition('  [[categories.templates]]\n  name = "Tell Mia"')[0]
    names = [each.name for each in standing_by_key(after(less), "categories")[ECO].value.templates]
    assert names == ["Check Supplier", "Tell Mia", "Order parts"]
    kept = after(less, prune=True)
    assert [each.name for each in standing_by_key(kept, "categories")[ECO].value.templates] == [
        "Check Supplier"
    ]


def places(present: Present) -> dict[str, int]:
    return {
        str(key): each.value.position for key, each in standing_by_key(present, "number_prefixes").items()
    }


def prefixes(*values: str) -> str:
    return ADMIN + "".join(f'[[number_prefixes]]\nvalue = "{value}"\n' for value in values)


def test_prefixes_and_attributes_have_the_order_of_the_file_and_others_keep_their_places():
    three = after(prefixes("A-", "B-", "C-"), EMPTY)
    assert places(three) == {"A-": 1, "B-": 2, "C-": 3}
    assert places(after(prefixes("C-", "A-"), three)) == {"C-": 1, "B-": 2, "A-": 3}
    assert places(after(prefixes("N-", "B-"), three)) == {"A-": 1, "N-": 2, "C-": 3, "B-": 4}
    assert differences(prefixes("B-", "C-"), three) == {}


def test_a_password_that_is_new_is_a_step_of_its_user():
    steps = planned(STANDING, GOOD, new_passwords=frozenset({"mia@example.com"}))
    assert what_happens(steps) == [("change", "users", "mia@example.com")]
    assert "mia@example.com: password set" in describe(steps)


def test_a_plan_is_told_in_words():
    text = edited(
        ('name = "EveryRoad GPS"', 'name = "Every\\nRoad"'),
        ("request_limit = 10000\n", ""),
        ('members = ["mia@example.com"]', 'members = ["heidi@example.com"]'),
        ('type = "SINGLE_LINE_TEXT"', 'type = "NUMBER"'),
        ('["Lot", "Urgency"]', '["Urgency", "Lot"]'),
        ("due_days = 14", "due_days = 15"),
        ('name = "Tell Mia"', 'name = "Tell her"'),
        ("object_level_override = true", ""),
        ('[[number_prefixes]]\nvalue = "DEV-"\n', '[[number_prefixes]]\nvalue = "NEW-"\n'),
    )
    assert describe(planned(STANDING, text, prune=True)).splitlines() == [
        '  ~ workspace     EveryRoad GPS: name: EveryRoad GPS → "Every\\nRoad"; request limit: 10000 → none',
        "  ~ group         Engineering: members: +heidi@example.com, -mia@example.com",
        "  + number prefix NEW-",
        "  - number prefix DEV-: disable",
        "  ~ attribute     Lot: type: SINGLE_LINE_TEXT → NUMBER",
        "  ~ category      Change Order › ECO: object level override: yes → no; attributes: in another order;"
        " templates: +Tell her, -Tell Mia, ~Check Supplier",
        "1 to make, 4 to change, 1 to disable, 7 to keep as they are.",
    ]


def test_a_category_that_is_made_for_others_says_so():
    told = describe(planned(EMPTY, GOOD)).splitlines()
    assert "  + category      Change Order: only for those below it" in told
    assert "  + category      Change Order › ECO" in told


def test_a_workspace_is_exported_as_a_file_that_changes_nothing():
    for present in (STANDING, after(ADMIN, prune=True), after(ONE_LESS, prune=True)):
        text = export(present)
        for prune in (False, True):
            assert not changes_anything(planned(present, text, prune=prune))


def test_an_export_has_addresses_as_their_owners_write_them_and_no_default_of_the_system():
    text = export(STANDING)
    assert 'members = ["Mia@example.com"]' in text
    assert 'assignee = { user = "Mia@example.com" }' in text
    assert 'path = ["Change Order"]' not in text
    assert "position" not in text
    assert "password" not in text


@pytest.mark.parametrize("text", ["", 'a"b\\', "\x00\x1b\x7f\n\t", "ü🙂\u2028"])
def test_any_text_can_be_quoted(text):
    assert tomllib.loads(f"a = {quoted(text)}") == {"a": text}
