"""A change from its creation to its completion, through the Arena PLM REST API and nothing else.

    arena_session.py URL EMAIL PASSWORD MEMBER_EMAIL MEMBER_PASSWORD [CATEGORY]

EMAIL may complete changes of the category; MEMBER_EMAIL belongs to a user group that changes' tasks can be
given to. It needs Python alone, and says what it does, line by line. Against another server, only the URL
differs.
"""

import json
import sys
import urllib.error
import urllib.request
from typing import Any

OPEN = ("NOT_STARTED", "IN_PROGRESS", "BEHIND")


class ArenaError(Exception):
    """What the server refused: the entries of its envelope."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(f"{each['code']}: {each['message']}" for each in errors))
        self.status = status
        self.codes = [each["code"] for each in errors]


class Arena:
    """A session of one user."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self._url = url
        self._session = ""
        self.workspace = self.send("POST", "/login", {"email": email, "password": password})
        self._session = self.workspace["arenaSessionId"]

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Sends a request and returns what its answer holds; raises ArenaError if it is refused."""
        request = urllib.request.Request(  # noqa: S310  # whose URL it is, is up to who calls
            self._url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "arena_session_id": self._session},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                content = answer.read()
        except urllib.error.HTTPError as refused:
            problem = json.loads(refused.read())
            raise ArenaError(problem["status"], problem["errors"]) from None
        return json.loads(content) if content else None

    def every(self, path: str, limit: int = 100) -> list[Any]:
        """All results of a list, page by page."""
        found: list[Any] = []
        while True:
            page = self.send("GET", f"{path}?limit={limit}&offset={len(found)}")
            found += page["results"]
            if page["count"] < limit:
                return found

    def log_out(self) -> None:
        """Ends the session."""
        self.send("PUT", "/logout")


def run(url: str, lead: tuple[str, str], member: tuple[str, str], category_name: str) -> None:
    """Takes a change of a category from its creation to its completion, and says each step."""
    arena = Arena(url, *lead)
    say(f"Logged in to {arena.workspace['workspaceName']} ({arena.workspace['workspaceId']})")

    categories = arena.every("/settings/changes/categories")
    category = next(each for each in categories if each["name"] == category_name)
    templates = arena.every(f"/settings/changes/categories/{category['guid']}/implementationtemplates")
    say(f"Found {category['path']} with {len(templates)} templates")

    body = {"title": "A hinge of steel", "category": {"guid": category["guid"]}}
    change = arena.send("POST", "/changes", body)
    tasks = f"/changes/{change['guid']}/implementationtasks"
    made = arena.every(tasks)
    if [task["name"] for task in made] != [template["name"] for template in templates]:
        raise SystemExit("The change's tasks are not those of its category's templates")
    say(f"Created {change['number']}, with its {len(made)} tasks")

    group = group_of(arena, member[0])
    body = {
        "name": "Commit changes to archive",
        "assignee": {"userGroup": {"guid": group["guid"], "name": group["name"]}},
        "dueDate": "2035-03-07T08:00:00Z",
        "status": "NOT_STARTED",
    }
    added = arena.send("POST", tasks, body)
    say(f"Added {added['name']!r} and gave it to {group['name']}")

    colleague = Arena(url, *member)
    done = colleague.send("PUT", f"{tasks}/{added['guid']}", {"status": "DONE"})
    colleague.log_out()
    say(f"{member[0]} has marked it {done['status']}")

    answer = move(arena, change, "SUBMITTED")
    say(f"Submitted: it is {answer['status']}")

    *others, last = [task for task in arena.every(tasks) if task["status"] in OPEN]
    for task in others:
        arena.send("PUT", f"{tasks}/{task['guid']}", {"status": "NOT_APPLICABLE"})
    try:
        move(arena, change, "COMPLETED")
    except ArenaError as refused:
        if refused.codes != [4998]:
            raise
        say(f"Not complete yet: {refused}")
    else:
        raise SystemExit("It was completed while a task was open")
    arena.send("PUT", f"{tasks}/{last['guid']}", {"status": "DONE"})

    answer = move(arena, change, "COMPLETED", implementationStatus={"value": "DONE"})
    say(f"The last task is done: it is {answer['status']}")
    answer = move(arena, change, "EFFECTIVE")
    say(f"Un-completed: it is {answer['status']}")
    arena.log_out()
    say("Logged out")


def move(arena: Arena, change: dict[str, Any], status: str, **along: Any) -> Any:
    """Asks a change to become something."""
    body = {"change": {"guid": change["guid"]}, "status": status} | along
    return arena.send("POST", "/changes/statuschanges", body)


def group_of(arena: Arena, email: str) -> Any:
    """A group that changes' tasks can be given to and that somebody belongs to."""
    for group in arena.every("/settings/usergroups"):
        if "CHANGES" in group["assignability"]:
            members = arena.every(f"/settings/usergroups/{group['guid']}/users")
            if any(each["email"] == email for each in members):
                return group
    raise SystemExit(f"{email} belongs to no group that changes' tasks can be given to")


def say(line: str) -> None:
    """Tells what happened."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    if len(sys.argv) not in (6, 7):
        raise SystemExit(__doc__)
    url, email, password, member_email, member_password, *category = sys.argv[1:]
    run(
        url.rstrip("/"),
        (email, password),
        (member_email, member_password),
        *(category or ["Engineering Change Order"]),
    )
