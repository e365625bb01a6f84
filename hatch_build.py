"""Builds the web app when Punchlist is built or installed, so that wheel and editable install have it."""

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebAppHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `scripts/build_web.py` before files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's form)
        """Builds the app. A wheel without it would be half of Punchlist; an editable install may lack it.

        A developer without a registry of npm packages still gets a server: what it lacks, it says at `/`.
        """
        if os.environ.get("WITHOUT_WEB_APP"):
            return
        web = _script(Path(self.root) / "scripts" / "build_web.py")
        try:
            web.build()
        except web.BuildError as error:
            if version != "editable":
                raise
            print(f"punchlist: installed without its web app: {error}", file=sys.stderr)  # noqa: T201


def _script(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("build_web", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
