"""What the endpoints for users and API keys do."""

from msgspec import UNSET

from punchlist.api.common.bodies import decode
from punchlist.api.common.calls import Answer, Call
from punchlist.api.tasks import wire
from punchlist.api.tasks.handlers import grace_of, no_content, ok, page_answer
from punchlist.api.tasks.parameters import page_of, user_filter
from punchlist.domain import limits
from punchlist.domain.queries import USER_SORT_DEFAULT
from punchlist.services import keys, users


async def list_users(call: Call) -> Answer:
    order = call.parameters.get("sort", USER_SORT_DEFAULT)
    wanted = user_filter(call.parameters)
    found, total = await users.list_users(call.db, call.context, wanted, order, page_of(call))
    return page_answer(call, [wire.render_user(user) for user in found], total)


async def create_user(call: Call) -> Answer:
    patch, problems = decode(call.body, wire.UserPatch)
    user = await users.create_user(call.db, call.context, wire.user_changes(patch, problems))
    return ok(wire.render_user(user), 201, {"location": f"/v1/users/{user.id}"})


async def get_user(call: Call) -> Answer:
    user = await users.get_user(call.db, call.context, call.path_parameters["user_id"])
    return ok(wire.render_user(user))


async def patch_user(call: Call) -> Answer:
    patch, problems = decode(call.body, wire.UserPatch)
    changes = wire.user_changes(patch, problems)
    user = await users.update_user(call.db, call.context, call.path_parameters["user_id"], changes)
    if patch.name is UNSET and patch.email is UNSET and patch.role is UNSET:
        return no_content()
    return ok(wire.render_user(user))


async def delete_user(call: Call) -> Answer:
    force = call.parameters.get("force", False)
    await users.delete_user(call.db, call.context, call.path_parameters["user_id"], force=force)
    return no_content()


async def list_keys(call: Call) -> Answer:
    owner = call.parameters.get("userId")
    found, total = await keys.list_keys(call.db, call.context, owner, page_of(call))
    return page_answer(call, [wire.render_key(key) for key in found], total)


async def create_key(call: Call) -> Answer:
    wanted, problems = decode(call.body, wire.KeyIn)
    user_id = call.context.actor.id if wanted.user_id is UNSET else wanted.user_id
    made = await keys.create_key(call.db, call.context, user_id, wire.key_wish(wanted, problems))
    headers = {"location": f"/v1/api-keys/{made.key.id}"}
    return ok(wire.render_new_key(made.key, made.token), 201, headers)


async def get_key(call: Call) -> Answer:
    key = await keys.get_key(call.db, call.context, call.path_parameters["key_id"])
    return ok(wire.render_key(key))


async def rotate_key(call: Call) -> Answer:
    grace_hours = grace_of(call, wire.RotationIn, limits.KEY_GRACE_HOURS_MAX)
    key_id = call.path_parameters["key_id"]
    made = await keys.rotate_key(call.db, call.context, key_id, grace_hours=grace_hours)
    headers = {"location": f"/v1/api-keys/{made.key.id}"}
    return ok(wire.render_new_key(made.key, made.token), 201, headers)


async def revoke_key(call: Call) -> Answer:
    await keys.revoke_key(call.db, call.context, call.path_parameters["key_id"])
    return no_content()
