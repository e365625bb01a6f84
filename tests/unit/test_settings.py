"""Settings: where a value comes from, and what becomes of a wrong one."""

from pathlib import Path

import pytest

from punchlist.settings import SETTINGS, Settings, SettingsError, from_handoff, load, to_handoff


@pytest.fixture
def config(tmp_path):
    def write(text):
        path = tmp_path / "punchlist.toml"
        path.write_text(text)
        return path

    return write


def sentence(**arguments) -> str:
    with pytest.raises(SettingsError) as caught:
        load(**arguments)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_flag_goes_over_the_environment_over_the_file_over_the_default(config):
    path = config("port = 1\nhost = 'file'\nworkers = 3")
    environ = {"PUNCHLIST_PORT": "2", "PUNCHLIST_HOST": "environment"}
    settings = load({"port": "4", "host": None}, config=path, environ=environ)
    assert (settings.port, settings.host, settings.workers, settings.pool_size) == (4, "environment", 3, 10)


def test_the_file_may_be_named_in_the_environment(config):
    assert load(environ={"PUNCHLIST_CONFIG": str(config("port = 5"))}).port == 5


def test_a_file_beside_the_caller_is_read_unasked(config, tmp_path, monkeypatch):
    config("port = 6")
    monkeypatch.chdir(tmp_path)
    assert load(environ={}).port == 6


def test_the_data_directory_comes_out_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load({"data_dir": "here"}, environ={}).data_dir == tmp_path / "here"


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        (
            {"PUNCHLIST_PORT": "http"},
            "PUNCHLIST_PORT in the environment is 'http'; it must be a whole number",
        ),
        ({"PUNCHLIST_PORT": "65536"}, "from 0 to 65535"),
        ({"PUNCHLIST_WORKERS": "0"}, "from 1 to 64"),
        ({"PUNCHLIST_MIGRATE": "perhaps"}, "true or false"),
        ({"PUNCHLIST_LOG_FORMAT": "xml"}, "one of console, json"),
        ({"PUNCHLIST_HOST": ""}, "a host name or an IP address"),
        ({"PUNCHLIST_DATA_DIR": ""}, "a path"),
    ],
)
def test_a_wrong_value_is_named_with_its_place_and_what_is_allowed(environ, said):
    text = sentence(environ=environ)
    assert text.startswith("The setting ")
    assert said in text


def test_a_wrong_value_is_found_also_where_a_flag_goes_over_it(config):
    assert "port in" in sentence(flags={"port": "1"}, config=config("port = 'x'"), environ={})


def test_a_wrong_database_url_is_not_repeated_for_it_may_hold_a_password():
    assert "hunter2" not in sentence(environ={"PUNCHLIST_DATABASE_URL": "mysql://me:hunter2@db/x"})


def test_an_unknown_variable_is_refused_and_the_nearest_known_one_named():
    assert "did you mean PUNCHLIST_WORKERS?" in sentence(environ={"PUNCHLIST_WORKRES": "2"})


def test_an_unknown_line_in_the_file_is_refused_and_the_nearest_known_one_named(config):
    path = config("data-dir = '/x'")
    text = sentence(config=path, environ={})
    assert "did you mean data_dir?" in text
    assert str(path) in text


def test_text_in_the_file_is_not_taken_for_a_number(config):
    assert "'8000'" in sentence(config=config("port = '8000'"), environ={})


@pytest.mark.parametrize("content", ["port = ", "\udcff"])
def test_a_broken_file_is_a_sentence(tmp_path, content):
    path = tmp_path / "broken.toml"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert f"{path} is not TOML" in sentence(config=path, environ={})


def test_a_missing_file_that_was_asked_for_is_a_sentence(tmp_path):
    assert "cannot be read: No such file" in sentence(config=tmp_path / "none.toml", environ={})


def test_other_variables_are_not_ours_to_judge():
    assert load(environ={"PATH": "/bin", "_PUNCHLIST_HANDOFF": "x"}) == load(environ={})


def test_every_setting_has_help_a_default_that_is_allowed_and_a_name_in_each_source():
    for name, row in SETTINGS.items():
        assert row.help.endswith(".")
        assert row.allowed
        assert row.sign
        assert row.variable == f"PUNCHLIST_{name.upper()}"
    given = {name: row.default for name, row in SETTINGS.items()}
    assert load(given, environ={}) == load(environ={})


def test_a_worker_reads_the_very_settings_that_its_parent_resolved():
    settings = Settings(data_dir=Path("/where/ever"), port=1, migrate=False, trusted_proxies="10.0.0.1")
    assert from_handoff(to_handoff(settings, "postgresql://db/x")) == (settings, "postgresql://db/x")
