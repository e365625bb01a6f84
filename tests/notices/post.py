"""Real local servers that notices are sent to: one that takes mail, and one that takes what Apprise posts."""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Message = EmailMessage


class PostOffice:
    """What a mail server got; `answers` are what it says to the next messages in place of taking them."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.answers: list[str] = []
        self.refuses: str | None = None
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.refuses is not None:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.raw.append(envelope.content)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return "250 OK"

    def authenticate(self, _server, _session, _envelope, _mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"open sesame", handled=False)

    @property
    def messages(self) -> list[Message]:
        """The messages, read."""
        found: list[Any] = [BytesParser(policy=default).parsebytes(raw) for raw in self.raw]
        return found


@contextlib.contextmanager
def post_office(context: ssl.SSLContext | None = None, how: str = "none") -> Iterator[tuple[PostOffice, int]]:
    """Runs a mail server for the block: what it gets, and its port."""
    office = PostOffice()
    loop = asyncio.new_event_loop()

    def speaks() -> SMTP:
        return SMTP(
            office,
            enable_SMTPUTF8=True,
            tls_context=context if how == "starttls" else None,
            authenticator=office.authenticate,
            auth_require_tls=False,
            loop=loop,
        )

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = loop.create_server(speaks, "127.0.0.1", 0, ssl=context if how == "tls" else None)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
    try:
        yield office, server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def certificate(directory: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of this machine's own making, as a file, and what a server needs of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = directory / "public.pem", directory / "private.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


class Receiver:
    """What a web server was sent, by path; `answers` are the statuses that it gives by path, else 200."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, int] = {}
        self.location = ""

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.bodies]


@contextlib.contextmanager
def receiver() -> Iterator[tuple[Receiver, int]]:
    """Runs a web server for the block: what it gets, and its port."""
    got = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"] or 0))
            got.bodies.append((self.path, json.loads(body or b"{}")))
            status = got.answers.get(self.path, 200)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", got.location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield got, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
