"""Writes the web app's types of the API from the server's OpenAPI document, for its type checker."""

import subprocess
import sys
from pathlib import Path

from punchlist.api.openapi import encoded

WEB = Path(__file__).resolve().parent.parent / "web"


def main() -> int:
    """Writes the document and has openapi-typescript make types of it, unless it is the one that is there."""
    document, types = WEB / "openapi.json", WEB / "src" / "api" / "schema.d.ts"
    wanted = encoded()
    if types.is_file() and document.is_file() and document.read_bytes() == wanted:
        return 0
    document.write_bytes(wanted)
    command = ["npx", "--no-install", "openapi-typescript", document.name, "-o", str(types.relative_to(WEB))]
    return subprocess.run(command, cwd=WEB, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
