"""Echo: reading a thing and sending it back changes nothing and leaves no trace."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.stateful.bounds import examples
from tests.stateful.scenery import bodies, lines, text
from tests.support.client import expect
from tests.support.people import Cast


@examples(50)
@given(data=st.data())
def test_a_task_sent_back_as_it_was_read_stays_as_it_is(company: Cast, data: st.DataObject):
    people = [company.ada.id, company.max.id, company.mia.id, company.bob.id]
    body = data.draw(bodies(people))
    made = company.max.post("/tasks", body)
    task = expect(201, made)
    path = f"/tasks/{task['id']}"
    caller = data.draw(st.sampled_from([company.ada, company.max]))

    read = caller.get(path)
    assert expect(200, read) == task
    sent = caller.patch(
        path, task, headers=data.draw(st.sampled_from([{}, {"if-match": read.headers["etag"]}]))
    )
    assert expect(200, sent) == task
    assert sent.headers["etag"] == read.headers["etag"] == made.headers["etag"]
    assert [entry["verb"] for entry in caller.history_of(task)] == ["created"]


@examples(50)
@given(data=st.data())
def test_any_part_of_a_task_sent_back_stays_as_it_is(company: Cast, data: st.DataObject):
    task = company.mia.makes_a_task(**data.draw(bodies([company.mia.id])))
    names = data.draw(st.lists(st.sampled_from(sorted(task)), unique=True))
    part = {name: task[name] for name in names}
    assert company.mia.changes(task, **part) == task
    assert company.mia.sees(task) == task
    assert len(company.mia.history_of(task)) == 1


@examples(30)
@given(name=lines)
def test_a_user_sent_back_as_they_were_read_stay_as_they_are(company: Cast, name: str):
    person: dict[str, Any] = expect(200, company.ada.patch(f"/users/{company.bob.id}", {"name": name}))
    assert expect(200, company.ada.patch(f"/users/{company.bob.id}", person)) == person
    assert expect(200, company.ada.get(f"/users/{company.bob.id}")) == person


@examples(30)
@given(body=text(1, 60).filter(str.strip))
def test_a_comment_sent_back_as_it_was_read_stays_as_it_is(company: Cast, body: str):
    task = company.mia.makes_a_task()
    comment = company.mia.comments_on(task, body)
    assert comment["body"] == body
    path = f"/tasks/{task['id']}/comments/{comment['id']}"
    assert expect(200, company.mia.patch(path, comment)) == comment
    assert [entry["entity"] for entry in company.mia.history_of(task)] == ["comment", "task"]
