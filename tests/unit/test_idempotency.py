"""The fingerprint of a request: the same for the same one, and for no other."""

from itertools import combinations

from punchlist.api.common.idempotency import _fingerprint
from tests.unit.builders import a_call


def fingerprint(method="POST", path="/v1/tasks", query="", body=b"{}") -> bytes:
    call = a_call(query)
    call.method, call.path, call.body = method, path, body
    return _fingerprint(call)


def test_the_same_request_has_the_same_fingerprint():
    assert fingerprint() == fingerprint()
    assert len(fingerprint()) == 32


def test_another_method_path_query_or_body_has_another():
    different = [
        fingerprint(),
        fingerprint(method="PATCH"),
        fingerprint(path="/v1/users"),
        fingerprint(query="force=true"),
        fingerprint(body=b"{ }"),
        fingerprint(body=b""),
    ]
    assert all(one != other for one, other in combinations(different, 2))


def test_what_moves_from_one_part_to_the_next_changes_it():
    shifted = [
        fingerprint(path="/v1/tasks", query="ab", body=b"c"),
        fingerprint(path="/v1/tasksa", query="b", body=b"c"),
        fingerprint(path="/v1/tasks", query="a", body=b"bc"),
        fingerprint(path="/v1/tasksab", query="", body=b"c"),
    ]
    assert all(one != other for one, other in combinations(shifted, 2))
