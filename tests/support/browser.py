"""Somebody at a browser: signed in by cookie, with what the web app sends besides."""

from typing import Any

import httpx

from punchlist.services import passwords
from tests.support.backstage import Backstage, operator
from tests.support.client import Caller, expect

PASSWORD = "correct horse battery"
OWN_PAGE = {"x-punchlist-request": "1"}


def give_password(backstage: Backstage, workspace_id: int, user_id: str, password: str = PASSWORD) -> None:
    """Gives somebody a password, as the operator would."""
    backstage.run(passwords.set_password(backstage.db, operator(workspace_id), user_id, password))


def number_of(backstage: Backstage, workspace_id: int) -> int:
    """The number of a workspace."""
    number: int = backstage.value("SELECT number FROM workspaces WHERE id = $1", workspace_id)
    return number


class Browser(Caller):
    """A browser with a cookie of its own, which sends what a page of the server sends."""

    def __init__(self, http: httpx.Client, cookie: str | None) -> None:
        super().__init__(http, None)
        self.cookie = cookie

    @property
    def session_token(self) -> str:
        assert self.cookie is not None
        return self.cookie.partition("=")[2]

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Sends a request as the app's page does; `headers` add to that or, empty, take from it."""
        cookie = {} if self.cookie is None else {"cookie": self.cookie}
        headers = cookie | OWN_PAGE | dict(options.pop("headers", None) or {})
        kept = {name: value for name, value in headers.items() if value != ""}
        return super().send(method, path, body, headers=kept, **options)


def sign_in(
    http: httpx.Client, email: str, number: int | None, password: str = PASSWORD, **headers: str
) -> httpx.Response:
    """Sends the request of the sign-in page."""
    body = {"email": email, "password": password} | ({} if number is None else {"workspaceId": number})
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Caller(http, None).post("/session", body, headers=OWN_PAGE | sent)
    http.cookies.clear()  # the connections are everybody's
    return answer


def browser_of(http: httpx.Client, email: str, number: int, **headers: str) -> Browser:
    """A browser in which somebody is signed in."""
    answer = sign_in(http, email, number, **headers)
    expect(201, answer)
    return Browser(http, answer.headers["set-cookie"].partition(";")[0])
