"""What may be asked of changes: create, find, edit, delete, move through their lifecycle, vote."""

from itertools import pairwise

import msgspec
from msgspec import UNSET, UnsetType

from punchlist.domain import change_lifecycle, changes, ids, implementation_tasks, limits
from punchlist.domain import events as record
from punchlist.domain.categories import Category, ImplementationStatus
from punchlist.domain.change_lifecycle import (
    DELETABLE,
    TAKES_IMPLEMENTATION_STATUS,
    Asked,
    ChangeStatus,
    Move,
    RoutingMethod,
    Situation,
)
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.changes import Change, ChangeWish
from punchlist.domain.context import Context
from punchlist.domain.events import Entity, Event, Verb
from punchlist.domain.grounds import relations
from punchlist.domain.permissions import Relation
from punchlist.domain.problems import Kind, Problem, Rejected
from punchlist.domain.queries import Page
from punchlist.services.tasks import Versions
from punchlist.store import categories, change_views, configuration_views, events, notes, votes
from punchlist.store import changes as store
from punchlist.store import implementation_tasks as tasks
from punchlist.store.change_views import ChangeFilter, ShownChange
from punchlist.store.database import Executor


class Classified(msgspec.Struct, frozen=True):
    """What a wish says of a change's category and number sequence; UNSET where it says nothing."""

    category_id: str | UnsetType = UNSET
    prefix_id: str | UnsetType = UNSET
    prefix_value: str | UnsetType = UNSET


class StatusWish(msgspec.Struct, frozen=True):
    """What somebody asks a change to become, and what they send along."""

    asked: Asked
    comment: str | None = None
    administrator_ids: tuple[str, ...] | UnsetType = UNSET
    implementation_status: ImplementationStatus | UnsetType | None = UNSET


class PossibleMove(msgspec.Struct, frozen=True):
    """What asking for a status would come to: what the change would be in the end, or why not. Of a refused
    one, `result` is what the table has for it, if its row fits."""

    asked: Asked
    result: ChangeStatus | None
    refusal: Rejected | None


async def list_changes(db: Executor, context: Context, wanted: ChangeFilter, page: Page) -> list[ShownChange]:
    """The changes of one page, newest first; everybody in a workspace sees its changes."""
    return await change_views.list_(db, context.actor.workspace_id, wanted, page, context.now)


async def get_change(db: Executor, context: Context, change_id: str) -> ShownChange:
    """One change as it is shown; raises Rejected when there is none."""
    shown = await change_views.find(db, context.actor.workspace_id, change_id, context.now)
    if shown is None:
        raise _no_such(change_id)
    return shown


async def change_history(
    db: Executor, context: Context, change_id: str, page: Page
) -> tuple[list[events.Recorded], int]:
    """What happened to a change, its tasks and their notes, newest first, and how many events there are."""
    _, _, standing = await _get_with_standing(db, context, change_id)
    workspace_id, reader_id = context.actor.workspace_id, context.actor.id
    hidden: list[str] = []
    if Relation.ADMINISTRATOR not in standing:
        hidden = await notes.others_private_ids(db, workspace_id, change_id, reader_id)
    return await events.list_of(
        db, workspace_id, change_id, without=hidden, limit=page.limit, offset=page.offset
    )


async def create_change(
    db: Executor, context: Context, wish: ChangeWish, classified: Classified
) -> ShownChange:
    """Makes a change with its number and, where its category has templates, its implementation tasks."""
    workspace_id = context.actor.workspace_id
    default = await categories.find_default(db, workspace_id)
    category = await _category_of(db, context, wish, classified, default)
    prefix_id = await _prefix_of(db, context, wish, classified, category)
    routings = await _known_routings(db, context, wish)
    change = changes.create(
        wish,
        change_id=ids.new_id(),
        category=category,
        prefix_id=prefix_id,
        creator_id=context.actor.id,
        routings=routings,
        now=context.now,
    )
    planned = _tasks_of_templates(change, category, context)
    async with db.transaction() as tx:
        # The number last but for what needs it: others who want one of this sequence wait until we commit.
        number = await store.take_number(tx, workspace_id, prefix_id)
        change = msgspec.structs.replace(change, number=number)
        await store.insert(tx, context, change, record.created(Entity.CHANGE, change, context.now))
        for task in planned:
            event = record.created(Entity.IMPLEMENTATION_TASK, task, context.now, parent_id=change.id)
            await tasks.insert(tx, context, task, event)
    return await get_change(db, context, change.id)


async def edit_change(
    db: Executor,
    context: Context,
    change_id: str,
    wish: ChangeWish,
    classified: Classified,
    *,
    versions: Versions = None,
) -> ShownChange:
    """Edits a change as wished and returns it as it stands then; raises Rejected."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        change, present, standing = await _get_with_standing(db, context, change_id)
        _require_keeper(standing)
        if versions is not None and change.version not in versions:
            raise Rejected(Kind.STALE, version=change.version)
        category = present
        if classified.category_id not in (UNSET, change.category_id):
            category = await _category_of(db, context, wish, classified, present)
            await _check_tasks_stay_seen(db, context, wish, change, category)
        _check_sequence(wish, change, classified, category)
        changed = changes.edit(
            change,
            wish,
            category=category,
            relations=standing,
            editor_id=context.actor.id,
            routings=await _known_routings(db, context, wish),
            now=context.now,
        )
        event = record.updated(Entity.CHANGE, change, changed, changed.updated_at)
        if changed is change or await store.save(db, context, change, changed, event):
            return await get_change(db, context, change_id)
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def delete_change(db: Executor, context: Context, change_id: str, *, versions: Versions = None) -> None:
    """Removes a change that is open, rejected or canceled, with its tasks; its history stays."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        change = await store.find(db, context.actor.workspace_id, change_id)
        if change is None:
            raise Rejected(ChangeKind.NOT_VISIBLE)
        _require_keeper(await _standing(db, context, change))
        if versions is not None and change.version not in versions:
            raise Rejected(Kind.STALE, version=change.version)
        if change.status not in DELETABLE:
            raise Rejected(ChangeKind.NOT_DELETABLE)
        if await store.delete(db, context, record.deleted(Entity.CHANGE, change, context.now)):
            return
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def change_alerts(db: Executor, context: Context, change_id: str) -> list[Problem]:
    """What stands in the way of a change's submission, and what is only worth knowing."""
    change, category, _ = await _get_with_standing(db, context, change_id)
    return _alerts(change, category)


async def change_status(db: Executor, context: Context, change_id: str, wish: StatusWish) -> ShownChange:
    """Moves a change as asked, and on as the clock would at once; raises Rejected."""
    for _ in range(limits.SAVE_ATTEMPTS_MAX):
        change, category, standing = await _get_with_standing(db, context, change_id)
        open_tasks = await store.count_open_tasks(db, context.actor.workspace_id, change_id)
        situation = changes.situation(change, category, open_tasks=open_tasks)
        row = change_lifecycle.find_move(situation, wish.asked)
        change_lifecycle.require_mover(row, standing)
        administrators = await _check_along(db, context, wish, row, category)
        moved = changes.move(
            change,
            _status_by(row, situation, change, category),
            now=context.now,
            mover_id=context.actor.id or None,
            administrator_ids=administrators,
            implementation_status=wish.implementation_status,
        )
        if await _save_steps(db, context, [change, moved], comment=wish.comment):
            return await get_change(db, context, change_id)
    raise Rejected(Kind.CONCURRENT_CHANGE)


async def possible_moves(
    db: Executor, context: Context, change_id: str
) -> tuple[ChangeStatus, list[PossibleMove]]:
    """Where a change stands, and what `change_status` would answer the actor to each status that it has a row
    for from there, when nothing is sent along."""
    change, category, standing = await _get_with_standing(db, context, change_id)
    open_tasks = await store.count_open_tasks(db, context.actor.workspace_id, change_id)
    situation = changes.situation(change, category, open_tasks=open_tasks)

    def weighed(asked: Asked) -> PossibleMove:
        row = None
        try:
            row = change_lifecycle.find_move(situation, asked)
            change_lifecycle.require_mover(row, standing)
            status = _status_by(row, situation, change, category)
        except Rejected as rejected:
            return PossibleMove(asked, None if row is None else row.result, rejected)
        moved = changes.move(change, status, now=context.now)
        return PossibleMove(asked, _with_what_follows([change, moved], context)[-1].status, None)

    return change.status, [weighed(asked) for asked in change_lifecycle.asked_from(change.status)]


def _status_by(row: Move, situation: Situation, change: Change, category: Category) -> ChangeStatus:
    """What a move makes of a change; a routing that lacks is told with all that it lacks."""
    try:
        return change_lifecycle.result_of(row, situation)
    except Rejected as rejected:
        if rejected.kind is ChangeKind.NO_ROUTING:
            raise Rejected(Kind.INVALID, _alerts(change, category)) from None
        raise


async def vote(
    db: Executor, context: Context, change_id: str, *, approve: bool, comment: str | None
) -> ShownChange:
    """Casts the actor's vote on a submitted change: one rejection rejects, the last approval approves."""
    async with db.transaction() as tx:
        # Held before it is read, so that of the last two voters one sees the other's vote.
        await store.hold(tx, context.actor.workspace_id, change_id)
        change = await _get(tx, context, change_id)
        if change.status is not ChangeStatus.SUBMITTED_FOR_APPROVAL:
            asked = Asked.APPROVED if approve else Asked.REJECTED
            raise Rejected(ChangeKind.MOVE_NOT_SUPPORTED, current=change.status, asked=asked)
        voters = await votes.voters(tx, context.actor.workspace_id, change.routing_ids)
        if context.actor.id not in voters:
            raise Rejected(ChangeKind.NO_PRIVILEGE)
        event = _vote_event(context, change, approve=approve, comment=comment)
        await votes.cast(tx, context, event, approve=approve, comment=comment)
        approved = await votes.approving(tx, context.actor.workspace_id, change.id)
        status = None if approve else ChangeStatus.REJECTED
        if approve and voters <= approved:
            status = ChangeStatus.APPROVED
        if status is not None:
            moved = changes.move(change, status, now=context.now, mover_id=context.actor.id)
            if not await _save_steps(tx, context, [change, moved], comment=comment):
                raise Rejected(Kind.CONCURRENT_CHANGE)
    return await get_change(db, context, change_id)


async def move_by_the_clock(db: Executor, context: Context, change: Change) -> bool:
    """Makes the moves of a change that are due; False when there was none, or somebody else made it."""
    due = changes.by_the_clock(change, context.now)
    return due is not None and await _save_steps(db, context, [change, due], comment=None)


async def _save_steps(db: Executor, context: Context, steps: list[Change], *, comment: str | None) -> bool:
    """Writes a move, and those that follow from it by the clock, all or none; False after a lost race."""
    steps = _with_what_follows(steps, context)
    workspace_id = context.actor.workspace_id
    try:
        async with db.transaction() as tx:
            await store.hold(tx, workspace_id, steps[0].id)
            for old, new in pairwise(steps):
                event = _move_event(old, new, comment if old is steps[0] else None)
                if not await store.save(tx, context, old, new, event):
                    raise _LostRaceError
                if new.status is ChangeStatus.OPEN_AND_UNLOCKED:
                    await votes.forget(tx, workspace_id, new.id)
    except _LostRaceError:
        return False
    return True


def _with_what_follows(steps: list[Change], context: Context) -> list[Change]:
    """The steps of a change, and those that the clock makes right after them."""
    while (following := changes.by_the_clock(steps[-1], context.now)) is not None:
        steps = [*steps, following]
    return steps


class _LostRaceError(Exception):
    """Somebody changed the change, or opened a task of it, meanwhile; rolls the move back."""


def _move_event(old: Change, new: Change, comment: str | None) -> Event:
    event = record.updated(Entity.CHANGE, old, new, new.updated_at, verb=Verb.TRANSITIONED)
    if comment is None:
        return event
    return msgspec.structs.replace(event, after=event.after | {"comment": comment})


def _vote_event(context: Context, change: Change, *, approve: bool, comment: str | None) -> Event:
    said = {"approve": approve} | ({} if comment is None else {"comment": comment})
    return Event(Verb.CREATED, Entity.VOTE, context.actor.id, 1, {}, said, context.now, parent_id=change.id)


async def _check_along(
    db: Executor, context: Context, wish: StatusWish, row: Move, category: Category
) -> tuple[str, ...] | None:
    """Checks what was sent along with a status; the administrators that the change is to have, if any."""
    if wish.implementation_status is not UNSET and wish.asked not in TAKES_IMPLEMENTATION_STATUS:
        raise Rejected(ChangeKind.IMPLEMENTATION_STATUS_NOT_TAKEN)
    if wish.administrator_ids is UNSET:
        return tuple(sorted(category.administrator_ids)) if row.takes_administrators else None
    if not row.takes_administrators:
        raise Rejected(ChangeKind.ADMINISTRATORS_NOT_TAKEN)
    if not wish.administrator_ids:
        raise Rejected(ChangeKind.ADMINISTRATOR_NEEDED)
    known = await configuration_views.change_administrator_ids(db, context.actor.workspace_id)
    for user_id in wish.administrator_ids:
        if user_id not in known | category.administrator_ids:
            raise Rejected(ChangeKind.INVALID_ADMINISTRATOR, guid=user_id)
    return tuple(dict.fromkeys(wish.administrator_ids))


def _alerts(change: Change, category: Category) -> list[Problem]:
    alerts = []
    needs_routing = (
        category.routing_method is RoutingMethod.USER_DEFINED
        or change.status is ChangeStatus.SUBMITTED_FOR_ROUTING
    )
    if needs_routing and not change.routing_ids:
        alerts.append(Problem("routings", ChangeKind.NO_ROUTING))
    if change.approval_deadline_at is None:
        alerts.append(Problem("approvalDeadlineDateTime", ChangeKind.NO_DEADLINE))
    return alerts


def _require_keeper(standing: frozenset[Relation]) -> None:
    """Raises Rejected unless somebody who stands so to a change may edit and delete it."""
    if standing.isdisjoint({Relation.CREATOR, Relation.ADMINISTRATOR}):
        raise Rejected(ChangeKind.NO_PRIVILEGE)


def _no_such(change_id: str) -> Rejected:
    return Rejected(ChangeKind.INVALID_GUID, guid=change_id)


async def _get(db: Executor, context: Context, change_id: str) -> Change:
    change = await store.find(db, context.actor.workspace_id, change_id) if ids.is_id(change_id) else None
    if change is None:
        raise _no_such(change_id)
    return change


async def _get_with_standing(
    db: Executor, context: Context, change_id: str
) -> tuple[Change, Category, frozenset[Relation]]:
    """A change, its category, and how the actor stands to it."""
    change = await _get(db, context, change_id)
    category = await categories.find(db, context.actor.workspace_id, change.category_id)
    assert category is not None, "a foreign key holds it"
    return change, category, _standing_in(context, change, category)


async def _standing(db: Executor, context: Context, change: Change) -> frozenset[Relation]:
    category = await categories.find(db, context.actor.workspace_id, change.category_id)
    assert category is not None, "a foreign key holds it"
    return _standing_in(context, change, category)


def _standing_in(context: Context, change: Change, category: Category) -> frozenset[Relation]:
    return relations(
        context.actor,
        creator_id=change.creator_id,
        submitter_id=change.submitter_id,
        administrator_ids=change.administrator_ids,
        administers_category=context.actor.id in category.administrator_ids,
    )


async def _category_of(
    db: Executor, context: Context, wish: ChangeWish, classified: Classified, otherwise: Category
) -> Category:
    """The category wished for; one that will not do is a problem of the wish, and none is `otherwise`."""
    if classified.category_id is UNSET:
        return otherwise
    category = await categories.find(db, context.actor.workspace_id, classified.category_id)
    if category is None or not (category.assignable and category.enabled):
        problem = Problem("category", ChangeKind.INVALID_CATEGORY, {"guid": classified.category_id})
        wish.problems = (*wish.problems, problem)
        return otherwise
    return category


async def _prefix_of(
    db: Executor, context: Context, wish: ChangeWish, classified: Classified, category: Category
) -> str:
    """The number sequence wished for, else the category's, else the workspace's first."""
    prefixes = await configuration_views.prefixes(db, context.actor.workspace_id)
    asked = classified.prefix_id is not UNSET or classified.prefix_value is not UNSET
    chosen = next(
        (
            prefix.id
            for prefix in prefixes
            if (asked and prefix.id == classified.prefix_id)
            or (asked and prefix.name == classified.prefix_value)
            or (not asked and prefix.id == category.prefix_id)
        ),
        None,
    )
    if chosen is None and asked:
        wish.problems = (*wish.problems, Problem("numberSequencePrefix", ChangeKind.INVALID_PREFIX))
    elif chosen is None and not prefixes:
        wish.problems = (*wish.problems, Problem("numberSequencePrefix", ChangeKind.PREFIX_REQUIRED))
    elif category.enforce_prefix and chosen not in (None, category.prefix_id):
        wish.problems = (*wish.problems, Problem("numberSequencePrefix", ChangeKind.PREFIX_ENFORCED))
    return chosen or (prefixes[0].id if prefixes else "")


def _check_sequence(wish: ChangeWish, change: Change, classified: Classified, category: Category) -> None:
    """A change keeps its number, and so its sequence, for life."""
    moves = (
        category.id != change.category_id
        and category.enforce_prefix
        and category.prefix_id not in (None, change.prefix_id)
    )
    # No prefix ends in a digit, so the number without its digits is the prefix.
    prefix = change.number.rstrip("0123456789")
    asked = classified.prefix_id not in (UNSET, change.prefix_id) or (
        classified.prefix_value not in (UNSET, prefix)
    )
    if moves or asked:
        wish.problems = (*wish.problems, Problem("numberSequencePrefix", ChangeKind.CATEGORY_PREFIX))


async def _check_tasks_stay_seen(
    db: Executor, context: Context, wish: ChangeWish, change: Change, category: Category
) -> None:
    """Open tasks that nobody sees any more would stand before a change's completion for ever."""
    if category.id == change.category_id or category.implementation_task_management:
        return
    if await tasks.list_(db, context.actor.workspace_id, change.id, limit=1, offset=0):
        wish.problems = (*wish.problems, Problem("category", ChangeKind.TASKS_NOT_MANAGED))


async def _known_routings(db: Executor, context: Context, wish: ChangeWish) -> frozenset[str]:
    if wish.routing_ids is UNSET or not wish.routing_ids:
        return frozenset()
    known = await configuration_views.routings(db, context.actor.workspace_id)
    return frozenset(each.id for each in known) & frozenset(wish.routing_ids)


def _tasks_of_templates(
    change: Change, category: Category, context: Context
) -> list[implementation_tasks.ImplementationTask]:
    if not category.implementation_task_management:
        return []
    # Tasks made at one instant are listed by id: ids in order keep the templates' order.
    in_order = sorted(ids.new_id() for _ in category.templates)
    return [
        implementation_tasks.from_template(template, task_id=task_id, change_id=change.id, now=context.now)
        for task_id, template in zip(in_order, category.templates, strict=True)
    ]
