from __future__ import annotations

import base64
import json
import socket
import traceback
from collections.abc import Iterator

import boto3
import env_support
import migrate_remote_handler as far_side
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

SECRET = "s3cret/p@ss:w%rd"
URL = "postgresql://app:s3cret%2Fp%40ss%3Aw%25rd@db.internal:5432/app"


def never(service: str, name: str) -> str:
    raise AssertionError(f"{service} was asked for {name}")


def refused(environ: dict[str, str], fetch=never) -> far_side.Refusal:
    with pytest.raises(far_side.Refusal) as caught:
        far_side.resolve_database_url(environ, fetch)
    refusal = caught.value
    assert refusal.error["code"] == "configuration_error"
    told = json.dumps(refusal.error) + "".join(traceback.format_exception(refusal))
    assert "s3cret" not in told
    assert "Nothing was done." in refusal.error["message"]
    assert refusal.error["hint"]
    return refusal


SOURCES = [
    {"DbConnStr": "postgresql://a@1/d"},
    {"DATABASE_URL": "postgresql://a@2/d"},
    {"SST_RESOURCE_DbConnStr": json.dumps({"type": "sst.sst.Secret", "value": "postgresql://a@3/d"})},
    {"SST_RESOURCES_JSON": json.dumps({"DatabaseUrl": {"value": "postgresql://a@4/d"}})},
    {"DATABASE_SECRET_ARN": "five"},
    {"DATABASE_SECRET_ID": "six"},
    {"DATABASE_URL_PARAMETER": "seven"},
]


def fetch_number(service: str, name: str) -> str:
    number = {"five": 5, "six": 6, "seven": 7}[name]
    assert service == ("ssm" if number == 7 else "secretsmanager")
    return f"postgresql://a@{number}/d"


@pytest.mark.parametrize("first", range(len(SOURCES)))
def test_the_first_source_that_is_set_wins(first: int) -> None:
    environ = {name: value for source in SOURCES[first:] for name, value in source.items()}
    assert far_side.resolve_database_url(environ, fetch_number) == f"postgresql://a@{first + 1}/d"


def test_a_blank_variable_is_not_set() -> None:
    environ = {"DbConnStr": " ", "DATABASE_URL": "", "DATABASE_SECRET_ARN": "five"}
    assert far_side.resolve_database_url(environ, fetch_number) == "postgresql://a@5/d"


def test_no_source_names_them_all() -> None:
    hint = refused({}).error["hint"]
    for name in ("DbConnStr", "DATABASE_URL", "DATABASE_SECRET_ARN", "DATABASE_URL_PARAMETER"):
        assert name in hint


def test_a_source_that_cannot_be_read_is_not_passed_over() -> None:
    def denied(service: str, name: str) -> str:
        raise far_side.FetchError("AccessDeniedException")

    refusal = refused({"DATABASE_SECRET_ARN": "five", "DATABASE_URL_PARAMETER": "seven"}, denied)
    assert "DATABASE_SECRET_ARN" in refusal.error["message"]
    assert "AccessDeniedException" in refusal.error["message"]
    assert "secretsmanager:GetSecretValue" in refusal.error["hint"]


RDS = {
    "username": "app",
    "password": SECRET,
    "host": "db.internal",
    "port": 5432,
    "dbname": "app",
    "engine": "postgres",
}


def from_secret(value: object, **environ: str) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return far_side.resolve_database_url({"DATABASE_SECRET_ARN": "it", **environ}, lambda service, name: text)


def test_an_rds_secret_becomes_a_url() -> None:
    assert from_secret(RDS) == URL
    assert far_side.driver_url(from_secret(RDS), {}).password == SECRET


def test_a_managed_secret_is_completed_by_the_environment() -> None:
    managed = {"username": "app", "password": SECRET}
    there = {"PGHOST": "db.internal", "PGPORT": "5432", "PGDATABASE": "app"}
    assert from_secret(managed, **there) == URL
    assert from_secret({**RDS, "dbname": "other"}, **there).endswith("/other")
    assert from_secret(managed, **there, PGSSLMODE="verify-full").endswith("?sslmode=verify-full")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"username": "app", "password": SECRET, "dbname": "app"}, "names no host"),
        ({"username": "app", "password": SECRET, "host": "h"}, "names no database"),
        ({"password": SECRET, "host": "h", "dbname": "app"}, "names no username"),
        ({**RDS, "engine": "mysql"}, "not PostgreSQL"),
        ({**RDS, "host": ["s3cret"]}, "neither text nor a number"),
        ('{"password": "s3cret', "begins like JSON"),
        ("  ", "is empty"),
    ],
)
def test_a_secret_that_is_none_is_refused_without_being_shown(value: object, words: str) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    assert words in refused({"DATABASE_SECRET_ID": "it"}, lambda service, name: text).error["message"]


@pytest.mark.parametrize(
    "value", [URL, json.dumps(URL), {"url": URL}, {"DbConnStr": URL}, {"DATABASE_URL": URL, **RDS}]
)
def test_a_url_may_be_wrapped(value: object) -> None:
    assert from_secret(value) == URL


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)


@given(user=text, password=text, database=text, port=st.integers(1, 65_535))
def test_what_is_in_a_secret_arrives_at_the_driver(user: str, password: str, database: str, port: int) -> None:
    value = {"username": user, "password": password, "host": "db.internal", "port": port, "dbname": database}
    url = far_side.driver_url(from_secret(value), {})
    assert (url.username, url.password, url.database, url.port) == (user, password, database, port)
    assert url.host == "db.internal"


@given(st.text(max_size=200))
def test_no_text_is_answered_by_anything_but_a_url_or_a_refusal(value: str) -> None:
    try:
        far_side.driver_url(value, {})
    except far_side.Refusal as refusal:
        assert refusal.error["code"] == "configuration_error"


def test_sst_links_in_its_encrypted_file(tmp_path) -> None:
    key = bytes(range(32))
    links = {"App": {"name": "saas", "stage": "dev"}, "DbConnStr": {"type": "sst.sst.Secret", "value": URL}}
    path = tmp_path / "resource.enc"
    path.write_bytes(AESGCM(key).encrypt(bytes(12), json.dumps(links).encode(), None))
    environ = {"SST_KEY": base64.b64encode(key).decode(), "SST_KEY_FILE": str(path)}
    assert far_side.resolve_database_url(environ, never) == URL
    refusal = refused({**environ, "SST_KEY": base64.b64encode(bytes(32)).decode()})
    assert "SST_KEY_FILE" in refusal.error["message"]


def test_an_sst_key_without_a_file_links_nothing() -> None:
    environ = {"SST_KEY": "AAAA", "SST_KEY_FILE": "/nowhere/resource.enc", "DATABASE_SECRET_ID": "six"}
    assert far_side.resolve_database_url(environ, fetch_number) == "postgresql://a@6/d"


def test_an_sst_variable_that_is_no_json_is_refused() -> None:
    assert "SST_RESOURCE_DbConnStr" in refused({"SST_RESOURCE_DbConnStr": "s3cret"}).error["message"]


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    with env_support.moto() as endpoint:
        yield endpoint


@pytest.fixture
def environ(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**env_support.AWS, "AWS_ENDPOINT_URL": aws}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("environ")
class TestAws:
    def test_secrets_manager_is_asked_anew_each_time(self) -> None:
        client = boto3.client("secretsmanager")
        arn = client.create_secret(Name="rotated", SecretString=json.dumps(RDS))["ARN"]
        environ = {"DATABASE_SECRET_ARN": arn}
        assert far_side.resolve_database_url(environ) == URL
        client.put_secret_value(SecretId=arn, SecretString=json.dumps({**RDS, "password": "new"}))
        assert far_side.driver_url(far_side.resolve_database_url(environ), {}).password == "new"

    def test_a_binary_secret_by_its_name(self) -> None:
        boto3.client("secretsmanager").create_secret(Name="binary", SecretBinary=URL.encode())
        assert far_side.resolve_database_url({"DATABASE_SECRET_ID": "binary"}) == URL

    def test_an_arn_brings_its_own_region(self, monkeypatch: pytest.MonkeyPatch) -> None:
        arn = boto3.client("secretsmanager", "us-west-2").create_secret(Name="far", SecretString=URL)["ARN"]
        assert ":us-west-2:" in arn
        monkeypatch.delenv("AWS_DEFAULT_REGION")
        monkeypatch.delenv("AWS_REGION")
        assert far_side.resolve_database_url({"DATABASE_SECRET_ARN": arn}) == URL

    def test_an_ssm_parameter_is_deciphered(self) -> None:
        name = "/sst/saas/dev/Secret/DbConnStr/value"
        boto3.client("ssm").put_parameter(Name=name, Value=URL, Type="SecureString")
        assert far_side.resolve_database_url({"DATABASE_URL_PARAMETER": name}) == URL

    def test_what_does_not_exist_is_named_by_its_variable(self) -> None:
        secret = refused({"DATABASE_SECRET_ARN": "absent"}, None).error
        assert "DATABASE_SECRET_ARN" in secret["message"] and "ResourceNotFoundException" in secret["message"]
        parameter = refused({"DATABASE_URL_PARAMETER": "/absent"}, None).error
        assert "ParameterNotFound" in parameter["message"] and "ssm:GetParameter" in parameter["hint"]


def test_an_aws_out_of_reach_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for name, value in {**env_support.AWS, "AWS_ENDPOINT_URL": endpoint}.items():
            monkeypatch.setenv(name, value)
        error = refused({"DATABASE_SECRET_ARN": "it"}, None).error
    assert "EndpointConnectionError" in error["message"]
    assert "interface endpoint" in error["hint"]
