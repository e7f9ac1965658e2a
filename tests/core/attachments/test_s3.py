"""Contents in an S3-compatible store, over the wire: a server of moto on this machine."""

import hashlib

import boto3
import pytest
from moto.server import ThreadedMotoServer

from groupware.attachments.storage.keeping import Vault
from groupware.attachments.storage.s3 import S3Backend
from groupware.config import load
from groupware.crypto import new_key

CONTENT = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(9000))
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def backend(endpoint, monkeypatch, request):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "ap-northeast-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    bucket = hashlib.sha256(request.node.name.encode()).hexdigest()[:20]
    client = boto3.client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    yield S3Backend.connected(endpoint, bucket, "city/")
    client.close()


@pytest.mark.parametrize("is_sealed", [False, True], ids=["plain", "sealed"])
def test_content_is_kept_read_in_ranges_and_erased(backend, tmp_path, is_sealed):
    keys = [new_key(tmp_path / "key")] if is_sealed else []
    vault = Vault(tmp_path / "files", keys, backend)
    vault.add("part", 0, CONTENT)
    assert vault.assemble("part", len(CONTENT)) == DIGEST
    address = vault.keep("part", DIGEST)
    vault.keep("part", DIGEST)
    assert [found for found, _ in backend.addresses()] == [address]
    for start in (0, 70_000, len(CONTENT) - 5, len(CONTENT)):
        with vault.open(address, DIGEST) as content:
            content.seek(start)
            assert content.read(1000) == CONTENT[start : start + 1000]
    with vault.as_path(address, DIGEST, len(CONTENT)) as path:
        assert path.read_bytes() == CONTENT
    assert vault.plain_path(address, len(CONTENT)) is None
    backend.remove(address)
    assert not backend.has(address)
    with pytest.raises(FileNotFoundError):
        vault.open(address, DIGEST)


def test_objects_of_others_in_the_bucket_are_not_ours(backend, tmp_path):
    backend._client.put_object(Bucket=backend._bucket, Key="city/readme.txt", Body=b"theirs")
    backend._client.put_object(Bucket=backend._bucket, Key="other/aa/bb/" + "a" * 64, Body=b"theirs")
    previews = Vault(tmp_path, [], S3Backend(backend._client, backend._bucket, "city/previews/"))
    previews.store(b"picture", hashlib.sha256(b"name").hexdigest())
    assert list(backend.addresses()) == []
    assert len(list(previews.backend.addresses())) == 1


def test_installation_with_a_bucket_sends_and_fetches_files_there(make_app, endpoint, backend, monkeypatch):
    app = make_app(files_s3_bucket=backend._bucket, files_s3_endpoint=endpoint, files_s3_prefix="city/")
    vault = app.extensions["groupware_files"]
    address = vault.store(b"abc", hashlib.sha256(b"abc").hexdigest())
    assert backend.has(address)
    assert load(None, {"GROUPWARE_FILES_S3_BUCKET": "b"}).files_s3_bucket == "b"
