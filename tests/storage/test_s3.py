"""What an S3-compatible store does beyond what every storage does: parts, outages, credentials."""

import logging
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from punchlist.domain.ids import new_id
from punchlist.domain.problems import Unavailable
from punchlist.settings import Settings, SettingsError, load
from punchlist.storage import storage_for
from punchlist.storage.directory import DirectoryStorage
from tests.storage.scenery import ACCESS_KEY, MIB, SECRET, kilobytes_grown_by, pieces, read, then, zeros


@pytest.fixture
async def with_settings(bucket):
    """Storages with other settings than the bucket's."""
    made = []

    def make(**fields):
        made.append(storage_for(msgspec.structs.replace(bucket.settings, **fields)))
        return made[-1]

    yield make
    for storage in made:
        await storage.close()


def unused_address() -> str:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return f"http://127.0.0.1:{server.server_address[1]}"


async def test_a_store_out_of_reach_is_unavailable(with_settings):
    storage = with_settings(s3_endpoint=unused_address())
    for work in (
        lambda: storage.write(new_id(), pieces(b"x")),
        lambda: storage.write(new_id(), zeros(9 * MIB)),
        lambda: storage.open(new_id()),
        lambda: storage.delete(new_id()),
    ):
        with pytest.raises(Unavailable):
            await work()


async def test_a_store_that_cannot_serve_is_unavailable(with_settings):
    class Busy(BaseHTTPRequestHandler):
        def do_GET(self):
            body = b"<Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error>"
            self.send_response(503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        storage = with_settings(s3_endpoint=f"http://127.0.0.1:{server.server_address[1]}")
        with pytest.raises(Unavailable, match="SlowDown"):
            await storage.open(new_id())
        server.shutdown()


async def test_a_store_that_dies_in_the_middle_is_unavailable(with_settings):
    mortal = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    mortal.start()
    host, port = mortal.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET,
    )  # fmt: skip
    client.create_bucket(Bucket="mortal")
    storage = with_settings(storage_url="s3://mortal", s3_endpoint=endpoint)

    async def dying():
        async for chunk in then(zeros(9 * MIB), mortal.stop):
            yield chunk
        yield bytes(9 * MIB)

    with pytest.raises(Unavailable):
        await storage.write(new_id(), dying())


async def test_a_bucket_that_is_not_there_is_no_passing_outage(with_settings):
    storage = with_settings(storage_url="s3://nobodys-bucket")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        await storage.write(new_id(), pieces(b"x"))


async def test_the_parts_that_a_crash_left_go_with_their_key(bucket):
    keys = new_id(), new_id()
    for key in keys:
        begun = bucket.client.create_multipart_upload(Bucket=bucket.name, Key=f"some/prefix/{key}")
        bucket.client.upload_part(
            Bucket=bucket.name, Key=f"some/prefix/{key}", UploadId=begun["UploadId"], PartNumber=1, Body=b"x"
        )
    await bucket.storage.delete(keys[0])
    assert bucket.names() == [f"{keys[1]}.part"]


@pytest.mark.parametrize(("path", "prefix"), [("", ""), ("/", ""), ("/a", "a/"), ("/a/b/", "a/b/")])
async def test_content_stands_below_the_prefix(bucket, with_settings, path, prefix):
    key = new_id()
    storage = with_settings(storage_url=f"s3://{bucket.name}{path}")
    await storage.write(key, pieces(b"x"))
    (found,) = bucket.client.list_objects_v2(Bucket=bucket.name)["Contents"]
    assert found["Key"] == prefix + key


async def test_credentials_may_stand_where_amazons_tools_look_for_them(bucket, with_settings, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    storage, key = with_settings(s3_access_key_id=None, s3_secret_access_key=None), new_id()
    await storage.write(key, pieces(b"x"))
    assert await read(storage, key) == b"x"


async def test_the_secret_is_in_no_complaint_and_no_representation(with_settings):
    storage = with_settings(s3_endpoint=unused_address())
    with pytest.raises(Unavailable) as caught:
        await storage.open(new_id())
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r} {storage!r}"
    with pytest.raises(SettingsError) as wrong:
        load(environ={"PUNCHLIST_S3_SECRET_ACCESS_KEY": "", "PUNCHLIST_S3_ACCESS_KEY_ID": SECRET})
    assert SECRET not in str(wrong.value)


async def test_neither_the_secret_nor_content_is_logged_at_any_level(bucket, caplog):
    caplog.set_level(logging.DEBUG)
    for word in (b"confidential", b"confidential" * MIB):
        key = new_id()
        await bucket.storage.write(key, pieces(word))
        await read(bucket.storage, key)
        await bucket.storage.delete(key)
    told = "".join(f"{record.name} {record.getMessage()}" for record in caplog.records)
    assert SECRET not in told
    assert "confidential" not in told


@pytest.mark.parametrize("given", [{"s3_access_key_id": "a"}, {"s3_secret_access_key": "b"}])
def test_half_of_the_credentials_is_a_mistake(given):
    with pytest.raises(SettingsError, match="go together"):
        storage_for(Settings(storage_url="s3://bucket", **given))


@pytest.mark.parametrize(
    "url", ["s3://", "s3://B", "https://x", "s3://bucket/a?b", "s3://me:secret@bucket", "s3://bucket/ü", ""]
)
def test_what_names_no_bucket_is_a_mistake(url):
    with pytest.raises(SettingsError, match="s3://bucket/prefix"):
        load(environ={"PUNCHLIST_STORAGE_URL": url})


def test_without_a_store_content_is_in_the_data_directory(tmp_path):
    storage = storage_for(Settings(data_dir=Path(tmp_path)))
    assert isinstance(storage, DirectoryStorage)
    assert list(tmp_path.iterdir()) == []


def test_without_the_client_the_complaint_says_what_to_install():
    script = """
import sys
sys.modules["aiobotocore"] = None
from punchlist.settings import Settings, SettingsError
from punchlist.storage import storage_for
try:
    storage_for(Settings(storage_url="s3://bucket"))
except SettingsError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert "install punchlist[s3]" in done.stdout


def test_without_a_store_its_client_is_not_imported():
    script = """
import sys
from punchlist.settings import Settings
from punchlist.storage import storage_for
storage_for(Settings())
print(sys.modules.keys() & {"aiobotocore", "botocore", "aiohttp"})
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_content_is_not_held_in_memory(bucket):
    assert kilobytes_grown_by(bucket.settings) < 40_000  # a part, and the copies made of it on its way
