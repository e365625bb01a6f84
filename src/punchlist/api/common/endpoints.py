"""An endpoint as data: what is served, what is documented and what is measured are read from the same row."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

import msgspec

from punchlist.api.common.calls import JSON, Answer, Call
from punchlist.api.common.parameters import Parameter
from punchlist.domain.keys import Scope
from punchlist.domain.tokens import Credential
from punchlist.services.access import LookUps
from punchlist.store.bearers import Bearer

Finder = Callable[[LookUps, Credential, dict[str, Any]], Awaitable[tuple[Bearer | None, Any]]]


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One method on one path.

    `body` and `answers` are wire structs (None: no body; `bytes`: content, streamed; `str`: text in `media`,
    which is what a client must take); `refusals` are the
    kinds that only this endpoint can meet, beside those that any can. `form` says what a multipart form may
    hold, which the handler reads by itself as it comes. `find` reads what the path names together with who
    asks; `public` endpoints ask nobody; `tabular` ones answer as CSV too. `required_fields` are those the
    body must have although its struct, which others share, leaves them open.
    """

    method: str
    path: str
    handler: Callable[[Call], Awaitable[Answer]]
    name: str
    tag: str
    summary: str
    description: str = ""
    scope: Scope | None
    answers: dict[int, Any]
    media: str = JSON
    body: Any = None
    body_required: bool = True
    form: Any = None
    required_fields: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[StrEnum, ...] = ()
    find: Finder | None = None
    public: bool = False
    tagged: bool = False
    conditional: bool = False
    idempotent: bool = False
    located: bool = False
    paged: bool = False
    tabular: bool = False
