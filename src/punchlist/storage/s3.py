"""Content in a store that speaks S3: Amazon's, or MinIO, Ceph, Garage and others like them.

Short content goes in one request. Longer content goes in parts, one at a time, of which the store makes
an object only when the last has come; what fails on the way is aborted, and what a crash leaves behind is
aborted with the removal of its key.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from punchlist.domain import ids
from punchlist.domain.problems import Unavailable
from punchlist.settings import Settings, SettingsError
from punchlist.storage.content import ContentLost, Intake, Stored
from punchlist.storage.finishing import to_its_end

try:
    from aiobotocore.config import AioConfig
    from aiobotocore.session import get_session
    from aiohttp import ClientError as LostConnection
    from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
    from botocore.exceptions import ConnectionError as NoConnection
except ImportError as error:
    raise SettingsError(
        "The setting storage_url names an S3-compatible store, whose client is not installed; "
        f"install punchlist[s3] (there is no {error.name})."
    ) from error

_OUT_OF_REACH = (
    NoConnection,
    LostConnection,
    HTTPClientError,
    IncompleteReadError,
    TimeoutError,
    ConnectionError,
)

_log = logging.getLogger("punchlist.storage")

_PART = 5_242_880  # bytes; the least that S3 takes, for a part is what an upload holds in memory
_BLOCK = 262_144
_CONNECT_SECONDS = 5.0
_READ_SECONDS = 60.0

# Not every store has these requests, and not every key may make them: then such leftovers are the store's
# own to end, by a rule on the bucket.
_CANNOT_LOOK = frozenset({"AccessDenied", "MethodNotAllowed", "NotImplemented"})


def s3_storage(settings: Settings) -> "S3Storage":
    """The storage that `storage_url` names; raises SettingsError where its settings do not fit together."""
    if (settings.s3_access_key_id is None) != (settings.s3_secret_access_key is None):
        raise SettingsError("The settings s3_access_key_id and s3_secret_access_key go together.")
    for client in ("aiobotocore", "botocore"):
        # At the level "debug" they would log whole requests, and with them the content of files.
        logging.getLogger(client).setLevel(logging.WARNING)
    url = urlsplit(settings.storage_url or "")
    prefix = url.path.strip("/")
    config = AioConfig(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"total_max_attempts": 3, "mode": "standard"},
        # Stores other than Amazon's often have one name for all buckets, and no checksums of the new kind.
        s3={"addressing_style": "auto" if settings.s3_endpoint is None else "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return S3Storage(
        bucket=url.netloc,
        prefix=f"{prefix}/" if prefix else "",
        client={
            "endpoint_url": settings.s3_endpoint,
            "region_name": settings.s3_region,
            "aws_access_key_id": settings.s3_access_key_id,
            "aws_secret_access_key": settings.s3_secret_access_key,
            "config": config,
        },
    )


class S3Storage:
    """A storage in a bucket, below a prefix. It connects when the first content comes or is asked for."""

    def __init__(self, *, bucket: str, prefix: str, client: dict[str, Any]) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._wanted = client
        self._connecting = asyncio.Lock()
        self._open = AsyncExitStack()
        self._client: Any = None

    async def write(self, key: str, chunks: AsyncIterator[bytes]) -> Stored:
        intake = Intake(chunks)
        client, place = await self._connected(), self._place(key)
        block = await intake.take(_PART)
        if intake.ended:
            with _as_unavailable():
                await client.put_object(**place, Body=block)
        else:
            await self._write_parts(client, place, block, intake)
        return intake.measured()

    async def open(self, key: str) -> "_Reading":
        client = await self._connected()
        with _as_unavailable():
            try:
                answer = await client.get_object(**self._place(key))
            except client.exceptions.NoSuchKey as error:
                raise ContentLost(key) from error
        return _Reading(answer["Body"])

    async def delete(self, key: str) -> None:
        client, place = await self._connected(), self._place(key)
        with _as_unavailable():
            await client.delete_object(**place)
            for upload_id in await _unfinished(client, place):
                await client.abort_multipart_upload(**place, UploadId=upload_id)

    async def close(self) -> None:
        self._client = None
        await self._open.aclose()

    def _place(self, key: str) -> dict[str, str]:
        if not ids.is_id(key):
            raise ValueError("not a key of content")
        return {"Bucket": self._bucket, "Key": self._prefix + key}

    async def _connected(self) -> Any:
        async with self._connecting:
            if self._client is None:
                session = get_session()
                # The description of S3 is a large file; read here, it would hold up every other request.
                loader = session.get_component("data_loader")
                await asyncio.to_thread(loader.load_service_model, "s3", "service-2")
                self._client = await self._open.enter_async_context(
                    session.create_client("s3", **self._wanted)
                )
        return self._client

    async def _write_parts(self, client: Any, place: dict[str, str], block: bytes, intake: Intake) -> None:
        with _as_unavailable():
            upload_id = (await client.create_multipart_upload(**place))["UploadId"]
        upload = place | {"UploadId": upload_id}
        parts: list[dict[str, Any]] = []
        try:
            while block:
                number = len(parts) + 1
                with _as_unavailable():
                    answer = await client.upload_part(**upload, PartNumber=number, Body=block)
                parts.append({"PartNumber": number, "ETag": answer["ETag"]})
                block = b"" if intake.ended else await intake.take(_PART)
            with _as_unavailable():
                await client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
        except BaseException:
            await to_its_end(_abort(client, upload))
            raise


class _Reading:
    """Content on its way out, a block at a time."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def __aiter__(self) -> "_Reading":
        return self

    async def __anext__(self) -> bytes:
        with _as_unavailable():
            block: bytes = await self._body.read(_BLOCK)
        if block:
            return block
        await self.aclose()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self._body.close()


async def _abort(client: Any, upload: dict[str, str]) -> None:
    """Lets go of the parts of an upload. Where that fails too, the removal of the key does it later."""
    try:
        await client.abort_multipart_upload(**upload)
    except Exception as error:
        _log.warning("an unfinished upload could not be aborted: %s", error)


async def _unfinished(client: Any, place: dict[str, str]) -> list[str]:
    """The uploads of a key that were begun and never ended."""
    try:
        answer = await client.list_multipart_uploads(Bucket=place["Bucket"], Prefix=place["Key"])
    except ClientError as error:
        if _code(error) in _CANNOT_LOOK:
            return []
        raise
    return [each["UploadId"] for each in answer.get("Uploads", ()) if each["Key"] == place["Key"]]


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """A store that cannot be reached, or says that it cannot serve just now, is Unavailable."""
    try:
        yield
    except _OUT_OF_REACH as error:
        raise Unavailable(f"the store of contents is out of reach: {error}") from error
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise Unavailable(f"the store of contents cannot serve: {_code(error)}") from error
        raise


def _code(error: ClientError) -> str:
    return str(error.response["Error"].get("Code"))
