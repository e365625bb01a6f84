"""E-mail: a notification as a message, and its way to the mail server."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from punchlist.domain.notice_texts import headline, message
from punchlist.settings import Settings
from punchlist.store.notification_deliveries import Outgoing
from punchlist.worker.channels import ChannelError

_SECONDS = 30.0


async def send(settings: Settings, outgoing: Outgoing) -> None:
    """Hands a message to the mail server; raises ChannelError where it does not take it."""
    import aiosmtplib

    if settings.smtp_host is None:
        raise ChannelError("there is no mail server any more", final=True)
    try:
        await aiosmtplib.send(
            compose(settings, outgoing),
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=settings.smtp_password,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            timeout=_SECONDS,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [refused.code for refused in error.recipients]
        raise ChannelError("the address is refused", final=all(code >= 500 for code in codes)) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise ChannelError(f"the mail server does not take it: {type(error).__name__}") from error


def compose(settings: Settings, outgoing: Outgoing) -> EmailMessage:
    """The message of a notification. It is the same to the byte whenever it is made, its id included, so
    that one that is sent twice, because a worker died in between, is known as one."""
    notification = outgoing.notification
    composed = EmailMessage(policy=SMTP)
    composed["From"] = settings.mail_from
    composed["To"] = _address(outgoing)
    composed["Subject"] = headline(notification)
    composed["Date"] = format_datetime(notification.created_at)
    composed["Message-ID"] = f"<{notification.id.lower()}@{_domain(settings)}>"
    composed["Auto-Submitted"] = "auto-generated"
    composed.set_content(message(notification, settings.public_url))
    return composed


def _address(outgoing: Outgoing) -> Address:
    name = " ".join("".join(each if each.isprintable() else " " for each in outgoing.name).split())
    user, _, domain = outgoing.email.rpartition("@")
    try:
        return Address(name, user, domain)
    except ValueError as error:  # one that the server took, and that no message can be addressed to
        raise ChannelError("the address cannot stand in a message", final=True) from error


def _domain(settings: Settings) -> str:
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    return domain if re.fullmatch(r"[A-Za-z0-9.-]+", domain) else "punchlist.invalid"
