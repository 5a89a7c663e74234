"""Every check of the doctor, well and ill."""

from __future__ import annotations

import importlib.metadata
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bridge import cli
from bridge.commands import doctor
from bridge.errors import InputError
from bridge.model.accompanist import Part, Request
from bridge.protocol.codec import encode
from bridge.protocol.messages import Refusal, Welcome

ROOT = Path(__file__).resolve().parent.parent


class Silent:
    """An accompanist that plays nothing."""

    name = "silent"
    used_controls: frozenset[str] = frozenset()
    part_names = ("piano",)
    style_names = ("auto",)

    def accompany(self, request: Request) -> tuple[Part, ...]:
        return (Part("piano"),)


class Broken(Silent):
    def accompany(self, request: Request) -> tuple[Part, ...]:
        raise ZeroDivisionError("nothing to divide")


@pytest.mark.parametrize(
    ("version", "verdict"),
    [((3, 9, 18), "FAIL"), ((3, 10, 0), "PASS"), ((3, 13, 5), "PASS"), ((3, 14, 0), "WARN"), ((4, 0, 0), "WARN")],
)
def test_python(version: tuple[int, ...], verdict: str) -> None:
    check = doctor.check_python(version)
    assert (check.verdict, bool(check.advice)) == (verdict, verdict != "PASS")


def test_the_packages_are_those_of_pyproject() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = text[text.index("dependencies = [") : text.index("]", text.index("dependencies = ["))]
    wanted = dict(re.findall(r'"([\w-]+)>=([\d.]+)', listed))
    wanted.pop("tomli")  # for Python 3.10 alone
    assert wanted == {name: entry[1] for name, entry in doctor.PACKAGES.items()}


def test_a_package_that_is_there() -> None:
    assert doctor.check_package("numpy", "numpy", "1.26", "").verdict == "PASS"
    assert doctor.check_package("x", "x", "1.9", "", lambda _: "1.10.2rc1", lambda _: None).verdict == "PASS"


def test_a_package_that_is_missing() -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    check = doctor.check_package("mido", "mido", "1.3", "", missing)
    assert (check.verdict, check.found) == ("FAIL", "not installed")
    assert "pip install" in check.advice


def test_a_package_that_can_be_spared_is_no_failure() -> None:
    check = doctor.check_package("soundfile", "soundfile", "0.13", "only sound files need it", lambda _: "0.12")
    assert check.verdict == "WARN"
    assert check.advice.startswith("only sound files need it; type: ")


def test_a_package_that_is_too_old() -> None:
    check = doctor.check_package("mido", "mido", "1.3", "", lambda _: "1.2.10")
    assert (check.verdict, check.found) == ("FAIL", "1.2.10, older than 1.3")


def test_a_package_that_cannot_be_imported() -> None:
    def broken(name: str) -> object:
        raise ImportError("DLL load failed")

    check = doctor.check_package("mido", "mido", "1.3", "", lambda _: "1.3.3", broken)
    assert check.verdict == "FAIL"
    assert "DLL load failed" in check.found
    assert "--force-reinstall" in check.advice


def test_a_model_that_plays() -> None:
    model, bar = doctor.check_model("silent", lambda _: Silent())
    assert (model.verdict, bar.verdict) == ("PASS", "PASS")


@pytest.mark.parametrize("error", [InputError("no model is called 'x'"), ValueError("bad magic")])
def test_a_model_that_cannot_be_loaded(error: Exception) -> None:
    def refuse(name: str) -> Silent:
        raise error

    [check] = doctor.check_model("x", refuse)
    assert check.verdict == "FAIL"
    assert str(error.args[0]) in check.found
    assert check.advice


def test_a_model_that_breaks_when_it_plays() -> None:
    check = doctor.check_bar(Broken())
    assert check.verdict == "FAIL"
    assert "nothing to divide" in check.found


@pytest.mark.parametrize(("took_ms", "verdict"), [(10, "PASS"), (200, "WARN"), (900, "FAIL")])
def test_the_time_of_a_bar(took_ms: float, verdict: str) -> None:
    moments_s = iter(range(1000))
    check = doctor.check_bar(Silent(), clock=lambda: next(moments_s) * took_ms / 1000)
    assert check.verdict == verdict
    assert check.found.startswith(f"{took_ms:.1f} ms")
    assert bool(check.advice) is (verdict != "PASS")


@pytest.fixture
def taken() -> socket.socket:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((doctor.HOST, 0))
        yield sock


def test_a_free_port(taken: socket.socket) -> None:
    port = taken.getsockname()[1]
    taken.close()
    assert doctor.check_port(port).found == "free"


def test_a_port_that_somebody_else_has(taken: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ANSWER_S", 0.05)
    monkeypatch.setattr(doctor.greeted, "__defaults__", (0.05,))
    check = doctor.check_port(taken.getsockname()[1])
    assert check.verdict == "FAIL"
    assert check.found.startswith("taken by")
    assert "obbligato serve --port" in check.advice


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Welcome(1, "doctor", "0.9", "chords", 1, 0), "version 0.9, model chords, ready"),
        (Welcome(1, "doctor", "0.9", "chords", 0, 0), "still loading"),
        (Refusal("", -1, "bad-token", "not the token"), "refuses: not the token (bad-token)"),
    ],
)
def test_a_port_with_a_bridge(
    taken: socket.socket, monkeypatch: pytest.MonkeyPatch, reply: Welcome | Refusal, said: str
) -> None:
    monkeypatch.setattr(doctor, "greeted", lambda port: reply)
    check = doctor.check_port(taken.getsockname()[1])
    assert check.verdict == "PASS"
    assert said in check.found


def test_who_greets_hears_the_answer_and_passes_over_noise(taken: socket.socket) -> None:
    """The other end is a socket of ours: noise first, then a welcome, both waiting before anybody looks."""

    class Meddling(socket.socket):
        def sendto(self, packet: bytes, address: tuple[str, int]) -> int:  # type: ignore[override]
            taken.sendto(b"noise", self.getsockname())
            taken.sendto(encode(Welcome(1, "doctor", "0.9", "chords", 1, 0)), self.getsockname())
            return super().sendto(packet, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", Meddling)
        assert doctor.greeted(taken.getsockname()[1]) == Welcome(1, "doctor", "0.9", "chords", 1, 0)


def test_loopback() -> None:
    assert doctor.check_loopback().verdict == "PASS"


@pytest.mark.parametrize(("deaf_to", "said"), [(1, "to the bridge"), (2, "back to the client")])
def test_loopback_through_a_firewall(deaf_to: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ANSWER_S", 0.05)
    sent = []

    def carry(sock: socket.socket, packet: bytes, address: tuple[str, int]) -> None:
        sent.append(packet)
        if len(sent) != deaf_to:
            sock.sendto(packet, address)

    check = doctor.check_loopback(carry)
    assert (check.verdict, check.found) == ("FAIL", f"no packet comes {said}")
    assert "firewall" in check.advice


def test_loopback_that_changes_packets() -> None:
    check = doctor.check_loopback(lambda sock, packet, address: sock.sendto(packet[:100], address))
    assert (check.verdict, check.found) == ("FAIL", "a packet came to the bridge changed")


def test_files(tmp_path: Path) -> None:
    assert doctor.check_writable(tmp_path / "demo").verdict == "PASS"
    check = doctor.check_writable(tmp_path / "missing" / "demo")
    assert check.verdict == "FAIL"
    assert "--out" in check.advice


def test_the_table_says_what_to_do_under_what_failed() -> None:
    checks = [doctor.Check("Python", "PASS", "3.11.7"), doctor.Check("mido", "FAIL", "not installed", "install it")]
    assert doctor.table(checks)[1:] == [
        "  Python  PASS  3.11.7",
        "  mido    FAIL  not installed",
        "                -> install it",
    ]


def test_exit_codes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "check_model", lambda name: [doctor.Check("model", "PASS", name)])
    monkeypatch.setattr(doctor, "check_port", lambda port: doctor.Check("port", "PASS", "free"))
    assert cli.main(["doctor", "--out", str(tmp_path)]) == 0
    assert "nothing failed" in capsys.readouterr().out
    assert cli.main(["doctor", "--out", str(tmp_path / "a" / "b")]) == 1
    assert "1 of 13 checks failed" in capsys.readouterr().out
    assert cli.main(["doctor", "--port", "99999"]) == 2


def test_without_its_packages_the_doctor_still_speaks() -> None:
    """As on a machine where the installation went wrong: nothing outside the standard library can be imported."""
    blocked = (
        "import sys; sys.modules.update(dict.fromkeys({}, None));"
        "from bridge.cli import main; sys.exit(main(['doctor']))"
    )
    modules = [entry[0] for entry in doctor.PACKAGES.values()]
    done = subprocess.run(
        [sys.executable, "-c", blocked.format(modules)], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.count("cannot be imported") == len(modules)
    assert "mend the packages first" in done.stdout
