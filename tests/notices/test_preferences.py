"""How somebody wants to be told, over HTTP; and what that does."""

import pytest

from punchlist.domain.notices import Channel, NoticeKind
from tests.notices.office import EVERY_CHANNEL, Office, told
from tests.support.client import Thing, expect, invalid
from tests.support.people import Person

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/general"
USUAL = {kind.value: ["in_app"] for kind in NoticeKind}


def preferences(person: Person) -> Thing:
    return expect(200, person.get("/notifications/preferences"))


def prefers(person: Person, **wish) -> Thing:
    return expect(200, person.patch("/notifications/preferences", wish))


def deliveries(office: Office) -> list[str]:
    rows = office.backstage.rows(
        "SELECT channel FROM notification_deliveries WHERE workspace_id = $1 ORDER BY channel",
        office.workspace_id,
    )
    return [row["channel"] for row in rows]


def test_at_first_everything_is_in_the_list_and_there_is_no_mail_without_a_server(bob: Person):
    assert preferences(bob) == {
        "channels": USUAL,
        "appriseUrls": [],
        "availableChannels": ["in_app", "apprise"],
    }


def test_a_kind_is_chosen_and_the_others_stay(bob: Person, charlie: Person):
    changed = prefers(bob, channels={"assigned": ["apprise", "in_app"]})
    assert changed["channels"] == USUAL | {"assigned": ["in_app", "apprise"]}
    assert preferences(bob) == changed
    assert preferences(charlie)["channels"] == USUAL


def test_addresses_are_shown_without_their_secrets_and_stay_when_sent_back(office: Office, bob: Person):
    shown = prefers(bob, appriseUrls=[SLACK])
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in str(shown)
    assert shown["appriseUrls"][0].startswith("slack://…")
    assert prefers(bob, **shown) == shown
    more = prefers(bob, appriseUrls=[*shown["appriseUrls"], "ntfy://benches"])
    assert more["appriseUrls"][0] == shown["appriseUrls"][0]
    kept = office.backstage.value(
        "SELECT apprise_urls FROM notification_preferences WHERE user_id = $1", bob.id
    )
    assert kept == [SLACK, "ntfy://benches"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"channels": {"assigned": ["pigeon"]}}, "channels"),
        ({"channels": {"assigned": ["email"]}}, "channels"),
        ({"channels": {"birthday": ["in_app"]}}, "channels"),
        ({"channels": {"assigned": None}}, "channels"),
        ({"channels": []}, "channels"),
        ({"appriseUrls": ["dbus://"]}, "appriseUrls"),
        ({"appriseUrls": ["json://127.0.0.1/"]}, "appriseUrls"),
        ({"appriseUrls": [f"slack://{n}" for n in range(11)]}, "appriseUrls"),
        ({"appriseUrls": ["slack://" + "x" * 500]}, "appriseUrls"),
        ({"appriseUrls": [1]}, "appriseUrls"),
        ({"urls": []}, "urls"),
    ],
)
def test_what_cannot_be_preferred_is_refused_and_nothing_is_changed(bob: Person, body: Thing, field: str):
    assert list(invalid(bob.patch("/notifications/preferences", body))) == [field]
    assert preferences(bob)["channels"] == USUAL


def test_who_wants_no_notice_of_a_kind_gets_none(office: Office, max_: Person, bob: Person):
    prefers(bob, channels={"assigned": []})
    max_.makes_a_task(assigneeId=bob.id)
    office.works()
    assert told(bob) == []


def test_who_wants_it_by_mail_only_has_it_not_in_the_list(office: Office, max_: Person, bob: Person):
    chosen = '{"assigned": ["email"]}'
    office.backstage.execute(
        "INSERT INTO notification_preferences VALUES ($1, $2, $3::jsonb, '{}')",
        office.workspace_id, bob.id, chosen,
    )  # fmt: skip
    max_.makes_a_task(assigneeId=bob.id)
    office.works(channels=EVERY_CHANNEL)
    assert told(bob) == []
    assert expect(200, bob.get("/notifications/unread-count")) == {"unread": 0}
    assert deliveries(office) == ["email"]


def test_a_notice_goes_by_each_channel_that_is_chosen_and_on_offer(office: Office, max_: Person, bob: Person):
    prefers(bob, channels={"assigned": ["in_app", "apprise"]}, appriseUrls=[SLACK])
    max_.makes_a_task(assigneeId=bob.id)
    office.works(channels=(Channel.IN_APP, Channel.EMAIL))
    assert deliveries(office) == []
    max_.makes_a_task(assigneeId=bob.id)
    office.works(channels=EVERY_CHANNEL)
    assert deliveries(office) == ["apprise"]
    assert len(told(bob)) == 2


def test_by_the_usual_a_notice_is_mailed_where_there_is_a_mail_server(
    office: Office, max_: Person, bob: Person
):
    max_.makes_a_task(assigneeId=bob.id)
    office.works(channels=EVERY_CHANNEL)
    assert deliveries(office) == ["email"]
