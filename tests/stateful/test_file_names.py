"""Names of files, whatever somebody sends: safe on a disk and in a header, and never mangled."""

import re
from email.message import Message
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from punchlist.api.common.downloads import content_disposition
from punchlist.domain.files import check_name
from tests.stateful.bounds import examples

names = st.text(st.characters() | st.sampled_from("./\\\0\r\n\u202e\u2028\ud800 \"%'"), max_size=300)


@examples(300)
@given(names)
def test_a_name_that_passes_is_safe_wherever_it_is_used_and_stays_as_it_is(raw):
    name, problems = check_name(raw)
    if problems:
        return
    assert 1 <= len(name) <= 255
    assert name not in (".", "..")
    assert not set(name) & set("/\\\0\r\n\u202e\u2028")
    assert name == name.strip()
    name.encode()
    assert check_name(name) == (name, [])


@examples(300)
@given(names)
def test_whatever_a_file_is_called_the_header_is_one_and_gives_the_name_back(raw):
    name, problems = check_name(raw)
    if problems:
        return
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    (plain,) = re.findall(r'filename="([^"\\]*)"', header)
    assert plain
    quoted = header.partition("filename*=UTF-8''")[2]
    assert (unquote(quoted, errors="strict") if quoted else plain) == name
    assert re.fullmatch(r"[A-Za-z0-9!#$&+.^_`|~%-]*", quoted)
