"""On which line of a TOML document each key stands."""

import pytest

from punchlist.domain.workspace_file.toml_lines import lines_of

DOCUMENT = '''\
# A comment with = and [brackets]

[workspace] # [not.this]
name = "a # no comment"
"quoted key" = 1
dotted . key = 2

[[users]]
email = "a"

[[users]]
  email = """
[[users]]
email = "not a key" ""\\"""" # five quotes at most
  roles = [ # a list
    "x", # with ] in a comment
    [1, 2],

    { deep = 'C:\\', other = 1979-05-27 07:32:00Z },
  ]

  [[users.keys]]
  id = 1
  [[users.keys]]
  id = 2
  [users.keys.more]
  last = \'\'\'
literal \\
\'\'\'
[a.b]
c = { }
d = []
'''


def test_every_key_table_and_entry_has_its_line():
    assert lines_of(DOCUMENT) == {
        ("workspace",): 3,
        ("workspace", "name"): 4,
        ("workspace", "quoted key"): 5,
        ("workspace", "dotted"): 6,
        ("workspace", "dotted", "key"): 6,
        ("users",): 8,
        ("users", 0): 8,
        ("users", 0, "email"): 9,
        ("users", 1): 11,
        ("users", 1, "email"): 12,
        ("users", 1, "roles"): 15,
        ("users", 1, "roles", 0): 16,
        ("users", 1, "roles", 1): 17,
        ("users", 1, "roles", 1, 0): 17,
        ("users", 1, "roles", 1, 1): 17,
        ("users", 1, "roles", 2): 19,
        ("users", 1, "roles", 2, "deep"): 19,
        ("users", 1, "roles", 2, "other"): 19,
        ("users", 1, "keys"): 22,
        ("users", 1, "keys", 0): 22,
        ("users", 1, "keys", 0, "id"): 23,
        ("users", 1, "keys", 1): 24,
        ("users", 1, "keys", 1, "id"): 25,
        ("users", 1, "keys", 1, "more"): 26,
        ("users", 1, "keys", 1, "more", "last"): 27,
        ("a",): 30,
        ("a", "b"): 30,
        ("a", "b", "c"): 31,
        ("a", "b", "d"): 32,
    }


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_are_counted_whatever_ends_them(ending):
    assert lines_of(DOCUMENT.replace("\n", ending)) == lines_of(DOCUMENT)


@pytest.mark.parametrize(
    ("text", "lines"), [("", {}), ("\n\n", {}), ("# only", {}), ("\na = '#' # b", {("a",): 2})]
)
def test_the_end_of_a_document_needs_no_newline(text, lines):
    assert lines_of(text) == lines
