"""What entries of a workspace file say of each other: who is named must be there, now and afterwards."""

import pytest

from punchlist.domain.workspace_file.entries import Present
from tests.support.workspace_files import GOOD, carried_out, edited, mistakes_in, planned

EMPTY = Present()
STANDING = carried_out(EMPTY, planned(EMPTY, GOOD))
NAME = '[workspace]\nname = "EveryRoad GPS"\n'
ADMIN = (
    NAME + '[[users]]\nemail = "heidi@example.com"\nname = "H"\nrole = "admin"\nchange_administrator = true\n'
)


def test_a_file_that_holds_all_it_names_can_be_applied_anywhere():
    for present in (EMPTY, STANDING):
        for prune in (False, True):
            assert mistakes_in(GOOD, present, prune=prune) == []


NAMES = [
    (
        'members = ["mia@example.com"]',
        'members = ["zoe@example.com"]',
        'groups.members: names the user "zoe@e',
    ),
    (
        'voters = ["heidi@example.com"]',
        'voters = ["zoe@example.com"]',
        'routings.voters: names the user "zoe',
    ),
    (
        'rs = ["heidi@example.com"]\nattr',
        'rs = ["zoe@example.com"]\nattr',
        "categories.administrators: names",
    ),
    (
        'prefix = "ECO-"',
        'prefix = "NO-"',
        'categories.prefix: names the number prefix "NO-", which is neither',
    ),
    (
        '["Lot", "Urgency"]',
        '["Lot", "Cost"]',
        'categories.attributes: names the attribute "Cost", which is ne',
    ),
    ('user = "MIA@', 'user = "zoe@', 'categories.templates.assignee.user: names the user "zoe@example.com"'),
    (
        'group = "Eng',
        'group = "eng',
        'categories.templates.assignee.group: names the group "engineering", wh',
    ),
    (
        'supplier = "On',
        'supplier = "No',
        'categories.templates.assignee.supplier: names the supplier "Noward"',
    ),
]


@pytest.mark.parametrize(("old", "new", "said"), NAMES)
def test_a_name_of_nothing_is_a_mistake(old, new, said):
    [(_, told)] = mistakes_in(edited((old, new)), STANDING)
    assert told.startswith(said)
    assert "which is neither in the file nor in the workspace: add it to [[" in told


def without(section: str) -> str:
    """The good file less the tables of a section."""
    tables = GOOD.strip().split("\n\n[")
    return "\n\n[".join(table for table in tables if not table.startswith(f"[{section}]")) + "\n"


@pytest.mark.parametrize("section", ["users", "groups", "suppliers", "number_prefixes", "attributes"])
def test_a_file_may_name_what_the_workspace_has_unless_that_would_be_pruned(section):
    text = without(section)
    assert mistakes_in(text, STANDING) == []
    pruned = [told for _, told in mistakes_in(text, STANDING, prune=True)]
    assert any(
        f"which --prune would disable, because [[{section}]] does not name it" in told for told in pruned
    )
    assert any("which is neither in the file" in told for _, told in mistakes_in(text, EMPTY))


def test_what_is_disabled_counts_when_the_file_names_it_itself():
    gone = carried_out(STANDING, planned(STANDING, ADMIN, prune=True))
    assert mistakes_in(GOOD, gone) == []
    [(line, told)] = mistakes_in(ADMIN + '[[groups]]\nname = "New"\nmembers = ["mia@example.com"]\n', gone)
    assert line == 'members = ["mia@example.com"]'
    assert told.endswith("which is disabled: name it in [[users]] to enable it")


def test_a_group_that_tasks_go_to_is_assignable_to_changes():
    [(line, told)] = mistakes_in(edited(('["QUALITY", "CHANGES"]', '["QUALITY"]')))
    assert line == 'assignee = { group = "Engineering" }'
    assert told.endswith('names the group "Engineering", which is not assignable to CHANGES')


def test_a_group_stays_assignable_to_changes_while_a_category_that_is_not_in_the_file_needs_it():
    group = '[[groups]]\nname = "Engineering"\nmembers = ["mia@example.com"]\n'
    [(line, told)] = mistakes_in(NAME + group + "assignability = []", STANDING)
    assert line == "assignability = []"
    assert 'must hold CHANGES: the template "Check Supplier" of the category "Change Order › ECO"' in told
    assert mistakes_in(NAME + group + 'assignability = ["CHANGES"]', STANDING) == []


def test_an_admin_is_left():
    no_admin = edited(('role = "admin"', 'role = "manager"'))
    for prune in (False, True):
        [(line, told)] = mistakes_in(no_admin, STANDING, prune=prune)
        assert (line, told) == ("[[users]]", 'users: must leave one enabled user with the role "admin"')
    assert mistakes_in(NAME) == [("", 'users: must leave one enabled user with the role "admin"')]
    assert mistakes_in(NAME, STANDING) == []
    somebody = no_admin + '[[users]]\nemail = "ada@example.com"\nname = "Ada"\nrole = "admin"\n'
    assert mistakes_in(somebody, STANDING, prune=True) == []


def test_a_category_can_be_numbered_by_its_own_prefix_or_the_workspaces_first():
    category = '[[categories]]\npath = ["A"]\n'
    [(line, told)] = mistakes_in(ADMIN + category)
    assert line == 'path = ["A"]'
    assert told.startswith("categories.path: has no prefix, and the workspace has none either")
    assert mistakes_in(ADMIN + category, STANDING) == []
    assert mistakes_in(ADMIN + category, STANDING, prune=True) != []
    assert mistakes_in(ADMIN + category + '[[number_prefixes]]\nvalue = "A-"') == []


def test_one_category_is_the_default():
    one = edited(('path = ["Change Order", "ECO"]', 'path = ["Change Order", "ECO"]\ndefault = true'))
    assert mistakes_in(one) == []
    two = one + '\n[[categories]]\npath = ["B"]\ndefault = true\n'
    [(_, told)] = mistakes_in(two)
    assert told == 'categories.default: can be true for one category; it is for "Change Order › ECO" already'
