"""What the build of the web app makes: how much a browser loads before it shows anything, and from where."""

import gzip
import json
import re
from pathlib import Path

from punchlist.api.web_app import STATIC
from tests.architecture.source import ROOT

WEB = ROOT / "web"

# Compressed bytes of script and style: a second on a slow phone's connection (3 Mbit/s) or less.
FIRST_LOAD_MAX = 300_000


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def needed_at_first() -> set[Path]:
    """The page's scripts with all that they import outright, and its style sheets."""
    page = (STATIC / "index.html").read_text("utf-8")
    waiting = [STATIC / path for path in re.findall(r'(?:src|href)="/(assets/[^"]+\.(?:js|css))"', page)]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if path.suffix == ".js":
            text = path.read_text("utf-8")
            imported = re.findall(r"""(?:\bimport|\bfrom)\s*["'`]\./([^"'`]+\.js)["'`]""", text)
            waiting += [path.parent / name for name in imported]
    return found


def test_the_first_page_is_light():
    sizes = {path.name: compressed(path) for path in needed_at_first()}
    assert len(sizes) > 3
    assert sum(sizes.values()) <= FIRST_LOAD_MAX, sizes


def test_the_languages_that_are_not_spoken_are_not_loaded():
    assert not any(path.name.startswith("de-") for path in needed_at_first())


def test_what_is_installed_is_pinned_and_names_no_registry():
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 50
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry.get("integrity")] == []
    manifest = json.loads((WEB / "package.json").read_text("utf-8"))
    ranges = manifest["dependencies"] | manifest["devDependencies"]
    assert [name for name, wanted in ranges.items() if not re.fullmatch(r"[0-9.]+", wanted)] == []


def test_every_component_that_is_used_has_its_styles():
    sheets = (WEB / "src/app/mantine.css").read_text("utf-8")
    styled = set(re.findall(r"styles/(\w+)\.css", sheets))
    sources = [path.read_text("utf-8") for path in (WEB / "src").rglob("*.tsx")]
    groups = [
        group for text in sources for group in re.findall(r"import \{([^}]*)\} from '@mantine/core'", text)
    ]
    used = {name.strip().removeprefix("type ") for group in groups for name in group.split(",")}
    # Those that are made of others, and what draws nothing.
    bare = {"CopyButton", "MantineProvider", "createTheme", "useMantineColorScheme", ""}
    made_of = {"Select": "Combobox", "TagsInput": "PillsInput", "TextInput": "Input", "Textarea": "Input"}
    assert {made_of.get(name, name) for name in used - bare} - styled == set()
