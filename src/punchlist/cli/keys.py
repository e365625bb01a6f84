"""`punchlist key`: the API keys of a workspace's users."""

import datetime as dt
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from punchlist.cli.desk import Desk, Shown, desk_command
from punchlist.cli.output import CommandError, every_page, table
from punchlist.cli.users import user_of
from punchlist.domain.keys import Scope
from punchlist.domain.limits import KEY_GRACE_HOURS_MAX
from punchlist.domain.plans import Plan

if TYPE_CHECKING:
    from punchlist.domain.keys import ApiKey
    from punchlist.services.keys import NewKey

app = typer.Typer(help="Make, list, rotate and revoke API keys.", no_args_is_help=True)

KeyId = Annotated[
    str, typer.Argument(metavar="ID", help="The key's id, from `key list`.", show_default=False)
]

_SPAN = re.compile(r"(\d{1,4})([hdw])").fullmatch
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@desk_command(app, "create")
async def create(
    desk: Desk,
    user: Annotated[str, typer.Option(metavar="EMAIL", help="Whose key it is.", show_default=False)],
    name: Annotated[str, typer.Option(help="What it is for.", show_default=False)],
    plan: Annotated[
        Plan | None, typer.Option(help="A rate-limit plan of its own.", show_default=False)
    ] = None,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            metavar="SCOPE",
            help=f"What it may be used for ({', '.join(Scope)}); repeat for several. Without any: all that "
            "the user may do.",
        ),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="T", help="When it ends: 2035-06-01T17:00:00Z, or 12h, 90d, 4w from now."),
    ] = None,
    cidr: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK", help="From where it may be used; repeat for several."),
    ] = None,
) -> Shown:
    """Make a key and print it, this once, with nothing else on standard output."""
    from punchlist.domain.keys import KeyWish
    from punchlist.services import keys

    wish = KeyWish(
        name=name,
        plan=plan,
        scopes=tuple(scope or ()),
        networks=tuple(cidr or ()),
        expires_at=None if expires is None else _instant(expires, desk.context.now),
    )
    owner = await user_of(desk, user)
    return _new(await keys.create_key(desk.db, desk.context, owner.id, wish))


@desk_command(app, "list")
async def list_(
    desk: Desk,
    user: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Only this user's.", show_default=False)
    ] = None,
) -> Shown:
    """List the keys; of a key's secret only the last four characters are known."""
    from punchlist.services import keys

    owner_id = None if user is None else (await user_of(desk, user)).id
    found = [
        key async for key in every_page(lambda page: keys.list_keys(desk.db, desk.context, owner_id, page))
    ]
    emails = await _emails(desk)
    rows = [
        (
            key.id,
            key.name,
            emails.get(key.user_id, ""),
            f"…{key.hint}",
            " ".join(key.scopes) or "all",
            _day(key.last_used_at) or "never",
            _state(key, desk.context.now),
        )
        for key in found
    ]
    columns = ("Id", "Name", "User", "Ends in", "Scopes", "Last used", "State")
    return Shown([_value(key) for key in found], table(columns, rows))


@desk_command(app, "revoke")
async def revoke(desk: Desk, key_id: KeyId) -> Shown:
    """End a key at once, on every worker."""
    from punchlist.services import keys

    key = await keys.revoke_key(desk.db, desk.context, key_id)
    return Shown(_value(key), f"The key {key.name} ({key.id}) is revoked.")


@desk_command(app, "rotate")
async def rotate(
    desk: Desk,
    key_id: KeyId,
    grace_hours: Annotated[
        float, typer.Option(min=0, max=KEY_GRACE_HOURS_MAX, help="How long the old key works on.")
    ] = 24,
) -> Shown:
    """Make a successor with the same rights and print it, with nothing else on standard output."""
    from punchlist.services import keys

    return _new(await keys.rotate_key(desk.db, desk.context, key_id, grace_hours=grace_hours))


def _new(made: "NewKey") -> Shown:
    import msgspec

    from punchlist.api.tasks.wire import render_new_key

    return Shown(msgspec.to_builtins(render_new_key(made.key, made.token)), made.token)


def _value(key: "ApiKey") -> dict[str, Any]:
    import msgspec

    from punchlist.api.tasks.wire import render_key

    value: dict[str, Any] = msgspec.to_builtins(render_key(key))
    return value


def _instant(text: str, now: dt.datetime) -> dt.datetime:
    if span := _SPAN(text):
        return now + dt.timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise CommandError(
            f"--expires {text} is no instant: say one with its offset, such as 2035-06-01T17:00:00Z, "
            "or a span such as 90d."
        )
    return instant


def _state(key: "ApiKey", now: dt.datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is None:
        return "works"
    return f"{'works until' if key.expires_at > now else 'expired'} {_day(key.expires_at)}"


def _day(instant: dt.datetime | None) -> str | None:
    return None if instant is None else f"{instant:%Y-%m-%d %H:%M} UTC"


async def _emails(desk: Desk) -> dict[str, str]:
    from punchlist.domain.queries import USER_SORT_DEFAULT, UserFilter
    from punchlist.services import users

    everybody = every_page(
        lambda page: users.list_users(desk.db, desk.context, UserFilter(), USER_SORT_DEFAULT, page)
    )
    return {user.id: user.email async for user in everybody}
