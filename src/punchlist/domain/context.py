"""In whose name, when, and under which request a use case runs: values that every service takes."""

import datetime as dt

import msgspec

from punchlist.domain.permissions import Actor, Role

SYSTEM = ""  # the id of who acts from the command line; no user has it, and events record it as nobody


class Context(msgspec.Struct, frozen=True):
    """Who asks, at which instant, and the request id that the record of it will carry."""

    actor: Actor
    now: dt.datetime
    request_id: str | None = None


def nobodys_context(now: dt.datetime, request_id: str | None) -> Context:
    """The context of a request before anybody is known: of no workspace, with a member's rights at most."""
    return Context(Actor(0, SYSTEM, Role.MEMBER), now, request_id)


def system_context(workspace_id: int, now: dt.datetime, *, request_id: str | None = None) -> Context:
    """The context of the server's own operator, who has an admin's rights and is no user."""
    return Context(Actor(workspace_id, SYSTEM, Role.ADMIN), now, request_id)
