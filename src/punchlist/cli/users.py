"""`punchlist user`: the people of a workspace."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from punchlist.cli.desk import Desk, Shown, desk_command
from punchlist.cli.output import CommandError, every_page, table
from punchlist.domain.permissions import Role

if TYPE_CHECKING:
    from punchlist.domain.users import User, UserChanges

app = typer.Typer(help="Add, list and change users.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The user's e-mail address.", show_default=False)]


@desk_command(app, "add", founds=True)
async def add(
    desk: Desk,
    name: Annotated[str, typer.Option(help="The name that others see.", show_default=False)],
    email: Annotated[str, typer.Option(help="Their e-mail address.", show_default=False)],
    role: Annotated[Role, typer.Option(metavar="|".join(Role), help="What they may do.")] = Role.MEMBER,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read a password from standard input, for logging in.")
    ] = False,
) -> Shown:
    """Add a user. The first one should be an admin; without a password they use API keys."""
    from punchlist.domain.users import UserChanges
    from punchlist.services import passwords, users

    password = sys.stdin.read().removesuffix("\n").removesuffix("\r") if password_stdin else None
    async with desk.db.transaction() as tx:
        user = await users.create_user(tx, desk.context, UserChanges(name=name, email=email, role=role))
        if password is not None:
            await passwords.set_password(tx, desk.context, user.id, password)
    return Shown(as_value(user), f"Added {_named(user)}.")


@desk_command(app, "list")
async def list_(
    desk: Desk,
    role: Annotated[
        Role | None, typer.Option(metavar="|".join(Role), help="Only those with this role.")
    ] = None,
) -> Shown:
    """List the users, oldest first."""
    from punchlist.domain.queries import USER_SORT_DEFAULT, UserFilter
    from punchlist.services import users

    wanted = UserFilter(roles=None if role is None else (role,))
    found = [
        user
        async for user in every_page(
            lambda page: users.list_users(desk.db, desk.context, wanted, USER_SORT_DEFAULT, page)
        )
    ]
    rows = [(user.email, user.name, user.role, "disabled" if user.disabled else "") for user in found]
    return Shown([as_value(user) for user in found], table(("E-mail", "Name", "Role", ""), rows))


@desk_command(app, "disable")
async def disable(desk: Desk, email: Email) -> Shown:
    """Stop a user's keys from working; what they did and were given stays theirs."""
    from punchlist.domain.users import UserChanges

    user = await _change(desk, email, UserChanges(disabled=True))
    return Shown(as_value(user), f"{_named(user)} is disabled.")


@desk_command(app, "enable")
async def enable(desk: Desk, email: Email) -> Shown:
    """Undo `disable`: the user's keys work again."""
    from punchlist.domain.users import UserChanges

    user = await _change(desk, email, UserChanges(disabled=False))
    return Shown(as_value(user), f"{_named(user)} is enabled.")


@desk_command(app, "set-role")
async def set_role(
    desk: Desk,
    email: Email,
    role: Annotated[
        Role, typer.Argument(metavar="|".join(Role), help="What they may do from now on.", show_default=False)
    ],
) -> Shown:
    """Give a user another role."""
    from punchlist.domain.users import UserChanges

    user = await _change(desk, email, UserChanges(role=role))
    return Shown(as_value(user), f"{_named(user)} has the role {user.role}.")


async def user_of(desk: Desk, email: str) -> "User":
    """Returns the user of an e-mail address, or complains."""
    from punchlist.store import users

    user = await users.find_by_email(desk.db, desk.context.actor.workspace_id, email)
    if user is None:
        raise CommandError(f"There is no user with the e-mail address {email}.")
    return user


async def _change(desk: Desk, email: str, changes: "UserChanges") -> "User":
    from punchlist.services import users

    user = await user_of(desk, email)
    return await users.update_user(desk.db, desk.context, user.id, changes)


def as_value(user: "User") -> dict[str, Any]:
    """Returns a user as the API shows them, and what only the operator sees."""
    import msgspec

    from punchlist.api.tasks.wire import render_user

    value: dict[str, Any] = msgspec.to_builtins(render_user(user))
    return value | {"disabled": user.disabled}


def _named(user: "User") -> str:
    return f"{user.name} <{user.email}>"
