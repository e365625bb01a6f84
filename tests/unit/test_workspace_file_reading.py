"""Reading a workspace file: what each key means, and every mistake with its line, key and reason."""

import pytest

from punchlist.domain import limits
from punchlist.domain.categories import AssigneeKind, FieldType
from punchlist.domain.change_lifecycle import Effectivity, RoutingMethod
from punchlist.domain.permissions import Role
from punchlist.domain.sessions import UserType
from punchlist.domain.workspace_file.entries import (
    Assignability,
    NamedAssignee,
    TemplateEntry,
    WorkspaceEntry,
)
from punchlist.domain.workspace_file.fields import Mistake, Mistaken
from punchlist.domain.workspace_file.reading import find_passwords, parse
from punchlist.domain.workspace_file.wording import list_mistakes
from tests.support.workspace_files import GOOD, edited, good, mistakes_in


def mistakes(text: str) -> list[tuple[str, str]]:
    """The mistakes that reading alone finds."""
    lines = ["", *text.splitlines()]
    return [(lines[each.line or 0].strip(), f"{each.key}: {each.reason}") for each in parse(text).mistakes]


def test_a_file_says_what_it_says():
    file = good().file
    assert file.workspace == WorkspaceEntry(name="EveryRoad GPS", number=123456789, request_limit=10000)
    heidi, mia = file.users
    assert (heidi.role, heidi.type, heidi.change_administrator) == (Role.ADMIN, UserType.EMPLOYEE, True)
    assert (mia.email, mia.role, mia.change_administrator) == ("Mia@example.com", Role.MEMBER, False)
    assert file.groups[0].assignability == (Assignability.QUALITY, Assignability.CHANGES)
    assert [prefix.value for prefix in file.number_prefixes] == ["ECO-", "DEV-"]
    assert file.attributes[0].type is FieldType.FIXED_DROP_DOWN
    category = file.categories[0]
    assert (category.path, category.prefix, category.routing_method) == (
        ("Change Order", "ECO"),
        "ECO-",
        RoutingMethod.AUTO,
    )
    assert category.effectivity is Effectivity.PERMANENT_ON_APPROVAL
    assert category.templates[0] == TemplateEntry(
        name="Check Supplier", assignee=NamedAssignee(AssigneeKind.GROUP, "Engineering"), due_days=14
    )


def test_a_name_of_a_workspace_is_all_that_a_file_must_have():
    assert mistakes('[workspace]\nname = "X"') == []
    assert mistakes("") == [("", "workspace.name: is missing")]


def test_text_is_trimmed_and_an_empty_description_is_none():
    file = good(edited(('"Builds it"', '"  "'), ('"Onward"\n\n[[num', '" Onward "\n\n[[num'))).file
    assert file.groups[0].description is None
    assert file.suppliers[0].name == "Onward"


# One edit of the good file each: what is replaced, by what, the line that is blamed, and for what.
WRONG = [
    ("[[suppliers]]", "[[vendors]]", "[[vendors]]", "vendors: is not known here; known are: workspace, us"),
    (
        "[workspace]",
        "[workspace]\nname2 = 1",
        "name2 = 1",
        "workspace.name2: is not known here; known are: n",
    ),
    ('role = "admin"', 'rank = "admin"', 'rank = "admin"', "users.rank: is not known here; known are: email"),
    ("due_days = 14", "due = 14", "due = 14", "categories.templates.due: is not known here; known are: na"),
    ('name = "Heidi Walker"\n', "", "[[users]]", "users.name: is missing"),
    ('type = "FIXED_DROP_DOWN"\n', "", "[[attributes]]", "attributes.type: is missing"),
    ('"EveryRoad GPS"', "7", "name = 7", "workspace.name: must be text"),
    ('"EveryRoad GPS"', '"  "', 'name = "  "', "workspace.name: must not be empty"),
    ("123456789", "12345678", "number = 12345678", "workspace.number: must be a whole number from 100000000"),
    ("123456789", "true", "number = true", "workspace.number: must be a whole number from 100000000 to 9999"),
    ("10000", "0", "request_limit = 0", "workspace.request_limit: must be a whole number from 1 to"),
    (
        'email = "heidi@example.com"',
        'email = "heidi"',
        'email = "heidi"',
        "users.email: must be a valid e-mai",
    ),
    ('email = "heidi@example.com"', "email = 1", "email = 1", "users.email: must be text"),
    ('"admin"', '"boss"', 'role = "boss"', "users.role: must be one of: admin, manager, member"),
    ('"admin"', "[]", "role = []", "users.role: must be one of: admin, manager, member"),
    (
        "or = true",
        'or = "yes"',
        'change_administrator = "yes"',
        "users.change_administrator: must be true or",
    ),
    ('["QUALITY", "CHANGES"]', '["ALL"]', 'assignability = ["ALL"]', "groups.assignability: must be one of:"),
    (
        '["mia@example.com"]',
        '"mia@example.com"',
        'members = "mia@example.com"',
        "groups.members: must be a li",
    ),
    ('["mia@example.com"]', '[\n"mia"]', '"mia"]', "groups.members: must be a valid e-mail address"),
    ('["mia@example.com"]', '["a@b.de",\n"A@b.de"]', '"A@b.de"]', 'groups.members: names "A@b.de" twice'),
    (
        '["High", "Low"]',
        '["High", "High"]',
        'values = ["High", "High"]',
        'attributes.values: names "High" tw',
    ),
    (
        'values = ["High", "Low"]',
        "",
        "[[attributes]]",
        "attributes.values: is needed, with one val",
    ),
    (
        '"SINGLE_LINE_TEXT"',
        '"NUMBER"\nvalues = ["1"]',
        'values = ["1"]',
        "attributes.values: has no place whe",
    ),
    ('value = "DEV-"', 'value = "D V-"', 'value = "D V-"', "number_prefixes.value: must have neither spaces"),
    ('value = "DEV-"', 'value = "DEV*"', 'value = "DEV*"', "number_prefixes.value: must have neither spaces"),
    ('value = "DEV-"', 'value = "DEV1"', 'value = "DEV1"', "number_prefixes.value: must have neither spaces"),
    ('["Change Order", "ECO"]', "[]", "path = []", "categories.path: must have 1 to 10 parts"),
    (
        '["Change Order", "ECO"]',
        '"ECO"',
        'path = "ECO"',
        "categories.path: must be a list, in square brackets",
    ),
    (
        '["Change Order", "ECO"]',
        '["a\\\\b"]',
        'path = ["a\\\\b"]',
        "categories.path: must not contain a backs",
    ),
    (
        '["Change Order", "ECO"]',
        '["-uncategorized-"]',
        'path = ["-uncategorized-"]',
        "categories.path: -uncate",
    ),
    ("due_days = 14", "due_days = 4000", "due_days = 4000", "categories.templates.due_days: must be a whole"),
    (
        '{ group = "Engineering" }',
        "{ }",
        "assignee = { }",
        "categories.templates.assignee: must be one of: {",
    ),
    (
        '{ group = "Engineering" }',
        '"Mia"',
        'assignee = "Mia"',
        "categories.templates.assignee: must be one of",
    ),
    (
        '{ group = "Engineering" }',
        '{ group = "Engineering", user = "a@b.de" }',
        'assignee = { group = "Engineering", user = "a@b.de" }',
        "categories.templates.assignee: must be one of: { user",
    ),
    (
        '"Tell Mia"',
        '"Check Supplier"',
        'name = "Check Supplier"',
        'categories.templates.name: "Check Supplier"',
    ),
    (
        'prefix = "ECO-"',
        "enforce_prefix = true",
        "enforce_prefix = true",
        "categories.enforce_prefix: needs a ",
    ),
    (
        'effectivity = "PERMANENT_ON_APPROVAL"',
        "enforce_effectivity = true",
        "enforce_effectivity = true",
        "categories.enforce_effectivity: needs an effectivity to enforce",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "said"), WRONG)
def test_a_mistake_is_told_with_its_line_and_key_and_reason(old, new, line, said):
    [(blamed, told)] = mistakes(edited((old, new)))
    assert blamed == line
    assert told.startswith(said)


def test_all_mistakes_are_told_in_the_order_of_their_lines():
    text = edited(('"admin"', '"boss"'), ("10000", "-1"), ("due_days = 14", "days = 14"))
    assert [key.partition(":")[0] for _, key in mistakes(text)] == [
        "workspace.request_limit",
        "users.role",
        "categories.templates.days",
    ]


def test_an_entry_stands_in_a_file_once():
    for name in ("HEIDI@example.com", "heidi@EXAMPLE.com"):
        [(line, said)] = mistakes(edited(("Mia@example.com", name)))
        assert line.startswith('email = "')
        assert said == 'users.email: "heidi@example.com" stands here a second time, after line 7'
    assert mistakes(edited(('value = "DEV-"', 'value = "eco-"'))) == []  # a name is its own letters


def test_a_section_is_a_list_of_tables():
    [(line, said)] = mistakes('suppliers = ["A"]\n[workspace]\nname = "X"')
    assert (line, said) == (
        'suppliers = ["A"]',
        "suppliers: must be a list of tables, each beginning with [[suppliers]]",
    )
    assert mistakes("workspace = 1") == [("workspace = 1", "workspace: must be a table, [workspace]")]
    inline = 'suppliers = [\n{ name = "A" },\n{ nam = "B" }]\n[workspace]\nname = "X"'
    assert [line for line, _ in mistakes(inline)] == ['{ nam = "B" }]', '{ nam = "B" }]']


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[workspace]\nname 'X'", 2, "this is no TOML: expected '=' after a key"),
        ("[workspace]\nname = ", 2, "this is no TOML: invalid value"),
        ("a = [\n1,\n", 3, "this is no TOML"),
        ("a = 1\na = 2", 2, "this is no TOML: cannot overwrite a value"),
        (f"a = {'[' * 100_000}", None, "is nested too deeply"),
        ("a" * (limits.WORKSPACE_FILE_MAX + 1), None, "must have at most"),
    ],
)
def test_what_is_no_toml_at_all_is_one_mistake(text, line, said):
    with pytest.raises(Mistaken) as caught:
        parse(text)
    [mistake] = caught.value.mistakes
    assert mistake.line == line
    assert mistake.reason.startswith(said)


@pytest.mark.parametrize(
    ("section", "key"),
    [("number_prefixes", "position"), ("attributes", "position"), ("categories", "assignable")],
)
def test_what_follows_from_an_entrys_place_cannot_be_said(section, key):
    told = dict(mistakes(f"{GOOD}\n[[{section}]]\n{key} = 1"))
    assert told[f"{key} = 1"].startswith(f"{section}.{key}: is not known here; known are: ")


def with_password(variable: str = "HEIDI_PASSWORD") -> str:
    return edited(('role = "admin"', f'role = "admin"\npassword_env = "{variable}"'))


def test_a_password_comes_from_the_environment():
    document = good(with_password())
    found, wrong = find_passwords(document, {"HEIDI_PASSWORD": "correct horse"})
    assert (found, wrong) == ({"heidi@example.com": "correct horse"}, [])
    assert find_passwords(good(), {}) == ({}, [])


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "HEIDI_PASSWORD is not set in the environment"),
        ({"HEIDI_PASSWORD": "hunter2"}, "the password in HEIDI_PASSWORD must have at least 10 characters"),
        (
            {"HEIDI_PASSWORD": "x" * 1025},
            "the password in HEIDI_PASSWORD must have at most 1024 characters",
        ),
    ],
)
def test_a_password_that_is_missing_or_will_not_do_is_a_mistake_that_never_repeats_it(environ, said):
    _, [mistake] = find_passwords(good(with_password()), environ)
    assert (mistake.key, mistake.reason) == ("users.password_env", said)


def test_mistakes_are_listed_with_the_file_and_the_line():
    some = (Mistake(3, "users.name", "is missing"), Mistake(None, "", "is\x1b[31m red"))
    assert list_mistakes(some, "w.toml") == "w.toml:3: users.name: is missing\nw.toml: is\\u001b[31m red"


def test_what_the_file_says_of_itself_is_looked_at_beside_what_it_says_wrongly():
    text = edited(('"admin"', '"boss"'), ('["mia@example.com"]', '["nobody@example.com"]'))
    assert [line for line, _ in mistakes_in(text)] == [
        'role = "boss"',
        "[[users]]",
        'members = ["nobody@example.com"]',
    ]
