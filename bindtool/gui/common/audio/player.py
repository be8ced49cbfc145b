"""Plays the cues on the computer's speakers, on every system, in its own thread."""

from __future__ import annotations

import atexit
import logging
import queue
import sys
import threading
import time
from array import array
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bindtool.gui.common.audio.cues import Cue
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

RATE = 44_100
"""Sample rate in Hz; mono, 16 bits."""

logger = logging.getLogger(__name__)

_PERIOD_MS = 30
"""Milliseconds: the device requests samples in periods of this length, a few in advance. Short enough that sound
and picture seem simultaneous.
"""

_REST_SECONDS = 20.0
"""The device is stopped after this many seconds without a cue: while it runs it takes power, and Python's lock in
every period.
"""

_TRY_AGAIN_SECONDS = 60.0
"""Seconds between attempts to open a device: a headset may be plugged in later; until then no cue waits for it."""

_LEAVING_SECONDS = 1.0
_CARDS = Path("/proc/asound/cards")


class SoundPlayer:
    """Plays one cue at a time. Opens no device and starts no thread before the first cue, or `warm_up`.

    Args:
        backends: names of miniaudio backends, such as "null"; by default those of this system.
        rest: seconds without a cue after which the device is stopped.
    """

    def __init__(self, backends: Sequence[str] = (), *, rest: float = _REST_SECONDS) -> None:
        self._backends = backends
        self._rest = rest
        self._queue: queue.SimpleQueue[Cue | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        # miniaudio ships no types.
        self._device: Any = None
        self._tried_at = -inf
        self._sounds: Mapping[Cue, array[int]] = {}
        self._sound = array("h")
        self._sounding = False
        self.ready = threading.Event()
        """Set once it is known whether this computer can play sound."""

    @property
    def backend(self) -> str:
        """The backend in use, by miniaudio's name for it; "" without one."""
        device = self._device
        return "" if device is None else str(device.backend)

    @property
    def running(self) -> bool:
        """Whether the device is requesting samples."""
        device = self._device
        return device is not None and bool(device.running)

    @property
    def sounding(self) -> bool:
        """Whether a cue is playing."""
        return self._sounding

    def warm_up(self) -> None:
        """Load the cues and open the device now, so that the first cue is as quick as the others."""
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._work, name="bindtool-sound", daemon=True)
            self._thread.start()
            # However the program ends: a device that requests samples during the interpreter's shutdown crashes it.
            atexit.register(self.close)

    def play(self, cue: Cue) -> None:
        """Start a cue and return at once; stops the cue that is playing."""
        self.warm_up()
        self._queue.put(cue)

    def close(self) -> None:
        """Close the device. A driver that hangs is abandoned."""
        self._closed = True
        atexit.unregister(self.close)
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join(_LEAVING_SECONDS)

    def _work(self) -> None:
        self._unless_it_fails(self._load)
        self._unless_it_fails(self._open)
        self.ready.set()
        while (cue := self._next()) is not None:
            if cue in self._sounds:
                # A copy, so that repeating a cue starts it from the beginning.
                self._sounding, self._sound = True, self._sounds[cue][:]
                self._unless_it_fails(self._start)
        self._lose_device()

    def _next(self) -> Cue | None:
        """Wait for the next cue; if several came while the device was being opened, return the newest. None at the
        end.
        """
        try:
            cue = self._queue.get(timeout=self._rest)
        except queue.Empty:
            if self.running:
                self._unless_it_fails(self._device.stop)
            cue = self._queue.get()
        while cue is not None:
            try:
                cue = self._queue.get_nowait()
            except queue.Empty:
                break
        return cue

    def _load(self) -> None:
        # Imported here: it costs 50 ms that the first painted window should not wait for.
        import miniaudio

        self._sounds = {
            cue: miniaudio.decode_file(str(asset("sounds", f"{cue}.wav")), nchannels=1, sample_rate=RATE).samples
            for cue in Cue
        }

    def _open(self) -> None:
        """Open the first backend that works."""
        import miniaudio

        self._tried_at = time.monotonic()
        names = self._backends or _ways_of_this_system(miniaudio)
        self._device = miniaudio.PlaybackDevice(
            nchannels=1,
            sample_rate=RATE,
            buffersize_msec=_PERIOD_MS,
            backends=[miniaudio.Backend[name.upper()] for name in names],
            app_name="bindtool",
        )

    def _start(self) -> None:
        """Start the device if it is stopped."""
        if self._device is None and time.monotonic() - self._tried_at >= _TRY_AGAIN_SECONDS:
            self._open()
        if self._device is not None and not self.running:
            feed = self._pieces()
            next(feed)
            self._device.start(feed)

    def _pieces(self) -> Generator[bytes, int, None]:
        """Yield samples for as many frames as requested, for ever; fewer at the end of a cue, none after it."""
        wanted = yield b""
        sound, at = array("h"), 0
        while True:
            if sound is not self._sound:
                sound, at = self._sound, 0
            piece = sound[at : at + wanted]
            at += wanted
            self._sounding = at < len(sound)
            wanted = yield piece.tobytes()

    def _unless_it_fails(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - whatever a driver raises, scanning goes on without sound
            logger.info("no sound: %s", error)
            # It may have been unplugged: a later cue looks for another.
            self._lose_device()

    def _lose_device(self) -> None:
        device, self._device, self._sounding = self._device, None, False
        if device is not None:
            device.close()


def _ways_of_this_system(miniaudio: Any) -> list[str]:
    """Return the backends to try here, best first.

    miniaudio falls back to a null device, which would pass for a sound card; and without a sound card ALSA writes
    many errors to the terminal.
    """
    enabled = miniaudio.get_enabled_backends()
    # miniaudio lists them in order of preference. JACK would start a server of its own.
    names = [way.name for way in miniaudio.Backend if way in enabled and way.name not in {"NULL", "CUSTOM", "JACK"}]
    has_card = sys.platform != "linux" or (_CARDS.exists() and "]:" in _CARDS.read_text(encoding="utf-8"))
    return names if has_card else [name for name in names if name not in {"ALSA", "OSS"}]
