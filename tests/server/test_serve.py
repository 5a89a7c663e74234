"""The command: starting, stopping, the options, and what is said when it cannot start. Real processes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bridge.cli import main
from bridge.errors import InputError
from bridge.protocol import messages as m
from bridge.server.config import Config, merged
from bridge.server.ports import holder, is_loopback, listen
from tests.server.clients import PATIENCE_S, UdpClient

Serve = Callable[..., "tuple[subprocess.Popen[str], UdpClient]"]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts `obbligato serve` on a free port; gives the process and a client of it."""
    processes: list[subprocess.Popen[str]] = []

    def started(*options: str) -> tuple[subprocess.Popen[str], UdpClient]:
        command = [sys.executable, "-m", "bridge.cli", "serve", "--port", "0", "--workers", "1", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(
            r"obbligato \S+ listens on 127\.0\.0\.1:(\d+) \(OSC over UDP and TCP\), model (\S+)\n", line
        )
        assert found, line + process.communicate()[1]
        where = SimpleNamespace(host="127.0.0.1", port=int(found[1]))
        return process, UdpClient(where, "song")  # type: ignore[arg-type]

    yield started
    for process in processes:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def children(pid: int) -> list[int]:
    """The processes that a process started (field 4 of stat, after the name in brackets)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def all_end(pids: list[int]) -> bool:
    deadline_s = time.monotonic() + PATIENCE_S
    while any(map(is_running, pids)) and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return not any(map(is_running, pids))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_it_with_a_bye_and_leaves_nothing_behind(serve: Serve, number: str) -> None:
    process, client = serve("--model", "chords")
    client.hello()
    assert client.ask().bar == 0
    pids = children(process.pid)
    process.send_signal(getattr(signal, number))
    assert client.hear(m.Bye) == m.Bye("song")
    assert process.wait(PATIENCE_S) == 0
    assert all_end(pids)
    assert process.stderr is not None
    log = process.stderr.read()
    assert re.search(r"session song bar 0: 4 notes in, \d+ out, [\d.]+ ms, (in time|late)", log)
    assert "Traceback" not in log
    client.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")
def test_workers_do_not_outlive_a_server_that_is_killed(serve: Serve) -> None:
    process, client = serve("--model", "chords")
    pids = children(process.pid)
    assert pids
    process.kill()
    assert all_end(pids)
    client.close()


def test_a_port_that_is_taken_is_named_with_what_to_type(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    process, client = serve("--model", "chords")
    port = client._bridge[1]
    assert main(["serve", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert f"port {port} on 127.0.0.1 is taken by" in said
    assert f"obbligato serve --port {port + 10 if port < 65000 else 7780}" in said
    if sys.platform.startswith("linux"):
        assert f"process {process.pid} (" in said
        assert holder(port).startswith(str(process.pid))
    client.close()


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_port_that_is_taken_for_one_transport_is_taken(kind: int) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            other.listen()
        with pytest.raises(InputError, match="is taken by"):
            listen("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "without a token"),
        (["--host", "no.such.host.invalid"], "no host is called"),
        (["--model", "nobody"], "no model is called 'nobody': there are onehot"),
        (["--port", "70000"], r"port 70000 is outside 0\.\.65535"),
        (["--max-sessions", "0"], r"max-sessions 0 is outside"),
        (["--workers", "0"], r"workers 0 is outside"),
        (["--config", "nowhere.toml"], "cannot read nowhere.toml"),
    ],
)
def test_what_cannot_be_started_is_said_and_the_exit_code_is_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *arguments]) == 2
    assert re.search(says, capsys.readouterr().err)


def test_a_folder_that_cannot_be_recorded_into_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["serve", "--record", str(tmp_path / "file" / "inside")]) == 2
    assert "cannot record into" in capsys.readouterr().err


def test_the_command_line_wins_over_the_file_and_the_file_over_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "stage.toml"
    file.write_text('port = 9000\ntoken = "sesame"\nmax-sessions = 3\nrecord = "tapes"\nlog-level = "debug"\n')
    config = merged({"port": 9100, "model": None}, file)
    assert config == Config(port=9100, token="sesame", max_sessions=3, record=tmp_path / "tapes", log_level="debug")
    assert merged({}, None) == Config()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prot = 9000", "'prot' is no option: there are host, port, token"),
        ('port = "9000"', "port wants a whole number, not '9000'"),
        ("port = true", "port wants a whole number, not True"),
        ("token = 5", "token wants text"),
        ("port = ", "is not TOML"),
        ('log-level = "loud"', "log-level 'loud' is not one of debug"),
    ],
)
def test_a_config_file_that_is_wrong_is_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "stage.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=says):
        merged({}, file)


def test_a_config_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "stage.toml"
    file.write_bytes(b"\xef\xbb\xbfport = 9000\r\n")
    assert merged({}, file) == Config(port=9000)


def test_loopback_is_what_only_this_machine_can_reach() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("localhost")
    assert not is_loopback("0.0.0.0")


@pytest.mark.skipif(not os.path.exists("/proc/net/udp"), reason="asks Linux")
def test_the_server_itself_needs_no_numpy() -> None:
    code = "import sys, bridge.server.app, bridge.commands.serve; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
