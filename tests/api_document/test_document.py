"""The document as a document: valid, without loose ends, and the same every time."""

import json
import os
import subprocess
import sys

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from punchlist import __version__
from punchlist.api import openapi
from tests.api_document.reading import DOCUMENT, operations
from tests.api_document.tables import DIALECTS

PRINT_IT = "import sys; from punchlist.api import openapi; sys.stdout.buffer.write(openapi.encoded())"


def test_it_is_valid_openapi_3_1():
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_its_schemas_are_valid_json_schema():
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_it_bears_the_version_of_the_code():
    assert DOCUMENT["info"]["version"] == __version__


def test_no_two_operations_have_one_id():
    names = [each.name for each in operations()]
    assert len(names) == len(set(names))


def test_every_tag_of_an_operation_is_explained_and_every_explained_one_used():
    used = {tag for each in operations() for tag in each.said["tags"]}
    assert used == {tag["name"] for tag in DOCUMENT["tags"]}
    assert all(tag["description"] for tag in DOCUMENT["tags"])


def test_every_component_is_referred_to_but_for_answers_given_where_no_operation_is():
    text = json.dumps(DOCUMENT)
    unused = {
        f"{kind}/{name}"
        for kind, components in DOCUMENT["components"].items()
        if kind != "securitySchemes"
        for name in components
        if f'"#/components/{kind}/{name}"' not in text
    }
    assert unused == {f"responses/{name}" for tables in DIALECTS for name in tables.outside}


def test_it_is_the_same_to_the_byte_in_every_process():
    def made(seed: str) -> bytes:
        command, environment = [sys.executable, "-c", PRINT_IT], os.environ | {"PYTHONHASHSEED": seed}
        return subprocess.run(command, env=environment, check=True, capture_output=True).stdout

    assert made("1") == made("2") == openapi.encoded()


def test_a_copy_can_be_changed_without_changing_the_next():
    copy = openapi.document()
    copy["paths"].clear()
    copy["components"]["headers"]["ETag"]["description"] = "?"
    assert openapi.document() == DOCUMENT


def test_nothing_of_it_is_made_before_it_is_asked_for():
    program = (
        "import sys, punchlist.api.app; made = ('tasks', 'changes');"
        "unwanted = {'offapi', *(f'punchlist.api.openapi.{name}' for name in made)};"
        "print(sorted(unwanted & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
