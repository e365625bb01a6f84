"""The headers under which content goes out: as a download, whatever it is."""

import unicodedata
from urllib.parse import quote

# RFC 8187's attr-char, less what quote() keeps anyway.
_PLAIN = "!#$&+^`|"


def download_headers(name: str, media_type: str, size: int) -> dict[str, str]:
    """The headers of content that a browser saves, and neither shows, runs, nor guesses the type of."""
    return {
        "content-type": media_type,
        "content-length": str(size),
        "content-disposition": content_disposition(name),
        "x-content-type-options": "nosniff",
        # For a browser that shows it all the same: nothing in it may run, or load anything.
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, no-cache",
    }


def content_disposition(name: str) -> str:
    """The header that has content saved under a name (RFC 6266): in ASCII for old clients, and as it is."""
    flat = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join("_" if letter in '"\\%/' or not letter.isprintable() else letter for letter in flat)
    shown = f'attachment; filename="{plain.strip() or "file"}"'
    return (
        shown if plain == name else f"{shown}; filename*=UTF-8''{quote(name, safe=_PLAIN, errors='replace')}"
    )
