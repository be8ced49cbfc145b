"""Plays the cues on the computer's speakers, on every system, in a thread of its own."""

from __future__ import annotations

import atexit
import logging
import queue
import sys
import threading
import time
import wave
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bindtool.gui.common.audio.cues import Cue
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

RATE = 44_100
"""Samples a second, mono, 16 bits."""

FADE = 220
"""Samples, 5 ms: a sound that breaks off in the middle of a wave is heard as a crack."""

_NOTHING = array("h")


class Mixer:
    """One cue at a time. Any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = _NOTHING

    @property
    def sounding(self) -> bool:
        """Whether there is more of a cue to come."""
        return bool(self._left)

    def play(self, sound: array[int]) -> None:
        """Begin a cue; what is left of the one before fades out under its first samples."""
        mixed = sound[:]
        with self._lock:
            for at, (old, new) in enumerate(zip(self._left[:FADE], sound, strict=False)):
                mixed[at] = max(-32_768, min(32_767, new + old * (FADE - at) // FADE))
            self._left = mixed

    def take(self, count: int) -> array[int]:
        """Return the next `count` samples; there are fewer where the cue ends, and none after it."""
        with self._lock:
            piece, self._left = self._left[:count], self._left[count:]
        return piece

    def pieces(self) -> Generator[bytes, int, None]:
        """Give the samples for as many frames as are sent in, for ever; the first piece is empty."""
        wanted = 0
        while True:
            wanted = yield self.take(wanted).tobytes()


logger = logging.getLogger(__name__)

_PERIOD_MS = 30
"""The device asks for pieces of this length and is some ahead: short enough for eyes and ears to agree."""

_REST_SECONDS = 20.0
"""A device that has nothing to say for so long is stopped: it takes power, and Python's lock at each piece."""

_TRY_AGAIN_SECONDS = 60.0
"""A headset may be plugged in later; until then no cue waits for a device that is not there."""

_LEAVING_SECONDS = 1.0
_CARDS = Path("/proc/asound/cards")


class SoundPlayer:
    """Plays cues. Nothing of it runs before the first cue, or `warm_up`.

    Args:
        backends: miniaudio's names of backends, such as "null"; without any, those of this system.
        rest: seconds without a cue after which the device is stopped.
    """

    def __init__(self, backends: Sequence[str] = (), *, rest: float = _REST_SECONDS) -> None:
        self._rest = rest
        self._stream = Mixer()
        self._device = _Device(self._stream, backends)
        self._queue: queue.SimpleQueue[Cue | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        self.ready = threading.Event()
        """Set once it is known whether this computer can be heard."""

    @property
    def backend(self) -> str:
        """The name of the backend in use, as miniaudio has it; "" where there is none."""
        return self._device.backend

    @property
    def running(self) -> bool:
        """Whether the device asks for samples just now."""
        return self._device.running

    @property
    def sounding(self) -> bool:
        """Whether there is more of a cue to come."""
        return self._stream.sounding

    def warm_up(self) -> None:
        """Load the cues and open the device now, so that the first cue is as quick as the others."""
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._work, name="bindtool-sound", daemon=True)
            self._thread.start()
            # Whichever way the program ends: a device that asks for samples while Python is taken down is a crash.
            atexit.register(self.close)

    def play(self, cue: Cue) -> None:
        """Begin a cue and return at once; one that is heard just now ends."""
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
        device = self._device
        try:
            cues = _load()
        except (OSError, EOFError, wave.Error) as error:
            logger.info("no cues: %s", error)
            cues = {}
        device.open()
        self.ready.set()
        while (cue := self._next()) is not None:
            if cue in cues and device.start():
                self._stream.play(cues[cue])
        device.close()

    def _next(self) -> Cue | None:
        """Wait for a cue; the newest one, where several came while the device was being opened. None at the end."""
        try:
            cue = self._queue.get(timeout=self._rest)
        except queue.Empty:
            self._device.stop()
            cue = self._queue.get()
        while cue is not None:
            try:
                cue = self._queue.get_nowait()
            except queue.Empty:
                break
        return cue


class _Device:
    """The sound card as miniaudio knows it, used by one thread."""

    def __init__(self, stream: Mixer, backends: Sequence[str]) -> None:
        self._stream = stream
        self._backends = backends
        # miniaudio ships no types.
        self._device: Any = None
        self._tried_at = 0.0
        self.backend = ""

    @property
    def running(self) -> bool:
        """Whether the device asks for samples."""
        device = self._device
        return device is not None and bool(device.running)

    def open(self) -> None:
        """Look for a sound card."""
        self._tried_at = time.monotonic()
        try:
            # Imported here: it costs 50 ms that the first painted window should not wait for.
            import miniaudio

            names = self._backends or _ways_of_this_system(miniaudio)
            self._device = miniaudio.PlaybackDevice(
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=_PERIOD_MS,
                backends=[miniaudio.Backend[name.upper()] for name in names],
                app_name="bindtool",
            )
            self.backend = self._device.backend
        except Exception as error:  # noqa: BLE001 - whatever a driver does, scanning goes on in silence
            logger.info("no sound: %s", error)

    def start(self) -> bool:
        """Have the device ask for samples, if it doesn't yet; tell whether it does."""
        if self._device is None and time.monotonic() - self._tried_at >= _TRY_AGAIN_SECONDS:
            self.open()
        if self._device is None or self.running:
            return self.running
        feed = self._stream.pieces()
        next(feed)
        self._or_lose(lambda: self._device.start(feed))
        return self.running

    def stop(self) -> None:
        """Let the device rest."""
        if self.running:
            self._or_lose(self._device.stop)

    def close(self) -> None:
        """Let go of the device."""
        device, self._device, self.backend = self._device, None, ""
        if device is not None:
            device.close()

    def _or_lose(self, act: Callable[[], None]) -> None:
        """A device may have been unplugged: a later cue looks for another."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - as for `open`
            logger.info("no sound any more: %s", error)
            self.close()


def _ways_of_this_system(miniaudio: Any) -> list[str]:
    """Name the backends that may be tried here, the best first.

    miniaudio's last resort is a null device, which would pass for a sound card; and ALSA complains at length on the
    terminal where there is none.
    """
    enabled = miniaudio.get_enabled_backends()
    # Theirs is the order of preference. JACK would start a server of its own.
    names = [way.name for way in miniaudio.Backend if way in enabled and way.name not in {"NULL", "CUSTOM", "JACK"}]
    has_card = sys.platform != "linux" or (_CARDS.exists() and "]:" in _CARDS.read_text(encoding="utf-8"))
    return names if has_card else [name for name in names if name not in {"ALSA", "OSS"}]


def _load() -> Mapping[Cue, array[int]]:
    """Read the cues.

    Raises:
        OSError, EOFError, wave.Error: a file is missing or damaged.
    """
    cues = {}
    for cue in Cue:
        with wave.open(str(asset("sounds", f"{cue}.wav"))) as file:
            sound = array("h", file.readframes(file.getnframes()))
        if sys.byteorder == "big":
            sound.byteswap()
        cues[cue] = sound
    return cues
