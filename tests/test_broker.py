"""The file spool: whole messages, each had once, by many readers and writers at the same time."""

import multiprocessing
import os
import time
from pathlib import Path

import pytest
from kombu import Connection

from stretchhub import broker

broker.register()


@pytest.fixture
def spool(tmp_path):
    with Connection(
        "spool://localhost/", transport_options={"data_folder": str(tmp_path), "polling_interval": 0.1}
    ) as found:
        yield found


def messages_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("queues/*/[!.]*.msg"))


def drain(spool: Connection, queue: str = "work") -> list[object]:
    with spool.SimpleQueue(queue) as simple:
        found = []
        while True:
            try:
                message = simple.get(block=False)
            except simple.Empty:
                return found
            message.ack()
            found.append(message.payload)


def put(spool: Connection, *payloads: object, queue: str = "work") -> None:
    with spool.SimpleQueue(queue) as simple:
        for payload in payloads:
            simple.put(payload)


def test_messages_come_out_in_the_order_they_went_in(spool):
    put(spool, 1, 2, 3)

    assert drain(spool) == [1, 2, 3]
    assert drain(spool) == []


def test_queues_do_not_mix(spool):
    put(spool, "a", queue="one")
    put(spool, "b", queue="two")

    assert drain(spool, "two") == ["b"]
    assert drain(spool, "one") == ["a"]


def test_a_message_is_never_seen_half_written(spool, tmp_path, monkeypatch):
    seen_while_writing = []
    real = os.fsync

    def look(descriptor):
        seen_while_writing.append(messages_in(tmp_path))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    put(spool, "whole")

    assert seen_while_writing == [[]]
    assert drain(spool) == ["whole"]


def test_a_file_that_cannot_be_read_is_put_aside_and_the_next_one_comes(spool, tmp_path):
    put(spool, "good")
    folder = messages_in(tmp_path)[0].parent
    (folder / "00000000000000000000_empty.msg").write_text("")

    assert drain(spool) == ["good"]
    assert len(list(folder.glob(".*.unreadable"))) == 1


def test_a_message_not_acknowledged_comes_back_when_its_reader_ends(tmp_path):
    options = {"data_folder": str(tmp_path)}
    with Connection("spool://localhost/", transport_options=options) as writer:
        put(writer, "important")
    with Connection("spool://localhost/", transport_options=options) as reader, reader.SimpleQueue("work") as simple:
        simple.get(block=False)

    with Connection("spool://localhost/", transport_options=options) as reader:
        assert drain(reader) == ["important"]


def test_purge_empties_the_queue_and_says_how_many(spool, tmp_path):
    put(spool, 1, 2, 3)

    with spool.channel() as channel:
        assert channel._size("work") == 3
        assert channel._purge("work") == 3
    assert messages_in(tmp_path) == []


def test_a_spool_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(OSError),
        Connection(
            "spool://localhost/", transport_options={"data_folder": str(tmp_path / "file" / "spool")}
        ) as connection,
    ):
        connection.channel()


def write_many(folder: str, first: int, count: int) -> None:
    with Connection("spool://localhost/", transport_options={"data_folder": folder}) as connection:
        put(connection, *range(first, first + count))


def read_on(folder: str, found: multiprocessing.Queue) -> None:
    with Connection("spool://localhost/", transport_options={"data_folder": folder}) as connection:
        while True:
            for payload in drain(connection):
                found.put(payload)
            time.sleep(0.01)


def test_two_writers_and_three_readers_lose_and_double_nothing(tmp_path):
    context = multiprocessing.get_context("fork")
    found = context.Queue()
    writers = [context.Process(target=write_many, args=(str(tmp_path), part * 150, 150)) for part in range(2)]
    readers = [context.Process(target=read_on, args=(str(tmp_path), found)) for _ in range(3)]
    for process in writers + readers:
        process.daemon = True
        process.start()

    try:
        payloads = [found.get(timeout=30) for _ in range(300)]
    finally:
        for process in writers + readers:
            process.kill()
            process.join()

    assert sorted(payloads) == list(range(300))
    assert messages_in(tmp_path) == []
