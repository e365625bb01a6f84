"""The schemas of a dialect, made from the wire structs that its endpoints decode and encode.

An answer's schema bears the name of its struct, a body's that of its operation: two operations that
share a struct may ask for different fields of it.
"""

import copy
import enum
from collections.abc import Iterable, Iterator
from typing import Any, get_args, get_origin

import msgspec
from msgspec import inspect

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.openapi.dialect import Dialect, Schema, pascal, ref

_REF = "#/components/schemas/"

_IGNORED = {
    "readOnly": True,
    "description": "Accepted and ignored, so that what was read can be sent back.",
}


def entry_of(answer: Any) -> Any:
    """The struct of an answer, or of a list's entries."""
    return get_args(answer)[0] if get_origin(answer) is list else answer


def name_of(dialect: Dialect, struct: Any) -> str:
    """The component's name of a struct."""
    name: str = struct.__name__
    return dialect.names.get(name, name.removesuffix("Out"))


def answer_schema(dialect: Dialect, endpoint: Endpoint, answer: Any) -> Schema:
    """The schema of an answer, as a reference to its component."""
    name = name_of(dialect, entry_of(answer))
    if endpoint.paged:
        return ref("schemas", f"{name}Page")
    if _is_narrowed(endpoint):
        return {"anyOf": [ref("schemas", name), ref("schemas", f"{name}Selection")]}
    return ref("schemas", name)


def body_schema(endpoint: Endpoint) -> Schema:
    """The schema of a body, as a reference to its component."""
    return ref("schemas", pascal(endpoint.name))


def component_schemas(dialect: Dialect) -> dict[str, Schema]:
    """All schemas of a dialect, by name."""
    answers = {
        entry_of(answer): None
        for endpoint in dialect.endpoints
        for answer in endpoint.answers.values()
        if answer not in (None, bytes, str)
    }
    bodies = {endpoint.body: None for endpoint in dialect.endpoints if endpoint.body is not None}
    forms = [endpoint.form for endpoint in dialect.endpoints if endpoint.form is not None]
    found = _components(dialect, [*answers, *bodies, *forms, *dialect.further_structs])
    made = {name_of(dialect, body): found.pop(name_of(dialect, body)) for body in bodies}
    for endpoint in dialect.endpoints:
        if endpoint.body is not None:
            found[pascal(endpoint.name)] = _body(endpoint, made[name_of(dialect, endpoint.body)])
        for answer in endpoint.answers.values():
            if answer not in (None, bytes, str):
                found |= _around(dialect, endpoint, answer, found)
    found |= dialect.error_schemas
    dialect.complete(found)
    return found


def _components(dialect: Dialect, structs: list[Any]) -> dict[str, Schema]:
    """The schemas of structs and of all that they hold, under the names that the document gives them."""
    _, found = msgspec.json.schema_components(structs, ref_template=_REF + "{name}")
    kinds = {kind.__name__: kind for kind in _classes(inspect.multi_type_info(structs))}
    names = {name: name_of(dialect, kind) for name, kind in kinds.items()}
    if len(set(names.values())) < len(names):
        raise ValueError(f"two structs would have one name: {sorted(names.values())}")
    tidied = {names[name]: _tidy(schema, names) for name, schema in found.items()}
    for name, kind in kinds.items():
        if issubclass(kind, enum.Enum):  # msgspec sorts them; the declared order means something
            tidied[names[name]]["type"] = "string"
            tidied[names[name]]["enum"] = [option.value for option in kind]
    return tidied


def _classes(types: Iterable[inspect.Type]) -> Iterator[type]:
    """The structs and enumerations among types and inside them."""
    for each in types:
        if isinstance(each, inspect.EnumType):
            yield each.cls
        elif isinstance(each, inspect.StructType):
            yield each.cls
            yield from _classes(field.type for field in each.fields)
        elif isinstance(each, inspect.UnionType):
            yield from _classes(each.types)
        elif isinstance(each, inspect.ListType | inspect.VarTupleType):
            yield from _classes([each.item_type])
        elif isinstance(each, inspect.Metadata):
            yield from _classes([each.type])


def _tidy(value: Any, names: dict[str, str]) -> Any:
    """A schema as a person would have written it: the document's names, nullable types, nothing empty."""
    if isinstance(value, list):
        return [_tidy(each, names) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        return value | {"$ref": _REF + names[value["$ref"].removeprefix(_REF)]}
    tidied = {key: _tidy(each, names) for key, each in value.items() if each != []}
    if isinstance(tidied.get("title"), str):
        del tidied["title"]
    return _nullable(tidied)


def _nullable(schema: Schema) -> Schema:
    match schema.get("anyOf"):
        case [{"type": str(kind)} as some, {"type": "null"}] if "enum" not in some:
            own = {key: each for key, each in schema.items() if key != "anyOf"}
            return {**some, **own, "type": [kind, "null"]}
    return schema


def _body(endpoint: Endpoint, struct_schema: Schema) -> Schema:
    """The schema of one operation's body: the struct's, with what this operation asks for."""
    schema = copy.deepcopy(struct_schema)
    for field in msgspec.structs.fields(endpoint.body):
        if field.type is Any:
            schema["properties"][field.encode_name] = _IGNORED
    if endpoint.required_fields:
        schema["description"] = f"{endpoint.summary}."
        schema["required"] = list(endpoint.required_fields)
        for name in endpoint.required_fields:
            schema["properties"][name] = _not_null(schema["properties"][name])
    return schema


def _not_null(schema: Schema) -> Schema:
    """A schema without the null that it takes, where nothing may not be said."""
    match schema:
        case {"type": [str(kind), "null"]}:
            return schema | {"type": kind}
        case {"anyOf": [some, {"type": "null"}]}:
            own = {key: each for key, each in schema.items() if key != "anyOf"}
            return {**some, **own}
    return schema


def _is_narrowed(endpoint: Endpoint) -> bool:
    return any(parameter.narrows for parameter in endpoint.parameters)


def _around(dialect: Dialect, endpoint: Endpoint, answer: Any, found: dict[str, Schema]) -> dict[str, Schema]:
    """The components that an endpoint puts around those of structs: pages, and selections of fields."""
    name = name_of(dialect, entry_of(answer))
    made: dict[str, Schema] = {}
    entry: Schema = ref("schemas", name)
    if _is_narrowed(endpoint):
        fields = {key: each for key, each in found[name].items() if key != "required"}
        selection = {"description": "The fields that were asked for.", "minProperties": 1}
        made[f"{name}Selection"] = fields | selection
        entry = {"anyOf": [entry, ref("schemas", f"{name}Selection")]}
    if endpoint.paged:
        made[f"{name}Page"] = dialect.page(entry)
    return made
