"""Idempotency-Key: the same request twice has the effect and the answer of once.

An advisory lock says that a key's first request is in flight, a row that it is done. The row is written in
the transaction of what the request did, so that there is never an answer to something that did not
happen, nor something that happened and would happen again.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable

import msgspec

from punchlist.api.common.calls import Answer, Call
from punchlist.api.common.problems import HttpKind
from punchlist.domain.limits import IDEMPOTENCY_KEY_MAX
from punchlist.domain.problems import Kind, Problem, Reason, Rejected
from punchlist.store import idempotency
from punchlist.store.database import Database, Session
from punchlist.store.idempotency import Kept

HEADER = "idempotency-key"
REPLAYED = "idempotency-replayed"

_PRINTABLE = re.compile(rf"[\x20-\x7e]{{1,{IDEMPOTENCY_KEY_MAX}}}").fullmatch

Refuse = Callable[[Rejected], Answer]
Handler = Callable[[Call], Awaitable[Answer]]


async def answer_once(db: Database, call: Call, key: str, handler: Handler, refuse: Refuse) -> Answer:
    """Runs the handler the first time a key is seen, and repeats its answer for 24 hours.

    Refusals are answers too, and are repeated; failures of the server are not. Raises Rejected when the
    key is malformed, belongs to another request, or is in flight.
    """
    if not _PRINTABLE(key):
        expected = f"1 to {IDEMPOTENCY_KEY_MAX} printable ASCII characters"
        problem = Problem("Idempotency-Key", Reason.MALFORMED, {"expected": expected})
        raise Rejected(HttpKind.INVALID_PARAMETERS, [problem])
    owner = (call.context.actor.workspace_id, call.context.actor.id, key)
    async with db.session() as session:
        if not await idempotency.try_lock(session, *owner):
            raise Rejected(Kind.IDEMPOTENCY_IN_FLIGHT)
        try:
            return await _answer_locked(session, call, owner, handler, refuse)
        finally:
            await idempotency.unlock(session, *owner)


async def _answer_locked(
    session: Session, call: Call, owner: tuple[int, str, str], handler: Handler, refuse: Refuse
) -> Answer:
    fingerprint = _fingerprint(call)
    kept = await idempotency.find(session, *owner, call.now)
    if kept is not None:
        if kept.fingerprint != fingerprint:
            raise Rejected(Kind.IDEMPOTENCY_REUSED)
        return Answer(kept.status, kept.body or None, kept.headers | {REPLAYED: "true"})
    try:
        async with session.transaction():
            answer = await handler(msgspec.structs.replace(call, db=session))
            await _keep(session, call, owner, fingerprint, answer)
            return answer
    except Rejected as rejected:  # what it did is rolled back; that it was refused is kept
        answer = refuse(rejected)
        await _keep(session, call, owner, fingerprint, answer)
        return answer


async def _keep(
    session: Session, call: Call, owner: tuple[int, str, str], fingerprint: bytes, answer: Answer
) -> None:
    kept = Kept(fingerprint, answer.status, answer.headers, answer.body or b"")
    await idempotency.keep(session, *owner, kept, call.now)


def _fingerprint(call: Call) -> bytes:
    """What makes two requests the same one: method, path, query and body."""
    parts = (call.method.encode(), call.path.encode(), call.query.encode(), call.body)
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()
