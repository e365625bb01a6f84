"""Which media types and encodings a request brings and takes."""

import re

from punchlist.api.common.problems import HttpKind
from punchlist.domain.problems import Rejected

_BODIES = frozenset({"application/json", "application/merge-patch+json"})


def check_content(content_type: str | None, content_encoding: str | None) -> None:
    """Raises Rejected unless a body is said to be plain JSON."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type not in _BODIES or (content_encoding or "identity").strip().lower() != "identity":
        raise Rejected(HttpKind.UNSUPPORTED_MEDIA_TYPE)


def check_accept(accept: str | None, media: str = "application/json", *also: str) -> None:
    """Raises Rejected when the client says that it takes neither a media type nor another there is."""
    known = (media, *also)
    accepted = (*known, *(f"{each.partition('/')[0]}/*" for each in known), "*/*")
    if not accept or accept in accepted:
        return
    for part in accept.split(","):
        media_range, *parameters = part.split(";")
        refused = any(
            parameter.replace(" ", "") in {"q=0", "q=0.0", "q=0.00", "q=0.000"} for parameter in parameters
        )
        if media_range.strip().lower() in accepted and not refused:
            return
    raise Rejected(HttpKind.NOT_ACCEPTABLE, media=" or ".join(known))


def takes_gzip(accept_encoding: str | None) -> bool:
    """Tells whether the client says that it takes gzip. `*` alone does not: it promises nothing."""
    for part in (accept_encoding or "").lower().split(","):
        coding, _, parameter = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0{0,3})?\s*", parameter)
    return False
