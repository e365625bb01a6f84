"""The task dialect's shapes for signing in."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from punchlist.api.tasks.wire import Email, Id, Instant, UserName
from punchlist.domain import limits
from punchlist.domain.permissions import Role
from punchlist.domain.sessions import WebSession
from punchlist.store.sessions import SignedIn

WorkspaceNumber = Annotated[
    int,
    Meta(
        description="The workspace's number; without it, the one last used.",
        extra_json_schema={"minimum": 100_000_000, "maximum": 999_999_999},
    ),
]


class SignInIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Who signs in, and to which workspace."""

    email: str | UnsetType = UNSET
    password: Annotated[str, Meta(extra_json_schema={"format": "password"})] | UnsetType = UNSET
    workspace_id: WorkspaceNumber | UnsetType | None = UNSET


class SignedInUserOut(msgspec.Struct, rename="camel"):
    """Who is signed in."""

    id: Id
    name: UserName
    email: Email
    role: Role
    change_administrator: Annotated[bool, Meta(description="Whether they administer all changes.")]


class SignedInWorkspaceOut(msgspec.Struct, rename="camel"):
    """Where somebody is signed in."""

    number: int
    name: str


class SignedInOut(msgspec.Struct, rename="camel"):
    """Who asks, and in which workspace."""

    user: SignedInUserOut
    workspace: SignedInWorkspaceOut


class WebSessionOut(msgspec.Struct, rename="camel"):
    """A sign-in of one's own. The id names it, and opens nothing."""

    id: Id
    created_at: Instant
    last_used_at: Annotated[Instant, Meta(description="Some seconds late.")]
    current: Annotated[bool, Meta(description="Whether this request was made with it.")]
    user_agent: Annotated[
        str | None,
        Meta(
            description="What the browser said of itself.",
            extra_json_schema={"maxLength": limits.USER_AGENT_MAX},
        ),
    ]


def render_signed_in(shown: SignedIn) -> SignedInOut:
    """Who is signed in, as the wire shows them."""
    user = shown.user
    return SignedInOut(
        SignedInUserOut(user.id, user.name, user.email, user.role, shown.change_administrator),
        SignedInWorkspaceOut(shown.workspace_number, shown.workspace_name),
    )


def render_web_session(session: WebSession) -> WebSessionOut:
    """A sign-in as the wire shows it."""
    return WebSessionOut(
        session.id,
        session.created_at.replace(microsecond=0),
        session.last_used_at.replace(microsecond=0),
        session.current,
        session.user_agent,
    )
