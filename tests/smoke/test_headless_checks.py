"""The checks that depend on what a package brings along."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from bindtool.smoke.headless_checks import encodings, sounds


def write_sound(path: Path) -> None:
    """Write a tenth of a second of silence."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))


def test_the_encodings() -> None:
    """What tells encodings is there and works."""
    assert encodings() == "cp949"


def test_without_sounds(tmp_path: Path) -> None:
    """It is said, and is no failure."""
    assert sounds(tmp_path) == "no sounds"
    assert sounds(tmp_path / "missing") == "no sounds"


def test_sounds_that_can_be_read(tmp_path: Path) -> None:
    """Each is read by what plays it, and named; one that is none is a failure."""
    player = pytest.importorskip("miniaudio", reason="what plays sounds is not among the locked libraries")
    write_sound(tmp_path / "added.wav")
    write_sound(tmp_path / "refused.wav")
    assert sounds(tmp_path) == "added, refused"
    (tmp_path / "bounce.wav").write_bytes(b"not a sound")
    with pytest.raises(player.DecodeError):
        sounds(tmp_path)
