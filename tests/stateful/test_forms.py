"""Uploads, however the network cuts them and whatever the bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchlist.api.common.problems import HttpKind
from punchlist.domain.change_problems import ChangeKind
from punchlist.domain.problems import Rejected
from tests.stateful.bounds import examples
from tests.support.forms import as_sent_by_a_library, content, received


@examples(100)
@given(
    st.binary(max_size=400) | st.just(b"\r\n--xx") | st.just(b"\r\n--x\r\n--xx\r"),
    st.dictionaries(
        st.text("abc.", min_size=1, max_size=8), st.text(st.characters(codec="utf-8"), max_size=40)
    ),
    st.data(),
)
def test_however_the_network_cuts_it_a_form_is_the_same(whole, fields, data):
    body, content_type = as_sent_by_a_library("plan.pdf", whole, fields)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=12)))
    chunks = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    form, found = received(*chunks, content_type=content_type)
    assert (form.name, form.fields, found) == ("plan.pdf", fields, whole)


@examples(100)
@given(st.lists(st.binary(max_size=60), max_size=5), st.booleans())
def test_no_bytes_break_the_reader(chunks, after_a_start):
    start = [content(b"abc")] if after_a_start else []
    with pytest.raises(Rejected) as caught:
        received(*start, *chunks)
    assert caught.value.kind in (HttpKind.MALFORMED, ChangeKind.CONTENT_MISSING)
