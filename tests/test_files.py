from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bridge.errors import InputError
from bridge.files import write_atomically


def test_a_file_is_written_and_written_over(tmp_path: Path) -> None:
    path = tmp_path / "out.mid"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path], "nothing temporary is left"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_it_is_as_readable_as_any_other_file(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    write_atomically(tmp_path / "ours", b"")
    assert os.stat(tmp_path / "ours").st_mode == os.stat(plain).st_mode


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot write .*nowhere.*out\.mid: "):
        write_atomically(tmp_path / "nowhere" / "out.mid", b"")


def test_what_cannot_be_replaced_stays_and_nothing_is_left_behind(tmp_path: Path) -> None:
    folder = tmp_path / "out.mid"
    folder.mkdir()
    (folder / "inside").write_text("kept")
    with pytest.raises(InputError, match="cannot write"):
        write_atomically(folder, b"data")
    assert (folder / "inside").read_text() == "kept"
    assert list(tmp_path.iterdir()) == [folder]
