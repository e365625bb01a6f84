"""The part of the task dialect's route table that is about webhooks."""

from functools import partial

from punchlist.api.common.endpoints import Endpoint
from punchlist.api.tasks import webhooks
from punchlist.api.tasks import wire_webhooks as wire
from punchlist.api.tasks.parameters import DELIVERY_LIST, PAGE
from punchlist.domain.keys import Scope
from punchlist.domain.problems import Kind

_FORBIDDEN, _MISSING, _INVALID = Kind.PERMISSION_DENIED, Kind.NOT_FOUND, Kind.INVALID
_REPLAY = (_FORBIDDEN, _MISSING, Kind.WEBHOOK_DISABLED)

_webhook = partial(Endpoint, tag="Webhooks", scope=Scope.ADMIN)

WEBHOOK_ENDPOINTS: tuple[Endpoint, ...] = (
    _webhook(method="GET", path="/v1/webhooks", handler=webhooks.list_webhooks, name="list_webhooks",
             summary="List webhooks", answers={200: list[wire.WebhookOut]}, parameters=PAGE, paged=True,
             refusals=(_FORBIDDEN,)),
    _webhook(method="POST", path="/v1/webhooks", handler=webhooks.create_webhook, name="create_webhook",
             summary="Create a webhook",
             description="It gets what happens from then on. The answer is the only place where its secret is"
             " shown.",
             body=wire.WebhookIn, required_fields=("url", "events"), answers={201: wire.NewWebhookOut},
             refusals=(_FORBIDDEN, _INVALID, Kind.TOO_MANY_WEBHOOKS), located=True),
    _webhook(method="GET", path="/v1/webhooks/{webhook_id}", handler=webhooks.get_webhook,
             name="get_webhook", summary="Read a webhook", answers={200: wire.WebhookOut},
             refusals=(_FORBIDDEN, _MISSING)),
    _webhook(method="PATCH", path="/v1/webhooks/{webhook_id}", handler=webhooks.patch_webhook,
             name="update_webhook", summary="Change a webhook",
             description="What is still to be sent to one that is disabled has failed with it, and can be"
             " replayed once it is enabled again.",
             body=wire.WebhookPatch, answers={200: wire.WebhookOut},
             refusals=(_FORBIDDEN, _MISSING, _INVALID, Kind.CONCURRENT_CHANGE)),
    _webhook(method="DELETE", path="/v1/webhooks/{webhook_id}", handler=webhooks.delete_webhook,
             name="delete_webhook", summary="Delete a webhook", description="Its deliveries go with it.",
             answers={204: None}, refusals=(_FORBIDDEN, _MISSING, Kind.CONCURRENT_CHANGE)),
    _webhook(method="POST", path="/v1/webhooks/{webhook_id}/rotate", handler=webhooks.rotate_secret,
             name="rotate_webhook_secret", summary="Replace a webhook's secret",
             description="For the grace period messages are signed with both, the new one first.",
             body=wire.WebhookRotationIn, body_required=False, answers={201: wire.NewWebhookOut},
             refusals=(_FORBIDDEN, _MISSING, _INVALID, Kind.CONCURRENT_CHANGE), located=True),
    _webhook(method="GET", path="/v1/webhooks/{webhook_id}/deliveries", handler=webhooks.list_deliveries,
             name="list_deliveries", summary="List a webhook's deliveries", description="Newest first.",
             answers={200: list[wire.DeliveryOut]}, parameters=DELIVERY_LIST, paged=True,
             refusals=(_FORBIDDEN, _MISSING)),
    _webhook(method="GET", path="/v1/webhooks/{webhook_id}/deliveries/{delivery_id}",
             handler=webhooks.get_delivery, name="get_delivery", summary="Read a delivery",
             description="With the body that is sent, and what came of each attempt.",
             answers={200: wire.DeliveryDetailOut}, refusals=(_FORBIDDEN, _MISSING)),
    _webhook(method="POST", path="/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
             handler=webhooks.replay_delivery, name="replay_delivery", summary="Make a delivery again",
             description="The same bytes under the same `webhook-id`.",
             answers={202: wire.DeliveryOut}, refusals=_REPLAY),
    _webhook(method="POST", path="/v1/webhooks/{webhook_id}/replay", handler=webhooks.replay_span,
             name="replay_deliveries", summary="Make a span's deliveries again",
             description="The failed ones, or all, of events from one instant to another; at most a thousand"
             " at once, the oldest first.",
             body=wire.ReplayIn, required_fields=("from", "to"), answers={202: wire.ReplayOut},
             refusals=(*_REPLAY, _INVALID)),
)  # fmt: skip
