"""A file applied to a workspace in PostgreSQL: all of it or nothing, each change with its event."""

import asyncio
import json

import pytest
from argon2 import PasswordHasher

from punchlist.domain.categories import UNCATEGORIZED
from punchlist.domain.workspace_file.entries import standing_by_key
from punchlist.domain.workspace_file.planning import Act, changes_anything
from punchlist.services import configuration, users
from punchlist.services.workspaces import find_workspaces, found_workspace
from punchlist.store import categories
from tests.configuration.places import apply_anew
from tests.support.backstage import new_user, operator
from tests.support.crowd import at_once
from tests.support.workspace_files import GOOD, edited, what_happens

ECO = ("Change Order", "ECO")
SECRET = "correct horse battery"


def test_a_file_is_applied_once_and_then_changes_nothing(place):
    outcome = place.apply(GOOD)
    assert {step.act for step in outcome.steps[1:]} == {Act.MAKE}
    assert not changes_anything(place.apply(GOOD).steps)
    assert not changes_anything(place.apply(GOOD, prune=True).steps)


def test_every_entry_that_changes_leaves_one_event_and_the_others_none(place):
    place.apply(GOOD)
    made = place.events()
    assert [(event["verb"], event["entity"], event["version"]) for event in made] == [
        ("updated", "workspace", 2),
        ("created", "user", 1),
        ("created", "user", 1),
        ("created", "user_group", 1),
        ("created", "supplier", 1),
        ("created", "number_prefix", 1),
        ("created", "number_prefix", 1),
        ("created", "routing", 1),
        ("created", "change_attribute", 1),
        ("created", "change_attribute", 1),
        ("created", "category", 1),
        ("created", "category", 1),
    ]
    place.apply(edited(("due_days = 14", "due_days = 15"), ('"Builds it"', '"Built it"')))
    group, category = place.events()[len(made) :]
    assert (group["entity"], group["version"]) == ("user_group", 2)
    assert json.loads(group["before"]) == {"description": "Builds it"}
    assert json.loads(group["after"]) == {"description": "Built it"}
    assert (category["entity"], list(json.loads(category["after"]))) == ("category", ["templates"])


def test_an_event_names_people_and_things_by_their_ids(place):
    present = place.apply(GOOD).present
    mia, heidi = (place.id_of(present, "users", f"{name}@example.com") for name in ("mia", "heidi"))
    place.apply(edited(('members = ["mia@example.com"]', 'members = ["heidi@example.com"]')))
    event = place.events()[-1]
    assert event["entity_id"] == place.id_of(present, "groups", "Engineering")
    assert (json.loads(event["before"]), json.loads(event["after"])) == (
        {"member_ids": [mia]},
        {"member_ids": [heidi]},
    )


def test_a_user_is_the_same_in_the_task_api(place):
    present = place.apply(GOOD).present
    mia = place.backstage.run(
        users.get_user(
            place.backstage.db, operator(place.id), place.id_of(present, "users", "mia@example.com")
        )
    )
    assert (mia.name, mia.email, mia.role, mia.disabled, mia.version) == (
        "Mia",
        "Mia@example.com",
        "member",
        False,
        1,
    )
    heidi_alone = GOOD.partition('[[users]]\nemail = "Mia')[0]
    place.apply(heidi_alone, prune=True)
    gone = place.backstage.run(users.get_user(place.backstage.db, operator(place.id), mia.id))
    assert (gone.disabled, gone.version) == (True, 2)
    assert gone.updated_at > mia.updated_at
    disabled = [event for event in place.events() if event["entity_id"] == mia.id][-1]
    assert json.loads(disabled["after"]) == {"disabled": True}


def test_a_category_is_as_the_change_api_reads_it(place):
    present = place.apply(GOOD).present
    category_id = place.id_of(present, "categories", ECO)
    category = place.backstage.run(categories.find(place.backstage.db, place.id, category_id))
    assert category is not None
    assert (category.path, category.assignable, category.enabled) == (ECO, True, True)
    assert (category.implementation_task_management, category.object_level_override) == (True, True)
    assert category.prefix_id == place.id_of(present, "number_prefixes", "ECO-")
    assert category.administrator_ids == {place.id_of(present, "users", "heidi@example.com")}
    assert [(each.name, each.options) for each in category.attributes] == [
        ("Lot", ()),
        ("Urgency", ("High", "Low")),
    ]
    assert [
        (each.name, each.due_days, each.assignee and each.assignee.id) for each in category.templates
    ] == [
        ("Check Supplier", 14, place.id_of(present, "groups", "Engineering")),
        ("Tell Mia", None, place.id_of(present, "users", "mia@example.com")),
        ("Order parts", None, place.id_of(present, "suppliers", "Onward")),
    ]
    ids = standing_by_key(present, "categories")[ECO].template_ids
    assert ids == {each.name: each.id for each in category.templates}


def test_a_template_that_comes_back_has_its_old_id(place):
    before = standing_by_key(place.apply(GOOD).present, "categories")[ECO].template_ids
    less = GOOD.partition('  [[categories.templates]]\n  name = "Tell Mia"')[0]
    assert list(standing_by_key(place.apply(less, prune=True).present, "categories")[ECO].template_ids) == [
        "Check Supplier"
    ]
    assert standing_by_key(place.apply(GOOD).present, "categories")[ECO].template_ids == before


def test_attributes_keep_the_names_that_programs_know_them_by(place):
    def api_names():
        rows = place.backstage.rows(
            "SELECT name, api_name FROM change_attributes WHERE workspace_id = $1 ORDER BY position", place.id
        )
        return {row["name"]: row["api_name"] for row in rows}

    place.apply(GOOD)
    assert api_names() == {"Urgency": "custom1", "Lot": "custom2"}
    place.apply(GOOD + '\n[[attributes]]\nname = "Cost"\ntype = "NUMBER"\n')
    place.apply(edited(('["High", "Low"]', '["Low"]')), prune=True)
    assert api_names() == {"Urgency": "custom1", "Lot": "custom2", "Cost": "custom3"}


def test_every_workspace_has_its_uncategorized_category_and_no_file_sees_it(place):
    default = place.backstage.run(categories.find_default(place.backstage.db, place.id))
    assert (default.path, default.system_defined, default.assignable) == ((UNCATEGORIZED,), True, True)
    assert place.events() == []
    outcome = place.apply(GOOD, prune=True)
    assert (UNCATEGORIZED,) not in standing_by_key(outcome.present, "categories")
    assert place.backstage.run(categories.find_default(place.backstage.db, place.id)) == default


def test_a_category_can_be_the_default(place):
    text = edited(('path = ["Change Order", "ECO"]', 'path = ["Change Order", "ECO"]\ndefault = true'))
    place.apply(text)
    assert place.backstage.run(categories.find_default(place.backstage.db, place.id)).path == ECO
    place.apply(GOOD)
    assert place.backstage.run(categories.find_default(place.backstage.db, place.id)).is_uncategorized


def test_a_plan_changes_nothing(place):
    before = place.traces()
    assert len(what_happens(place.plan(GOOD).steps)) == 12
    assert place.traces() == before


def test_a_file_with_a_mistake_changes_nothing(place):
    [mistake] = place.refuses(edited(('members = ["mia@example.com"]', 'members = ["zoe@example.com"]')))
    assert (mistake.line, mistake.key) == (21, "groups.members")


def test_what_fails_half_way_leaves_nothing_behind(place, monkeypatch):
    async def fails(*_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(configuration, "_set_password", fails)
    before = place.traces()
    with_password = edited(('role = "admin"', 'role = "admin"\npassword_env = "P"'))
    with pytest.raises(RuntimeError, match="disk"):
        place.apply(with_password, {"P": SECRET})
    assert place.traces() == before


def with_password(text: str = GOOD) -> str:
    return text.replace('role = "admin"', 'role = "admin"\npassword_env = "HEIDI_PASSWORD"')


def test_a_password_is_set_once_and_only_its_hash_is_kept(place):
    environ = {"HEIDI_PASSWORD": SECRET}
    present = place.apply(with_password(), environ).present
    heidi = place.id_of(present, "users", "heidi@example.com")
    kept = place.backstage.value("SELECT hash FROM passwords WHERE workspace_id = $1", place.id)
    assert PasswordHasher().verify(kept, SECRET)
    events = place.events()
    assert [json.loads(event["after"]) for event in events if event["entity_id"] == heidi][-1] == {
        "password": "set"
    }
    assert not any(SECRET in str(event) for event in events)
    assert not changes_anything(place.apply(with_password(), environ).steps)
    assert place.backstage.value("SELECT hash FROM passwords WHERE workspace_id = $1", place.id) == kept


def test_a_password_that_is_another_is_set_anew_and_one_not_asked_for_is_left_alone(place):
    place.apply(with_password(), {"HEIDI_PASSWORD": SECRET})
    assert not changes_anything(place.apply(GOOD).steps)
    steps = place.apply(with_password(), {"HEIDI_PASSWORD": "another horse"}).steps
    assert what_happens(steps) == [("change", "users", "heidi@example.com")]
    kept = place.backstage.value("SELECT hash FROM passwords WHERE workspace_id = $1", place.id)
    assert PasswordHasher().verify(kept, "another horse")


def test_no_text_of_a_wish_shows_a_password(place):
    wished = place._wish(with_password(), {"HEIDI_PASSWORD": SECRET}, prune=False)
    assert SECRET not in repr(wished)


def test_a_user_made_elsewhere_can_be_named_and_is_not_touched(place):
    place.apply(GOOD)
    place.backstage.run(new_user(place.backstage.db, place.id, "Zoe"))
    outcome = place.apply(edited(('members = ["mia@example.com"]', 'members = ["zoe@example.com"]')))
    assert what_happens(outcome.steps) == [("change", "groups", "Engineering")]


def test_two_at_once_take_turns(place):
    names = [f"Supplier {number}" for number in range(4)]
    texts = [f'{GOOD}\n[[suppliers]]\nname = "{name}"\n' for name in names]
    at_once([lambda text=text: place.apply(text) for text in texts])
    present = place.apply(GOOD).present
    assert set(standing_by_key(present, "suppliers")) == {"Onward", *names}
    made = [event for event in place.events() if event["verb"] == "created"]
    assert len(made) == 11 + len(names)


async def waiting(db):
    """Comes back when somebody waits for a row that somebody else holds."""
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%users%'"
    while not await db.fetchval(blocked):  # noqa: ASYNC110  (PostgreSQL tells nobody)
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "UPDATE users SET name = 'Other', version = version + 1"
            " WHERE workspace_id = $1 AND email_key = $2",
            3,
        ),
        (
            "INSERT INTO users (workspace_id, id, name, email, email_key, role, created_at, updated_at)"
            " VALUES ($1, repeat('0', 20), 'Other', $2, $2, 'member', now(), now())",
            2,
        ),
    ],
)
def test_a_user_who_is_changed_or_made_meanwhile_is_looked_at_again(place, change, expected):
    update = change.startswith("UPDATE")
    email = "mia@example.com" if update else "new@example.com"
    place.apply(GOOD)
    text = edited(('"Mia"', '"M"')) if update else f'{GOOD}\n[[users]]\nemail = "{email}"\nname = "N"\n'

    async def race(db):
        async with db.transaction() as tx:
            await tx.execute(change, place.id, email)
            applying = asyncio.create_task(place.applying(text))
            await waiting(db)
        return await applying

    outcome = place.backstage.run(race(place.backstage.db))
    user = standing_by_key(outcome.present, "users")[email]
    assert (user.value.name, user.version) == ("M" if update else "N", expected)


def test_a_workspace_is_made_with_the_number_of_the_file_by_one_of_several_at_once(backstage):
    taken = {each.number for each in backstage.run(find_workspaces(backstage.db, None))}
    number = next(each for each in range(987_000_000, 988_000_000) if each not in taken)
    outcomes = at_once([lambda: apply_anew(backstage, GOOD.replace("123456789", str(number)))] * 3)
    assert sorted(changes_anything(outcome.steps) for outcome in outcomes) == [False, False, True]
    [made] = backstage.run(find_workspaces(backstage.db, number))
    assert made.name == "EveryRoad GPS"
    [event] = backstage.rows(
        "SELECT verb, entity_id, version, after::text FROM events"
        " WHERE workspace_id = $1 AND entity = 'workspace'",
        made.id,
    )
    assert (event["verb"], event["entity_id"], event["version"]) == ("created", str(number), 1)
    assert json.loads(event["after"]) == {"name": "EveryRoad GPS", "number": number, "request_limit": 10000}


def test_a_founded_workspace_is_there_for_a_file_like_any_other(backstage):
    founded = backstage.run(found_workspace(backstage.db, "Founded"))
    assert 100_000_000 <= founded.number <= 999_999_999
    assert backstage.run(categories.find_default(backstage.db, founded.id)).is_uncategorized
