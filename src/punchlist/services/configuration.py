"""What may be asked of a workspace's configuration: make it as a file says, or show it."""

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from punchlist.domain import ids, limits, passwords
from punchlist.domain.context import Context, system_context
from punchlist.domain.events import Entity, Event, Verb
from punchlist.domain.problems import Kind, Rejected
from punchlist.domain.workspace_file.checks import find_mistakes
from punchlist.domain.workspace_file.entries import SECTIONS, Key, Present, WorkspaceEntry, standing_by_key
from punchlist.domain.workspace_file.fields import Mistake, Mistaken
from punchlist.domain.workspace_file.hazards import find_doubts
from punchlist.domain.workspace_file.planning import Act, Step, plan
from punchlist.domain.workspace_file.reading import Document, find_passwords
from punchlist.services.passwords import keep_password
from punchlist.services.workspaces import find_workspaces, found_workspace
from punchlist.store import users, workspaces
from punchlist.store.configuration import counting, reading, writing
from punchlist.store.database import Executor
from punchlist.store.workspaces import Workspace


@dataclass(frozen=True)
class Wish:
    """A file, the passwords that it asks for by their users' keys, and whether what it does not name is to
    be disabled. No Struct, because the text of one would show the passwords."""

    document: Document
    mistakes: tuple[Mistake, ...]
    passwords: Mapping[str, str] = field(repr=False)
    prune: bool


class Outcome(msgspec.Struct, frozen=True):
    """The steps of a plan, and the workspace after them; where nothing was done, as it is."""

    steps: tuple[Step, ...]
    present: Present


def wish(document: Document, environ: Mapping[str, str], *, prune: bool) -> Wish:
    """A file with the passwords that it asks for, taken from the environment."""
    found, mistakes = find_passwords(document, environ)
    return Wish(document, (*document.mistakes, *mistakes), found, prune)


async def read_configuration(db: Executor, workspace_id: int) -> Present:
    """The configuration of a workspace."""
    return await reading.read(db, workspace_id)


async def plan_configuration(db: Executor, workspace: Workspace | None, wished: Wish) -> Outcome:
    """What would have to be done; raises Mistaken with all that stands against it.

    Without a workspace, one would be made.
    """
    planned = await _plan(db, workspace, wished, _Hashes())
    return Outcome(planned.steps, planned.present)


async def apply_configuration(
    db: Executor, workspace: Workspace | None, wished: Wish, *, now: dt.datetime
) -> Outcome:
    """Makes a workspace as a file says, all or nothing; raises Mistaken with all that stands against it.

    Several at once take turns, and each begins with what the one before it left.
    """
    hashes = _Hashes()
    # Hashing takes its time on purpose, and this is where it does: while nobody waits for us.
    await _plan(db, workspace, wished, hashes)
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        try:
            async with db.transaction() as tx:
                return await _apply(tx, workspace, wished, hashes, now)
        except _LostRaceError:
            continue
    raise Rejected(Kind.CONCURRENT_CHANGE)


class _LostRaceError(Exception):
    """Somebody changed what was about to be changed; rolls all of it back."""


class _Hashes:
    """Which passwords are new, found out once for each user and what is kept of their present one."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str | None], str | None] = {}

    async def of_new(self, given: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, str]:
        """The hashes of those passwords that are not the ones of which `kept` holds the hashes."""
        new = {}
        for key, password in given.items():
            place = (key, kept.get(key))
            if place not in self._found:
                self._found[place] = await asyncio.to_thread(_hash_unless_kept, password, kept.get(key))
            if (hashed := self._found[place]) is not None:
                new[key] = hashed
        return new


def _hash_unless_kept(password: str, kept: str | None) -> str | None:
    same = kept is not None and passwords.matches(kept, password)
    return None if same else passwords.hashed(password)


class _Planned(msgspec.Struct, frozen=True):
    steps: tuple[Step, ...]
    present: Present
    hashes: dict[str, str]


async def _plan(db: Executor, workspace: Workspace | None, wished: Wish, hashes: _Hashes) -> _Planned:
    present, kept = Present(), {}
    if workspace is not None:
        present = await reading.read(db, workspace.id)
        kept = await reading.password_hashes(db, workspace.id, list(wished.passwords))
    mistakes = (*wished.mistakes, *find_mistakes(wished.document, present, prune=wished.prune))
    if mistakes:
        raise Mistaken(tuple(sorted(mistakes, key=lambda mistake: mistake.line or 0)))
    new = await hashes.of_new(wished.passwords, kept)
    steps = plan(present, wished.document.file, prune=wished.prune, new_passwords=frozenset(new))
    if workspace is not None:
        await _require_no_harm(db, workspace, wished.document, steps, present)
    return _Planned(steps, present, new)


async def _require_no_harm(
    db: Executor, workspace: Workspace, document: Document, steps: tuple[Step, ...], present: Present
) -> None:
    """Raises Mistaken when changes under way would be left without something they need."""
    found = []
    for doubt in find_doubts(steps, present):
        count = await counting.count(db, workspace.id, doubt.question, doubt.arguments)
        if count:
            found.append(doubt.refusal(document, count))
    if found:
        raise Mistaken(tuple(found))


async def _apply(
    tx: Executor, workspace: Workspace | None, wished: Wish, hashes: _Hashes, now: dt.datetime
) -> Outcome:
    if workspace is None:
        await workspaces.hold_founding(tx)
        there = await find_workspaces(tx, wished.document.file.workspace.number)
        workspace = there[0] if there else None
    if workspace is None:
        planned = await _plan(tx, None, wished, hashes)
        workspace = await _found(tx, wished.document.file.workspace)
    else:
        await workspaces.hold(tx, workspace.id)
        # With the admins held, the last of them cannot go while this one's role is being taken.
        await users.lock_other_admins(tx, workspace.id, "")
        planned = await _plan(tx, workspace, wished, hashes)
    await _carry_out(tx, system_context(workspace.id, now), workspace, planned)
    return Outcome(planned.steps, await reading.read(tx, workspace.id))


async def _found(tx: Executor, entry: WorkspaceEntry) -> Workspace:
    if entry.number is None:
        return await found_workspace(tx, entry.name)
    made = await workspaces.insert(tx, number=entry.number, name=entry.name)
    if made is None:
        raise _LostRaceError
    return made


async def _carry_out(tx: Executor, context: Context, workspace: Workspace, planned: _Planned) -> None:
    known: dict[str, dict[Key, str]] = {
        section: {key: entry.id for key, entry in standing_by_key(planned.present, section).items()}
        for section in SECTIONS
    }
    known["workspace"] = {planned.steps[0].key: str(workspace.number)}
    for step in planned.steps:
        if step.act is Act.MAKE and step.section in SECTIONS:
            known[step.section][step.key] = ids.new_id()
    for step in planned.steps:
        if step.act is Act.KEEP:
            continue
        if isinstance(step.value, WorkspaceEntry):
            value = msgspec.structs.replace(step.value, number=workspace.number)
            step = msgspec.structs.replace(step, value=value)  # noqa: PLW2901
        if not await writing.write(tx, context, step, known):
            raise _LostRaceError
        if step.sets_password:
            await _set_password(tx, context, step, known["users"][step.key], planned.hashes)


async def _set_password(
    tx: Executor, context: Context, step: Step, user_id: str, hashes: Mapping[str, str]
) -> None:
    version = 1 if step.standing is None else step.standing.version + bool(step.differences)
    event = Event(Verb.UPDATED, Entity.USER, user_id, version, {}, {"password": "set"}, at=context.now)
    await keep_password(tx, context, hashes[str(step.key)], event)
