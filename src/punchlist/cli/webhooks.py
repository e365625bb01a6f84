"""`punchlist webhook`: where a workspace's events are sent to."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from punchlist.cli.desk import Desk, Shown, desk_command
from punchlist.cli.output import CommandError, every_page, table
from punchlist.domain.limits import WEBHOOK_GRACE_HOURS_MAX

if TYPE_CHECKING:
    from punchlist.domain.webhooks import Webhook
    from punchlist.services.webhooks import NewSecret

app = typer.Typer(help="Make, list, switch and replay webhooks.", no_args_is_help=True)

WebhookId = Annotated[
    str, typer.Argument(metavar="ID", help="The webhook's id, from `webhook list`.", show_default=False)
]
_LISTED_MAX = 1_000  # deliveries; whoever looks for older ones says when they were


@desk_command(app, "list")
async def list_(desk: Desk) -> Shown:
    """List the webhooks."""
    from punchlist.services import webhooks

    found = [
        each async for each in every_page(lambda page: webhooks.list_webhooks(desk.db, desk.context, page))
    ]
    rows = [(each.id, each.url, " ".join(each.events), _state(each)) for each in found]
    return Shown([_value(each) for each in found], table(("Id", "URL", "Events", "State"), rows))


@desk_command(app, "add")
async def add(
    desk: Desk,
    url: Annotated[str, typer.Argument(metavar="URL", help="Where events are sent.", show_default=False)],
    event: Annotated[
        list[str] | None,
        typer.Option(
            metavar="EVENT", help="Such as task.created or task.*; repeat for several. Without any: all."
        ),
    ] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="What it is for.")] = None,
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="As the setting of the servers and workers that will send."),
    ] = False,
) -> Shown:
    """Make a webhook and print its secret, this once, with nothing else on standard output."""
    from punchlist.domain.publication import EVERYTHING
    from punchlist.domain.webhooks import WebhookWish
    from punchlist.services import webhooks

    wish = WebhookWish(url=url, events=tuple(event or (EVERYTHING,)), description=description)
    return _new(await webhooks.create_webhook(desk.db, desk.context, wish, allow_private=allow_private))


@desk_command(app, "rotate")
async def rotate(
    desk: Desk,
    webhook_id: WebhookId,
    grace_hours: Annotated[
        float,
        typer.Option(min=0, max=WEBHOOK_GRACE_HOURS_MAX, help="How long the old secret signs as well."),
    ] = 24,
) -> Shown:
    """Give a webhook a new secret and print it, with nothing else on standard output."""
    from punchlist.services import webhooks

    return _new(await webhooks.rotate_secret(desk.db, desk.context, webhook_id, grace_hours=grace_hours))


@desk_command(app, "enable")
async def enable(desk: Desk, webhook_id: WebhookId) -> Shown:
    """Send to a webhook again, with a fresh start."""
    return await _switch(desk, webhook_id, on=True)


@desk_command(app, "disable")
async def disable(desk: Desk, webhook_id: WebhookId) -> Shown:
    """Send nothing to a webhook any more; what was still to be sent has failed."""
    return await _switch(desk, webhook_id, on=False)


@desk_command(app, "remove")
async def remove(desk: Desk, webhook_id: WebhookId) -> Shown:
    """Remove a webhook with its deliveries."""
    from punchlist.services import webhooks

    found = await webhooks.get_webhook(desk.db, desk.context, webhook_id)
    await webhooks.delete_webhook(desk.db, desk.context, webhook_id)
    return Shown(_value(found), f"The webhook to {found.url} ({found.id}) is removed.")


@desk_command(app, "deliveries")
async def deliveries(
    desk: Desk,
    webhook_id: WebhookId,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="Only those pending, delivered or failed.")
    ] = None,
) -> Shown:
    """List a webhook's latest deliveries (a thousand at most), newest first."""
    import msgspec

    from punchlist.api.tasks.wire_webhooks import render_delivery
    from punchlist.domain.deliveries import DeliveryState
    from punchlist.domain.limits import PAGE_MAX
    from punchlist.domain.queries import Page
    from punchlist.services import deliveries
    from punchlist.store.deliveries import DeliveryFilter

    if state is not None and state not in list(DeliveryState):
        raise CommandError(f"--state {state} is none: say one of {', '.join(DeliveryState)}.")
    wanted = DeliveryFilter(None if state is None else (DeliveryState(state),))
    found = []
    for offset in range(0, _LISTED_MAX, PAGE_MAX):
        page = Page(PAGE_MAX, offset)
        some, total = await deliveries.list_deliveries(desk.db, desk.context, webhook_id, wanted, page)
        found += some
        if len(found) >= total:
            break
    rows = [
        (
            each.id,
            f"{each.created_at:%Y-%m-%d %H:%M:%S} UTC",
            each.type,
            each.state.value,
            str(each.attempts),
            each.last_error or "",
        )
        for each in found
    ]
    values = [msgspec.to_builtins(render_delivery(desk.context.actor.workspace_id, each)) for each in found]
    return Shown(values, table(("Id", "Event", "Type", "State", "Attempts", "Why"), rows))


@desk_command(app, "replay")
async def replay(
    desk: Desk,
    webhook_id: WebhookId,
    since: Annotated[
        str, typer.Option(metavar="T", help="From when, such as 2026-01-31T17:00:00Z.", show_default=False)
    ],
    until: Annotated[str | None, typer.Option(metavar="T", help="Until when; now by default.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Not only what failed, but what was delivered as well.")
    ] = False,
) -> Shown:
    """Make the deliveries of a span again, a thousand at most."""
    from punchlist.domain.deliveries import DeliveryState
    from punchlist.services import deliveries
    from punchlist.store.deliveries import DeliveryFilter

    end = desk.context.now if until is None else _instant("--until", until)
    states = None if everything else (DeliveryState.FAILED,)
    wanted = DeliveryFilter(states, None, _instant("--since", since), end)
    count, has_more = await deliveries.replay_span(desk.db, desk.context, webhook_id, wanted)
    more = " There are more: ask again for a later span." if has_more else ""
    return Shown({"count": count, "hasMore": has_more}, f"Deliveries that are made again: {count}.{more}")


async def _switch(desk: Desk, webhook_id: str, *, on: bool) -> Shown:
    from punchlist.domain.webhooks import WebhookWish
    from punchlist.services import webhooks

    wish = WebhookWish(enabled=on)
    found = await webhooks.update_webhook(desk.db, desk.context, webhook_id, wish, allow_private=False)
    return Shown(_value(found), f"The webhook to {found.url} ({found.id}) is {_state(found)}.")


def _new(made: "NewSecret") -> Shown:
    import msgspec

    from punchlist.api.tasks.wire_webhooks import render_new_webhook

    return Shown(msgspec.to_builtins(render_new_webhook(made.webhook, made.secret)), made.secret)


def _value(webhook: "Webhook") -> dict[str, Any]:
    import msgspec

    from punchlist.api.tasks.wire_webhooks import render_webhook

    value: dict[str, Any] = msgspec.to_builtins(render_webhook(webhook))
    return value


def _state(webhook: "Webhook") -> str:
    if not webhook.enabled:
        return f"disabled: {webhook.disabled_reason}"
    return (
        "enabled"
        if webhook.failing_since is None
        else f"failing since {webhook.failing_since:%Y-%m-%d %H:%M} UTC"
    )


def _instant(option: str, text: str) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise CommandError(
            f"{option} {text} is no instant: say one with its offset, such as 2035-06-01T17:00:00Z."
        )
    return instant.astimezone(dt.UTC)
