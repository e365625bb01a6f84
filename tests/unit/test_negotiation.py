"""Media types: which bodies are read, and who can be answered."""

import pytest

from punchlist.api.common.negotiation import check_accept, check_content
from punchlist.api.common.problems import HttpKind
from punchlist.domain.problems import Rejected


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("application/json", None),
        ("Application/JSON; charset=utf-8", None),
        ("application/merge-patch+json", None),
        ("application/json", "identity"),
        ("application/json", " Identity "),
        ("application/json", ""),
    ],
)
def test_a_body_that_is_said_to_be_plain_json_is_read(content_type, encoding):
    check_content(content_type, encoding)


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        (None, None),
        ("", None),
        ("text/plain", None),
        ("text/json", None),
        ("application/x-www-form-urlencoded", None),
        ("application/jsonp", None),
        ("application/*", None),
        ("application/json", "gzip"),
        ("application/json", "gzip, identity"),
    ],
)
def test_any_other_body_is_not(content_type, encoding):
    with pytest.raises(Rejected) as caught:
        check_content(content_type, encoding)
    assert caught.value.kind is HttpKind.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "application/json",
        "*/*",
        "application/*",
        "text/html, application/json;q=0.1",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "APPLICATION/JSON",
        "application/json;charset=utf-8",
        "application/json;q=0.001",
    ],
)
def test_whoever_takes_json_is_answered(accept):
    check_accept(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/xml",
        "application/json;q=0",
        "application/json; q=0.000",
        "application/json ; q = 0",
        "text/*",
        ",",
        "json",
    ],
)
def test_whoever_does_not_take_json_is_refused(accept):
    with pytest.raises(Rejected) as caught:
        check_accept(accept)
    assert caught.value.kind is HttpKind.NOT_ACCEPTABLE
