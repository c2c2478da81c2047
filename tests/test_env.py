"""Settings from the environment, and the one clock."""

import os
import re
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from multiprocessing import Queue, get_context
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from stretchhub import env
from stretchhub.postgres import address


def test_a_setting_can_be_a_file_so_that_secrets_stay_out_of_the_environment(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("WHATEVER_FILE", str(tmp_path / "secret"))

    assert env.text("WHATEVER") == "from the file"


def test_a_setting_given_directly_wins_over_its_file(tmp_path, monkeypatch):
    monkeypatch.setenv("WHATEVER", "direct")
    monkeypatch.setenv("WHATEVER_FILE", str(tmp_path / "missing"))

    assert env.text("WHATEVER") == "direct"


def test_a_missing_secret_file_is_named(monkeypatch):
    monkeypatch.setenv("WHATEVER_FILE", "/nowhere/secret")

    with pytest.raises(ImproperlyConfigured, match="WHATEVER_FILE cannot be read.*nowhere"):
        env.text("WHATEVER")


@pytest.mark.parametrize(("word", "means"), [("1", True), ("Yes", True), ("0", False), ("off", False), ("", False)])
def test_flags_are_words_people_write(word, means, monkeypatch):
    monkeypatch.setenv("WHATEVER", word)

    assert env.flag("WHATEVER") is means


def test_a_number_that_is_none_is_named(monkeypatch):
    monkeypatch.setenv("PORT", "http")

    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number"):
        env.number("PORT", 8000)


@pytest.mark.parametrize(
    ("site", "local"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1", True),
        ("http://[::1]:9000", True),
        ("https://localhost", False),
        ("http://localhost.example.org", False),
        ("https://stretchhub.example.org", False),
    ],
)
def test_only_http_on_this_machine_is_local(site, local):
    assert env.is_local(site) is local


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)

    first = env.secret_key(tmp_path)

    assert env.secret_key(tmp_path) == first
    assert len(first) >= 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(ImproperlyConfigured, match="DATA_DIR cannot be made.*file/var"):
        env.data_dir(tmp_path / "file" / "var")


def test_a_folder_that_is_made_is_for_its_owner_alone_whatever_is_usual_here(tmp_path):
    usual = os.umask(0o000)
    try:
        made = env.data_dir(tmp_path / "above" / "var")
    finally:
        os.umask(usual)

    assert stat.filemode(made.stat().st_mode) == "drwx------"


def look_at_read_only_folder(folder: str, said: Queue) -> None:
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    try:
        env.data_dir(Path(folder))
    except ImproperlyConfigured as error:
        said.put(str(error))
    else:
        said.put("")


def test_a_read_only_folder_is_named():
    context = get_context("fork")
    said = context.Queue()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o555)
        process = context.Process(target=look_at_read_only_folder, args=(folder, said))
        process.start()

        assert said.get(timeout=10) == f"DATA_DIR cannot be written to: {folder}"
        process.join(10)


def test_without_an_address_the_database_is_sqlite_with_one_writer_at_a_time(tmp_path):
    found = env.database("", tmp_path)

    assert found["NAME"] == tmp_path / "stretchhub.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


def test_a_postgresql_address_is_taken_apart(tmp_path):
    found = env.database("postgresql://hub:p%40ss@db.example:6543/stretch?sslmode=require", tmp_path)

    assert found["ENGINE"] == "stretchhub.postgres"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6543", "stretch")
    assert (found["USER"], found["PASSWORD"]) == ("hub", "p@ss")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (3600, True)
    assert "pool" not in found["OPTIONS"]
    assert found["OPTIONS"]["prepare_threshold"] == 1
    assert found["OPTIONS"]["options"] == "-c plan_cache_mode=force_generic_plan"


def test_behind_a_pooler_no_statement_is_prepared(tmp_path):
    found = env.database("postgresql://db.example/stretch?prepare_threshold=0", tmp_path)

    assert found["OPTIONS"]["prepare_threshold"] is None
    assert "options" not in found["OPTIONS"]


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host", "just words"])
def test_another_kind_of_database_is_refused_with_an_example(url, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="postgresql://user:password@host"):
        env.database(url, tmp_path)


@pytest.mark.parametrize(
    ("url", "hosts", "ports"),
    [
        ("postgresql://hub:p@one:5433,two:5434/stretch", "one,two", "5433,5434"),
        ("postgres://hub:p@one,two:5434/stretch", "one,two", "5432,5434"),
        ("postgresql://one,two/stretch", "one,two", "5432,5432"),
        ("postgresql://one,two/stretch?port=6432", "one,two", "6432,6432"),
        ("postgresql://hub:p@[::1]:5433,[fe80::2],ten.example/stretch", "::1,fe80::2,ten.example", "5433,5432,5432"),
        ("postgresql:///stretch?host=/run/one,/run/two&port=5433,5434", "/run/one,/run/two", "5433,5434"),
        ("postgresql://hub:p@/stretch?host=one,two&port=5433", "one,two", "5433,5433"),
    ],
)
def test_of_several_servers_the_one_that_takes_writes_is_looked_for(url, hosts, ports, tmp_path):
    found = env.database(url, tmp_path)

    assert (found["HOST"], found["PORT"], found["NAME"]) == (hosts, ports, "stretch")
    options = found["OPTIONS"]
    assert options["target_session_attrs"] == "read-write"
    assert (options["connect_timeout"], options["tcp_user_timeout"]) == (3, 10_000)
    assert [options[f"keepalives_{name}"] for name in ("idle", "interval", "count")] == [5, 2, 3]


def test_what_the_address_says_of_several_servers_wins(tmp_path):
    url = "postgresql://one,two/stretch?target_session_attrs=primary&connect_timeout=8&tcp_user_timeout=0"

    options = env.database(url, tmp_path)["OPTIONS"]

    assert (options["target_session_attrs"], options["connect_timeout"], options["tcp_user_timeout"]) == (
        "primary", "8", "0",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://one/stretch", "one", ""),
        ("postgresql://one/stretch?port=6432", "one", "6432"),
        ("postgresql://hub:p@ss@one:6432/stretch/", "one", "6432"),
        ("postgresql:///stretch", "", ""),
        ("postgresql:///stretch?host=%2Frun%2Fpostgresql", "/run/postgresql", ""),
        ("postgresql://%2Frun%2Fpostgresql/stretch", "/run/postgresql", ""),
        ("postgresql://[::1]:6432/stretch", "::1", "6432"),
    ],
)
def test_of_one_server_nothing_is_asked_but_what_the_address_says(url, host, port, tmp_path):
    found = env.database(url, tmp_path)

    assert (found["HOST"], found["PORT"], found["NAME"]) == (host, port, "stretch")
    assert set(found["OPTIONS"]) == {"connect_timeout", "options", "prepare_threshold"}


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ("one:5432,two:zwei/hub", "the port of host 2 must be a number from 1 to 65535"),
        ("one:70000/hub", "the port of host 1 must be a number from 1 to 65535"),
        ("one:0,two/hub", "the port of host 1 must be a number from 1 to 65535"),
        ("one,,two/hub", "between two commas a host is missing"),
        ("one,/hub", "between two commas a host is missing"),
        ("one,::2:5432/hub", "host 2 is no host with a port; an IPv6 address stands in [ ]"),
        ("one,two,three/hub?port=1,2", "names 3 hosts and 2 ports"),
        ("one,two/hub?target_session_attrs=any", "must be read-write or primary, as StretchHub writes; it is “any”"),
        ("one/hub?target_session_attrs=standby", "must be read-write or primary or any, as StretchHub writes"),
        ("one/hub?prepare_threshold=few", "prepare_threshold must be a whole number, not “few”"),
    ],
)
def test_an_address_that_cannot_be_read_says_what_is_wrong_with_it(rest, says, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="^DATABASE_URL") as told:
        env.database(f"postgresql://hub:geheim@{rest}", tmp_path)

    assert says in str(told.value)
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize("variable", ["DATABASE_URL", "DATABASE_REPLICA_URL"])
@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ("hub:ge/heim@one/hub", "write a / in the password as %2F, or put the password into DATABASE_PASSWORD"),
        ("hub:12/heim@one/hub", "write a / in the password as %2F"),
        ("hub:12/a?heim@one/hub", "write a / in the password as %2F"),
        ("hub:12/a#heim@one/hub", "write a / in the password as %2F"),
        ("hub:1@heim/2@one/hub", "write a / in the password as %2F"),
        ("hub:geheim%40one/hub", "the port of host 1 must be a number from 1 to 65535"),
        ("hub:geheim/hub", "the port of host 1 must be a number from 1 to 65535"),
        ("hub:ge:heim/hub", "host 1 is no host with a port"),
        ("hub:ge?heim@one/hub", "must look like postgresql://user:password@host:5432/name"),
        ("hub:ge#heim@one/hub", "must look like postgresql://user:password@host:5432/name"),
    ],
)
def test_a_password_that_cuts_the_address_is_neither_told_nor_taken_for_a_host(variable, rest, says, tmp_path):
    url = f"postgresql://{rest}"

    with pytest.raises(ImproperlyConfigured, match=f"^{variable}") as told:
        env.database(url, tmp_path) if variable == "DATABASE_URL" else env.replica(url, "postgresql://one/hub")

    assert says in str(told.value)
    assert not re.search("ge|heim|12", str(told.value).replace("from 1 to", ""))


def test_what_the_address_escapes_is_no_cut(tmp_path):
    found = env.database("postgresql://hub:ge%2Fheim%3F%23@one/st%40tch?application_name=a%40b", tmp_path)

    assert (found["HOST"], found["PASSWORD"], found["NAME"]) == ("one", "ge/heim?#", "st@tch")
    assert found["OPTIONS"]["application_name"] == "a@b"


def test_one_address_that_moves_is_given_up_as_soon_as_one_of_several(tmp_path):
    options = env.database("postgresql://one/stretch?target_session_attrs=read-write", tmp_path)["OPTIONS"]

    assert {name: options[name] for name in address.SEVERAL} == address.SEVERAL


def test_a_replica_is_a_standby_to_which_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "from the file")

    found = env.replica("postgresql://hub@two:5433/stretch", "postgresql://hub@one/stretch")

    assert (found["HOST"], found["PORT"], found["NAME"], found["PASSWORD"]) == (
        "two",
        "5433",
        "stretch",
        "from the file",
    )
    options = found["OPTIONS"]
    assert (options["target_session_attrs"], options["connect_timeout"]) == ("standby", 2)
    assert options["options"].endswith(
        " -c default_transaction_read_only=on -c lock_timeout=2000 -c statement_timeout=2000"
    )
    assert options["application_name"] == "stretchhub-replica"
    assert found["TEST"] == {"MIRROR": "default"}


def test_a_replica_behind_a_pooler_is_given_no_limit_that_an_export_could_not_lift():
    found = env.replica("postgresql://two/hub?prepare_threshold=0&options=-c%20work_mem%3D8MB", "postgresql://one/hub")

    assert found["OPTIONS"]["options"] == "-c work_mem=8MB -c default_transaction_read_only=on"


def test_a_replica_needs_a_database_that_it_can_follow():
    with pytest.raises(ImproperlyConfigured, match="DATABASE_REPLICA_URL needs DATABASE_URL: SQLite has no standby"):
        env.replica("postgresql://hub@two/stretch", "")


@pytest.mark.parametrize(
    "url", ["mysql://two/hub", "postgresql://two:zwei/hub", "postgresql://two/hub?prepare_threshold=x"]
)
def test_what_is_wrong_with_the_replicas_address_names_it(url):
    with pytest.raises(ImproperlyConfigured, match="^DATABASE_REPLICA_URL"):
        env.replica(url, "postgresql://one/hub")


@pytest.mark.parametrize(
    ("url", "port", "ssl", "starttls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp://mail.example?tls=starttls", 587, False, True),
        ("smtp://mail.example:2525?tls=1", 2525, False, True),
        ("smtp://mail.example?tls=ssl", 465, True, False),
        ("smtps://mail.example", 465, True, False),
        ("smtp://mail.example?tls=none", 25, False, False),
    ],
)
def test_mail_goes_by_smtp_as_the_address_says(url, port, ssl, starttls):
    found = env.email(url, Path("/tmp"))

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", port)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, starttls)


def test_the_password_of_the_mail_server_may_hold_any_character():
    found = env.email("smtp://hub%40example.org:p%3Ass@mail.example", Path("/tmp"))

    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("hub@example.org", "p:ss")


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://mail.example?tls=maybe"])
def test_a_mail_address_that_cannot_be_meant_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        env.email(url, Path("/tmp"))


def test_without_an_address_mail_is_kept_as_files(tmp_path):
    assert env.email("", tmp_path)["EMAIL_FILE_PATH"] == tmp_path / "mail"


def test_the_clock_is_shifted_by_the_file_that_only_tests_name(settings, tmp_path):
    settings.CLOCK_FILE = tmp_path / "clock"
    real = datetime.now(UTC)
    assert abs(env.now() - real) < timedelta(seconds=5)

    settings.CLOCK_FILE.write_text(str(40 * 86400))

    assert abs(env.now() - real - timedelta(days=40)) < timedelta(seconds=5)


def test_the_real_settings_name_no_clock_file(settings):
    del settings.CLOCK_FILE

    assert abs(env.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_today_is_the_local_date(settings, monkeypatch):
    monkeypatch.setattr(env, "now", lambda: datetime(2026, 11, 22, 11, 30, tzinfo=UTC))

    assert env.today("Pacific/Kiritimati").isoformat() == "2026-11-23"
    assert env.today("Europe/London").isoformat() == "2026-11-22"
    assert env.today("Pacific/Pago_Pago").isoformat() == "2026-11-22"


# --- where files are kept ------------------------------------------------------------------------

BUCKET = {
    "endpoint_url": "https://s3.example.org:9000",
    "bucket_name": "files",
    "location": "",
    "region_name": None,
    "addressing_style": None,
    "access_key": "key",
    "secret_key": "s/e+cret",
}


def test_without_an_address_files_are_kept_in_a_folder_that_nobody_else_enters(tmp_path):
    found = env.files("", tmp_path)

    assert found["BACKEND"] == "stretchhub.storage.WholeFiles"
    assert found["OPTIONS"] == {
        "location": tmp_path, "base_url": None, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("s3://key:s%2Fe+cret@s3.example.org:9000/files", {}),
        ("s3://key@s3.example.org:9000/files", {}),
        ("s3://key@s3.example.org:9000/files?region=eu-central-1&tls=yes", {"region_name": "eu-central-1"}),
        ("s3://key@s3.example.org:9000/files/our/own/", {"location": "our/own"}),
        (
            "s3://key@127.0.0.1:9000/files?tls=no&addressing=path",
            {"endpoint_url": "http://127.0.0.1:9000", "addressing_style": "path"},
        ),
    ],
)
def test_with_one_they_are_kept_in_a_bucket(url, more, monkeypatch, tmp_path):
    monkeypatch.setenv("FILES_SECRET", "s/e+cret")

    assert env.files(url, tmp_path) == {"BACKEND": "stretchhub.objects.Objects", "OPTIONS": BUCKET | more}


def test_another_storage_has_a_part_of_the_bucket_to_itself(tmp_path):
    def kept(path: str) -> str:
        url = f"s3://key:secret@s3.example.org/{path}"
        return env.files(url, tmp_path, beneath="imports")["OPTIONS"]["location"]

    assert (kept("files"), kept("files/our/own")) == ("imports", "our/own/imports")


def test_where_the_machine_itself_is_known_to_the_bucket_no_key_is_named(tmp_path):
    found = env.files("s3://s3.example.org:9000/files", tmp_path)

    assert found["OPTIONS"] == BUCKET | {"access_key": None, "secret_key": None}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://key:secret@s3.example.org/files", "FILES_URL must look like s3://KEY:SECRET@endpoint"),
        ("s3://key:secret@s3.example.org", "FILES_URL must look like"),
        ("s3:///files", "FILES_URL must look like"),
        (
            "s3://key:sec/ret@s3.example.org/files",
            "write a / in the secret as %2F, ? as %3F and # as %23, or put the secret",
        ),
        ("s3://key:sec/r?et@s3.example.org/files", "write a / in the secret as %2F, ? as %3F"),
        ("s3://key:sec/r#et@s3.example.org/files", "write a / in the secret as %2F, ? as %3F"),
        ("s3://key@s3.example.org/files", "FILES_URL names the key, and it or FILES_SECRET the secret"),
        ("s3://key:secret@s3.example.org/files?acl=public", "knows region, addressing and tls, not “acl”"),
        ("s3://key:secret@s3.example.org/files?tls=maybe", "addressing must be path or virtual, and tls yes or no"),
        ("s3://key:secret@s3.example.org/files?addressing=x", "addressing must be path or virtual"),
    ],
)
def test_an_address_that_is_none_says_what_to_do_and_no_secret(url, says, tmp_path):
    with pytest.raises(ImproperlyConfigured, match=re.escape(says)) as error:
        env.files(url, tmp_path)

    assert "sec" not in str(error.value).replace("secret", "").replace("SECRET", "")


def test_without_its_packages_it_says_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setattr(env, "find_spec", lambda name: None)

    with pytest.raises(ImproperlyConfigured, match="pip install --require-hashes -r requirements-s3.txt"):
        env.files("s3://key:secret@s3.example.org/files", tmp_path)
