"""Both storages, on what they are for: a directory, and a local server that speaks S3."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from punchlist.settings import Settings
from punchlist.storage import storage_for
from tests.storage.scenery import ACCESS_KEY, SECRET, Bucket, Folder

_numbers = count(1)


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of a server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def s3_client(s3_endpoint: str) -> Any:
    """Amazon's own client of that server, to look at what is really there."""
    return boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET,
    )


@pytest.fixture
def folder(tmp_path) -> Folder:
    """A directory for content, not made yet."""
    return Folder(tmp_path / "data" / "files")


@pytest.fixture
async def bucket(s3_endpoint, s3_client):
    """A bucket with a storage below a prefix of it."""
    name = f"bucket-{next(_numbers)}"
    s3_client.create_bucket(Bucket=name)
    settings = Settings(
        storage_url=f"s3://{name}/some/prefix",
        s3_endpoint=s3_endpoint,
        s3_access_key_id=ACCESS_KEY,
        s3_secret_access_key=SECRET,
    )
    storage = storage_for(settings)
    yield Bucket(s3_client, name, settings, storage)
    await storage.close()


@pytest.fixture(params=["directory", "s3"])
def place(request):
    """Each of the two in turn."""
    return request.getfixturevalue({"directory": "folder", "s3": "bucket"}[request.param])
