"""The whole configuration of a workspace, in one statement and so as it was at one moment."""

import msgspec

from punchlist.domain.workspace_file.entries import Present
from punchlist.store.database import Executor

# What an entry of each section is, in the words of the workspace file. People are named by their addresses'
# keys, so that the case of letters, which may be changed, is in one place.
_USER = """jsonb_build_object('email', u.email, 'name', u.name, 'role', u.role, 'type', u.type,
    'change_administrator', u.change_administrator)"""
_GROUP = """jsonb_build_object('name', g.name, 'description', g.description, 'assignability', g.assignability,
    'members', ARRAY(
        SELECT mu.email_key FROM user_group_members m
        JOIN users mu ON mu.workspace_id = m.workspace_id AND mu.id = m.user_id
        WHERE m.workspace_id = g.workspace_id AND m.group_id = g.id))"""
_ROUTING = """jsonb_build_object('name', r.name, 'description', r.description, 'voters', ARRAY(
        SELECT vu.email_key FROM routing_voters v
        JOIN users vu ON vu.workspace_id = v.workspace_id AND vu.id = v.user_id
        WHERE v.workspace_id = r.workspace_id AND v.routing_id = r.id))"""
_ATTRIBUTE = """jsonb_build_object('name', a.name, 'type', a.field_type, 'values', a.options,
    'required', a.required, 'position', a.position)"""
_TEMPLATES = """(
        SELECT coalesce(jsonb_agg(jsonb_build_object('name', t.name, 'due_days', t.due_days, 'assignee', CASE
                WHEN tu.id IS NOT NULL THEN jsonb_build_object('kind', 'user', 'name', tu.email_key)
                WHEN tg.id IS NOT NULL THEN jsonb_build_object('kind', 'group', 'name', tg.name)
                WHEN ts.id IS NOT NULL THEN jsonb_build_object('kind', 'supplier', 'name', ts.name)
            END) ORDER BY t.position, t.id), '[]')
        FROM implementation_templates t
        LEFT JOIN users tu ON tu.workspace_id = t.workspace_id AND tu.id = t.assignee_user_id
        LEFT JOIN user_groups tg ON tg.workspace_id = t.workspace_id AND tg.id = t.assignee_group_id
        LEFT JOIN suppliers ts ON ts.workspace_id = t.workspace_id AND ts.id = t.assignee_supplier_id
        WHERE t.workspace_id = c.workspace_id AND t.category_id = c.id AND t.enabled)"""
_TEMPLATE_IDS = """(
        SELECT coalesce(jsonb_object_agg(t.name, t.id), '{}') FROM implementation_templates t
        WHERE t.workspace_id = c.workspace_id AND t.category_id = c.id AND t.enabled)"""
# jsonb_build_object takes a hundred arguments at most, and this stays well below it.
_CATEGORY = f"""jsonb_build_object('path', c.path, 'assignable', c.assignable, 'default', c.is_default,
    'prefix', (SELECT p.value FROM number_prefixes p
        WHERE p.workspace_id = c.workspace_id AND p.id = c.prefix_id),
    'enforce_prefix', c.enforce_prefix,
    'effectivity', c.effectivity, 'enforce_effectivity', c.enforce_effectivity,
    'initial_implementation_status', c.initial_implementation_status,
    'implementation_task_management', c.implementation_task_management,
    'object_level_override', c.object_level_override, 'routing_method', c.routing_method,
    'administrators', ARRAY(
        SELECT au.email_key FROM category_administrators a
        JOIN users au ON au.workspace_id = a.workspace_id AND au.id = a.user_id
        WHERE a.workspace_id = c.workspace_id AND a.category_id = c.id),
    'attributes', ARRAY(
        SELECT an.name FROM category_attributes ca
        JOIN change_attributes an ON an.workspace_id = ca.workspace_id AND an.id = ca.attribute_id
        WHERE ca.workspace_id = c.workspace_id AND ca.category_id = c.id ORDER BY ca.position, an.id),
    'templates', {_TEMPLATES})"""


def _section(alias: str, table: str, value: str, order: str, *, more: str = "", only: str = "true") -> str:
    enabled = f"NOT {alias}.disabled" if table == "users" else f"{alias}.enabled"
    return f"""(
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', {alias}.id, 'version', {alias}.version,
        'enabled', {enabled}, 'value', {value}{more}) ORDER BY {order}), '[]')
    FROM {table} {alias} WHERE {alias}.workspace_id = $1 AND {only})"""


_SECTIONS = {
    "users": _section("u", "users", _USER, "u.email_key"),
    "groups": _section("g", "user_groups", _GROUP, "g.name"),
    "suppliers": _section("s", "suppliers", "jsonb_build_object('name', s.name)", "s.name"),
    "number_prefixes": _section(
        "p",
        "number_prefixes",
        "jsonb_build_object('value', p.value, 'position', p.position)",
        "p.position, p.id",
    ),
    "routings": _section("r", "routings", _ROUTING, "r.name"),
    "attributes": _section("a", "change_attributes", _ATTRIBUTE, "a.position, a.id"),
    "categories": _section(
        "c",
        "change_categories",
        _CATEGORY,
        "c.path",
        more=f", 'template_ids', {_TEMPLATE_IDS}",
        only="NOT c.system_defined",
    ),
}
_READ = f"""
SELECT jsonb_build_object(
    'workspace', jsonb_build_object('id', w.number::text, 'version', w.version, 'enabled', true,
        'value', jsonb_build_object('name', w.name, 'number', w.number, 'request_limit', w.request_limit)),
    {", ".join(f"'{name}', {section}" for name, section in _SECTIONS.items())})
FROM workspaces w WHERE w.id = $1
"""
_decode = msgspec.json.Decoder(Present).decode


async def read(db: Executor, workspace_id: int) -> Present:
    """Everything that the workspace's file could say."""
    return _decode(await db.fetchval(_READ, workspace_id))


_HASHES = """
SELECT u.email_key, p.hash FROM passwords p
JOIN users u ON u.workspace_id = p.workspace_id AND u.id = p.user_id
WHERE p.workspace_id = $1 AND u.email_key = ANY($2::text[])
"""


async def password_hashes(db: Executor, workspace_id: int, user_keys: list[str]) -> dict[str, str]:
    """What is kept of the passwords of some users, by their addresses' keys."""
    return {row[0]: row[1] for row in await db.fetch(_HASHES, workspace_id, user_keys)}
