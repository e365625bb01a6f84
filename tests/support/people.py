"""The cast: people whose names say what they are, in a workspace that is theirs alone.

Ada is the admin and Max the manager. Mia and Bob are members: Mia creates tasks, and Bob has them assigned
to him. Charlie is a member too, and must see nothing of it. Zoe lives in another workspace, where she is
the admin, and must see nothing at all.
"""

from typing import Any

import httpx

from punchlist.domain.keys import KeyWish
from punchlist.domain.permissions import Role
from punchlist.services.keys import NewKey
from punchlist.store.database import Executor
from tests.support.backstage import Backstage, new_key, new_user, new_workspace
from tests.support.client import Caller


class Person(Caller):
    """A user with a key."""

    def __init__(
        self, http: httpx.Client, made: NewKey, *, name: str, email: str, role: Role, workspace_id: int
    ) -> None:
        super().__init__(http, made.token)
        self.id = made.key.user_id
        self.key_id = made.key.id
        self.name = name
        self.email = email
        self.role = role
        self.workspace_id = workspace_id


async def enter(
    db: Executor,
    http: httpx.Client,
    workspace_id: int,
    name: str,
    role: Role,
    *,
    email: str | None = None,
    wish: KeyWish | None = None,
) -> Person:
    """Makes a person: the user, and a key with which they call."""
    user = await new_user(db, workspace_id, name, role, email=email)
    made = await new_key(db, workspace_id, user.id, wish)
    return Person(http, made, name=user.name, email=user.email, role=role, workspace_id=workspace_id)


class Cast:
    """A workspace of its own with its people, and the server they call."""

    ada: Person
    max: Person
    mia: Person
    bob: Person
    charlie: Person

    ROLES = (
        ("ada", Role.ADMIN),
        ("max", Role.MANAGER),
        ("mia", Role.MEMBER),
        ("bob", Role.MEMBER),
        ("charlie", Role.MEMBER),
    )

    def __init__(self, backstage: Backstage, http: httpx.Client) -> None:
        self.backstage = backstage
        self.http = http
        self.workspace_id = backstage.run(self._assemble())
        self.nobody = Caller(http, None)

    async def _assemble(self) -> int:
        async with self.backstage.db.transaction() as tx:
            workspace_id = await new_workspace(tx)
            for name, role in self.ROLES:
                setattr(self, name, await enter(tx, self.http, workspace_id, name.title(), role))
        return workspace_id

    def joins(
        self, name: str, role: Role | str = Role.MEMBER, *, email: str | None = None, **key: Any
    ) -> Person:
        """One more person; `key` are the wishes for their key (scopes, networks, plan, expires_at)."""
        wish = KeyWish(**({"name": "A key"} | key))
        entering = enter(
            self.backstage.db, self.http, self.workspace_id, name, Role(role), email=email, wish=wish
        )
        return self.backstage.run(entering)

    def with_key(self, person: Person, **wish: Any) -> Person:
        """The same person with another key of these wishes."""
        wished = KeyWish(**({"name": "Another key"} | wish))
        made = self.backstage.run(new_key(self.backstage.db, self.workspace_id, person.id, wished))
        return Person(
            self.http,
            made,
            name=person.name,
            email=person.email,
            role=person.role,
            workspace_id=self.workspace_id,
        )

    def elsewhere(self) -> Person:
        """Zoe, the admin of another workspace."""

        async def make() -> Person:
            async with self.backstage.db.transaction() as tx:
                return await enter(tx, self.http, await new_workspace(tx), "Zoe", Role.ADMIN)

        return self.backstage.run(make())
