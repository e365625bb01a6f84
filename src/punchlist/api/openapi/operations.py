"""The operations of a dialect: each row of its route table as the document says it."""

from typing import Any

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.forms import FORM
from punchlist.api.openapi.dialect import Dialect, Example, camel, ref
from punchlist.api.openapi.parameters import document_path, parameters_of
from punchlist.api.openapi.responses import JSON, achieved, refused, refused_outside, status_name
from punchlist.api.openapi.schemas import body_schema, name_of
from punchlist.api.openapi.security import security_of

Paths = dict[str, dict[str, Any]]


def paths_of(dialect: Dialect) -> tuple[Paths, dict[str, Any]]:
    """The paths of a dialect, and the components of the answers that all its endpoints have alike."""
    alike = refused_outside(dialect)
    answers = {endpoint.name: refused(dialect, endpoint) for endpoint in dialect.endpoints}
    for status in sorted({status for found in answers.values() for status in found}):
        told = [found[status] for found in answers.values() if status in found]
        if len(told) > 1 and all(each == told[0] for each in told):
            alike[status_name(status)] = told[0]
            for found in answers.values():
                if status in found:
                    found[status] = ref("responses", dialect.prefix + status_name(status))
    paths: Paths = {}
    for endpoint in dialect.endpoints:
        methods = paths.setdefault(document_path(endpoint), {})
        methods[endpoint.method.lower()] = _operation(dialect, endpoint, answers[endpoint.name])
    return paths, {dialect.prefix + name: answer for name, answer in alike.items()}


def _operation(dialect: Dialect, endpoint: Endpoint, refusals: dict[int, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": camel(endpoint.name),
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "description": _description(endpoint),
        "security": security_of(endpoint),
        "parameters": parameters_of(dialect, endpoint),
    }
    if endpoint.scope is not None:
        found["x-required-scope"] = endpoint.scope.value
    if endpoint.body is not None or endpoint.form is not None:
        found["requestBody"] = _body(dialect, endpoint)
    answers = {status: achieved(dialect, endpoint, status) for status in endpoint.answers} | refusals
    found["responses"] = {str(status): answers[status] for status in sorted(answers)}
    return found


def _description(endpoint: Endpoint) -> str:
    sentences = [endpoint.description] if endpoint.description else []
    if endpoint.scope is not None:
        sentences.append(f"A key that is limited to scopes needs `{endpoint.scope.value}`.")
    return "\n\n".join(sentences)


def _body(dialect: Dialect, endpoint: Endpoint) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if endpoint.body is not None:
        examples = dialect.examples.bodies[endpoint.name]
        content[JSON] = {"schema": body_schema(endpoint), "examples": _shown(examples)}
    if endpoint.form is not None:
        examples = dialect.examples.forms[endpoint.name]
        schema = ref("schemas", name_of(dialect, endpoint.form))
        content[FORM] = {"schema": schema, "examples": _shown(examples)}
    return {"required": endpoint.body_required, "content": content}


def _shown(examples: dict[str, Example]) -> dict[str, Any]:
    return {name: {"summary": example.summary, "value": example.value} for name, example in examples.items()}
