"""The HTTP application: both dialects, health, metrics, documentation and the web app, over one pool."""

import asyncio
import datetime as dt
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import Any

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from punchlist.api import operations, web_app
from punchlist.api.changes import door as changes_door
from punchlist.api.changes import routes as changes_routes
from punchlist.api.common.authentication import SESSION_HEADER
from punchlist.api.common.door import Dialect, serve
from punchlist.api.common.endpoints import Endpoint
from punchlist.api.common.live import Hub
from punchlist.api.common.observation import observed, request_id_of
from punchlist.api.common.problems import HttpKind
from punchlist.api.common.state import ServerState, Uses
from punchlist.api.openapi import serving
from punchlist.api.tasks import door as tasks_door
from punchlist.api.tasks import routes as tasks_routes
from punchlist.api.tasks.live import render_sighting
from punchlist.domain import limits
from punchlist.domain.plans import Plan
from punchlist.domain.problems import Problem, Reason, Rejected, Unavailable
from punchlist.domain.tokens import TokenKind
from punchlist.services import contents
from punchlist.services.access import Counted, LookUps
from punchlist.services.workspaces import find_workspaces
from punchlist.settings import Settings, from_handoff
from punchlist.storage import storage_for
from punchlist.store import idempotency, keys, sessions
from punchlist.store.database import Database

_log = logging.getLogger("punchlist.api")

_DIALECTS = (
    (tasks_routes.ENDPOINTS, tasks_door.DIALECT),
    (changes_routes.ENDPOINTS, changes_door.DIALECT),
)
_ENDPOINTS = tuple(endpoint for endpoints, _ in _DIALECTS for endpoint in endpoints)

_FLUSH_SECONDS = 5.0  # how stale "last used" may be; a write per request would cost more than the request
_PURGE_SECONDS = 3600.0


def create_app(settings: Settings, dsn: str) -> Any:
    """The ASGI application for a database, as a worker process serves it."""
    app = Litestar(
        route_handlers=[
            # First, because Litestar makes such a handler itself for a path that has none.
            *(_options(path) for path in sorted({endpoint.path for endpoint in _ENDPOINTS})),
            *(_route(endpoint, dialect) for endpoints, dialect in _DIALECTS for endpoint in endpoints),
            operations.live,
            operations.ready,
            operations.metrics,
            *serving.HANDLERS,
            *web_app.HANDLERS,
        ],
        state=State({}),
        lifespan=[_lifespan(settings, dsn)],
        exception_handlers={Exception: _refuse_outside_endpoints},
        openapi_config=None,
        logging_config=None,
    )
    return observed(app)


def from_environment() -> Any:
    """The application of a worker process that `punchlist serve` started."""
    handoff = from_handoff()
    return create_app(handoff.settings, handoff.dsn)


def _route(endpoint: Endpoint, dialect: Dialect) -> HTTPRouteHandler:
    method = HttpMethod(endpoint.method)
    return HTTPRouteHandler(_typed(endpoint.path), http_method=method, status_code=200)(
        serve(endpoint, dialect)
    )


def _options(path: str) -> HTTPRouteHandler:
    """Tells the methods of a path. The handler that Litestar makes knows only the first endpoint's."""
    allowed = sorted({endpoint.method for endpoint in _ENDPOINTS if endpoint.path == path} | {"OPTIONS"})
    answer = ASGIResponse(status_code=204, headers={"allow": ", ".join(allowed)})

    async def options() -> ASGIResponse:
        return answer

    return HTTPRouteHandler(_typed(path), http_method=HttpMethod.OPTIONS, status_code=200)(options)


def _typed(path: str) -> str:
    """A path with its parameters declared as Litestar wants them."""
    # Litestar takes a parameter for a whole part of a path: `{token}.ics` is given to its handler as one.
    return re.sub(r"\{(\w+)\}[^/]*", r"{\1:str}", path)


def _lifespan(settings: Settings, dsn: str) -> Any:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        db = await Database.connect(dsn, size=settings.pool_size)
        uses: dict[TokenKind, Uses] = {kind: {} for kind in TokenKind}
        state = ServerState(
            settings=settings,
            db=db,
            look_ups=LookUps(db),
            default_plan=Plan(settings.default_plan),
            uses=uses,
            storage=storage_for(settings),
            uploads=asyncio.Semaphore(limits.UPLOADS_AT_ONCE),
            live=Hub(db, dsn, render_sighting),
        )
        app.state["server"] = state
        stopping = asyncio.Event()
        worker = asyncio.create_task(_work(settings, dsn, stopping)) if settings.worker else None
        housekeeping = [asyncio.create_task(work) for work in (_keep_house(state), _sweep_contents(state))]
        try:
            yield
        finally:
            stopping.set()
            if worker is not None:
                await worker
            for task in housekeeping:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            with suppress(Unavailable):
                await _flush_uses(state)
            await state.live.close()
            await state.storage.close()
            await db.close()

    return lifespan


async def _work(settings: Settings, dsn: str, stopping: asyncio.Event) -> None:
    """Does a worker's work in this process. Its libraries are loaded aside, while requests are answered."""
    try:
        running = await asyncio.to_thread(import_module, "punchlist.worker.running")
        await running.run(settings, dsn, stopping)
    except Exception:
        # Told when it happens; requests are answered without a worker too, and the metrics show the backlog.
        _log.exception("the worker has ended")


async def _keep_house(state: ServerState) -> None:
    """Writes down when keys and sessions were used, and forgets old idempotent answers."""
    loop = asyncio.get_running_loop()
    next_purge = loop.time()
    while True:
        try:
            if loop.time() >= next_purge:
                await idempotency.purge(state.db, dt.datetime.now(dt.UTC))
                next_purge = loop.time() + _PURGE_SECONDS
            await _flush_uses(state)
        except Unavailable:
            _log.warning("housekeeping waits for the database")
        except Exception:
            _log.exception("housekeeping failed")
        await asyncio.sleep(_FLUSH_SECONDS)


async def _sweep_contents(state: ServerState) -> None:
    """Removes contents that no file has any more; by itself, for a storage out of reach takes its time."""
    while True:
        try:
            for workspace in await find_workspaces(state.db, None):
                await contents.sweep(state.db, state.storage, workspace.id, now=dt.datetime.now(dt.UTC))
        except Unavailable:
            _log.warning("the sweep of contents waits for the database")
        except Exception:
            _log.exception("the sweep of contents failed")
        await asyncio.sleep(_PURGE_SECONDS)


_MARK_USED = {TokenKind.API_KEY: keys.mark_used, TokenKind.SESSION: sessions.mark_used}


async def _flush_uses(state: ServerState) -> None:
    for kind, mark_used in _MARK_USED.items():
        uses, state.uses[kind] = state.uses[kind], {}
        if not uses:
            continue
        try:
            await mark_used(state.db, uses)
        except Unavailable:
            state.uses[kind] = uses | state.uses[kind]  # not lost, only late
            raise


def _refuse_outside_endpoints(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """What Litestar refuses before an endpoint is found: unknown paths and methods, and what is no host."""
    request_id = request_id_of(request.scope)
    status = error.status_code if isinstance(error, HTTPException) else 500
    path, method = request.scope["path"], request.scope["method"]
    if status == 404 and web_app.is_address(method, path, request.headers):
        code, headers, body = web_app.page(request.headers)
        return Response(body, status_code=code, headers=headers)
    if status == 404:
        rejected = Rejected(HttpKind.NO_SUCH_PATH, path=path)
    elif isinstance(error, MethodNotAllowedException):
        allowed = sorted((error.headers or {})["allow"].split(", "))
        rejected = Rejected(HttpKind.METHOD_NOT_ALLOWED, path=path, method=method, allowed=allowed)
    elif status == 400:
        problem = Problem("Host", Reason.MALFORMED, {"expected": "a host's name, with or without a port"})
        rejected = Rejected(HttpKind.INVALID_PARAMETERS, [problem])
    else:
        _log.error("unexpected failure", exc_info=error)
        rejected = Rejected(HttpKind.SERVER_ERROR)
    now = dt.datetime.now(dt.UTC)
    dialect = _dialect_of(path, request.headers)
    answer = dialect.refuse(rejected, request_id=request_id, now=now)
    answer = dialect.finish(answer, Counted(), request.headers, now, request.app.state["server"])
    return Response(answer.body or b"", status_code=answer.status, headers=answer.headers)


def _dialect_of(path: str, headers: Mapping[str, str]) -> Dialect:
    """The dialect of a path; of one that is in neither, that of the credentials it came with."""
    root = path.removeprefix("/v1/").partition("/")[0]
    in_changes = path.startswith("/v1/") and root in changes_routes.ROOTS
    if in_changes or (not path.startswith(_TASK_PATHS) and SESSION_HEADER in headers):
        return changes_door.DIALECT
    return tasks_door.DIALECT


_TASK_PATHS = tuple({"/".join(endpoint.path.split("/")[:3]) for endpoint in tasks_routes.ENDPOINTS})
