"""`punchlist apply` and `punchlist export-config`, as somebody types them."""

from pathlib import Path

import pytest

from tests.cli.program import complains, ok, run
from tests.support.workspace_files import GOOD, edited

EXAMPLE = Path(__file__).parents[2] / "examples" / "workspace.toml"
SECRET = "correct horse battery"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A data directory to which the good file has been applied."""
    place = tmp_path_factory.mktemp("data")
    file = tmp_path_factory.mktemp("files") / "workspace.toml"
    file.write_text(GOOD)
    assert "There is nobody here yet" in complains("export-config", "--data-dir", place)
    assert "12 to make" in ok("apply", file, "--data-dir", place, "--dry-run").out
    assert "There is nobody here yet" in complains("export-config", "--data-dir", place)
    assert ok("apply", file, "--data-dir", place).out.endswith("\nApplied.\n")
    return place


@pytest.fixture
def write(tmp_path):
    """Writes a workspace file."""

    def written(text):
        file = tmp_path / "workspace.toml"
        file.write_text(text)
        return file

    return written


def test_a_file_that_is_applied_already_changes_nothing(data_dir, write):
    assert ok("apply", write(GOOD), "--data-dir", data_dir, "--prune").out == (
        "0 to make, 0 to change, 0 to disable, 12 to keep as they are.\nThere is nothing to change.\n"
    )


def test_a_dry_run_says_what_would_change_and_changes_nothing(data_dir, write):
    file = write(edited(('"Builds it"', '"Built it"')))
    for _ in range(2):
        printed = ok("apply", file, "--data-dir", data_dir, "--dry-run").out
        assert "~ group         Engineering: description: Builds it → Built it" in printed
        assert printed.endswith("Nothing was changed: this was a dry run.\n")


def test_every_entry_is_printed_with_its_guid_for_programs(data_dir, write):
    file = write(GOOD + '\n[[suppliers]]\nname = "Another"\n')
    planned = ok("apply", file, "--data-dir", data_dir, "--dry-run", "--json").value
    assert planned["workspace"] == {
        "name": "EveryRoad GPS",
        "number": 123456789,
        "request_limit": 10000,
        "step": "keep",
        "changes": {},
    }
    assert (planned["dry_run"], planned["changed"]) == (True, True)
    assert planned["suppliers"][1] == {"guid": None, "name": "Another", "step": "make", "changes": {}}
    kept = planned["suppliers"][0]
    assert (kept["name"], kept["step"], len(kept["guid"])) == ("Onward", "keep", 20)
    category = planned["categories"][1]
    assert category["path"] == ["Change Order", "ECO"]
    assert [(each["name"], len(each["guid"])) for each in category["templates"]] == [
        ("Check Supplier", 20),
        ("Tell Mia", 20),
        ("Order parts", 20),
    ]
    changed = ok("apply", write(edited(("10000", "9"))), "--data-dir", data_dir, "--dry-run", "--json").value
    assert changed["workspace"]["changes"] == {"request_limit": {"from": 10000, "to": 9}}


def test_mistakes_are_told_all_at_once_and_change_nothing(data_dir, write):
    file = write(
        edited(('"admin"', '"boss"'), ("Builds it", "Built it"), ('["mia@example.com"]', '["zoe@x.de"]'))
    )
    ran = run("apply", file, "--data-dir", data_dir)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        f"punchlist: {file} was not applied, because of 3 mistakes:",
        f'{file}:7: users: must leave one enabled user with the role "admin"',
        f"{file}:10: users.role: must be one of: admin, manager, member",
        f'{file}:21: groups.members: names the user "zoe@x.de", which is neither in the file nor in the'
        " workspace: add it to [[users]]",
    ]
    assert "12 to keep" in ok("apply", write(GOOD), "--data-dir", data_dir, "--dry-run").out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a = ", "workspace.toml:1: this is no TOML: invalid value"),
        (b"\xff", "is not UTF-8, which TOML must be"),
    ],
)
def test_what_is_no_toml_is_a_sentence(data_dir, tmp_path, content, said):
    file = tmp_path / "workspace.toml"
    file.write_bytes(content)
    ran = run("apply", file, "--data-dir", data_dir)
    assert ran.code == 1
    assert said in ran.err


def test_a_file_that_is_not_there_is_a_sentence(data_dir):
    assert "nowhere.toml cannot be read" in complains("apply", "nowhere.toml", "--data-dir", data_dir)


def test_a_password_comes_from_the_environment_and_is_printed_nowhere(data_dir, write):
    file = write(GOOD.replace('role = "admin"', 'role = "admin"\npassword_env = "HEIDI_PASSWORD"'))
    missing = run("apply", file, "--data-dir", data_dir)
    assert missing.code == 1
    assert "users.password_env: HEIDI_PASSWORD is not set in the environment" in missing.err
    for told in ("heidi@example.com: password set", "nothing to change"):
        ran = run("apply", file, "--data-dir", data_dir, HEIDI_PASSWORD=SECRET)
        assert ran.code == 0
        assert told in ran.out
        assert SECRET not in ran.out + ran.err
    ran = run("apply", file, "--data-dir", data_dir, "--json", "--dry-run", HEIDI_PASSWORD="another horse")
    heidi = ran.value["users"][0]
    assert (heidi["step"], heidi["changes"]) == ("change", {"password": {"from": None, "to": None}})
    assert "assword" not in ok("export-config", "--data-dir", data_dir).out


def test_an_export_can_be_applied_and_changes_nothing(data_dir, write):
    exported = ok("export-config", "--data-dir", data_dir).out
    assert exported.startswith('[workspace]\nname = "EveryRoad GPS"\nnumber = 123456789\n')
    assert (
        "There is nothing to change." in ok("apply", write(exported), "--prune", "--data-dir", data_dir).out
    )
    listed = ok("export-config", "--data-dir", data_dir, "--json").value
    assert [user["email"] for user in listed["users"]] == ["heidi@example.com", "Mia@example.com"]
    assert all(len(entry["guid"]) == 20 for entry in listed["categories"])


def test_the_file_and_the_command_mean_the_same_workspace(data_dir, write):
    file = write(GOOD)
    assert "The file is for workspace 123456789, and --workspace says 5." in complains(
        "apply", file, "--workspace", "5", "--data-dir", data_dir
    )
    nameless = write(edited(("number = 123456789\n", "")))
    assert "There is no workspace 555555555." in complains(
        "apply", nameless, "--workspace", "555555555", "--data-dir", data_dir
    )
    assert "nothing to change" in ok("apply", nameless, "--data-dir", data_dir).out


def test_the_example_makes_a_workspace_anew(tmp_path, write):
    place = tmp_path / "data"
    assert "29 to make" in ok("apply", EXAMPLE, "--data-dir", place).out
    assert "nothing to change" in ok("apply", EXAMPLE, "--prune", "--data-dir", place).out
    ok("apply", write(GOOD), "--data-dir", place)
    assert "There are several workspaces" in complains("apply", EXAMPLE, "--data-dir", place)
    elsewhere = ok("export-config", "--workspace", "123456789", "--data-dir", place, "--json").value
    assert elsewhere["workspace"]["name"] == "EveryRoad GPS"
