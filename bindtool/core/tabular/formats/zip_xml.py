"""The parts of a workbook, which is a zip of XML files: unzips and parses untrusted files safely.

The limits are here. A part is checked by its size before any of it is unzipped. No workbook has a document type
declaration, where XML keeps the entities that expand exponentially or fetch other files, so a part with one is
refused.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.parsers import expat

from bindtool.core.common.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bindtool.core.common.progress import ReadingProgress

MOST_BYTES = 256 * 1024 * 1024
"""Of one unzipped part: a full sheet of 1,048,576 rows with id and label has 130 MB in Excel's files, and 900,000
such rows reach the limit in LibreOffice's."""

MOST_PARTS = 20_000
"""Of an archive: two for each sheet that a workbook may have."""

_PART = b"PK\x01\x02"
"""The signature of a part's header in the directory (PKWARE, APPNOTE 4.3.12)."""

_SMALL = 1024 * 1024
_MOST_RATIO = 400
"""Deflate shrinks zeros to a thousandth, Excel's sheets, whose cells all have names, to a tenth or a thirtieth,
LibreOffice's with eight identical columns to a hundred-and-fiftieth."""

_CHUNK = 64 * 1024
_LONGEST_TAG = 1024 * 1024
"""Bytes: an unclosed tag is scanned anew with each chunk."""

_DEEPEST = 100
"""Nested elements: ten are usual, and each open one takes memory."""

_LONGEST_NAME = 1000
"""Characters of an element's name with its namespace, which is built anew for each element."""

_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The methods that spreadsheets use (ISO/IEC 29500-2, annex B; OpenDocument 1.3 part 2, 2.1). Others unpack to any
size at once."""

_PASSWORD = 1
_DAMAGE = (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, LookupError, ValueError)
"""The exceptions for a damaged part; the last two for the name of an encoding, and of the part itself."""


class Archive:
    """The parts of a zip by their case-insensitive names: `names` has them in lower case.

    Raises:
        BadInput: "file.damaged", or "file.hostile" for more parts than any workbook has.
    """

    def __init__(self, data: bytes) -> None:
        if data.count(_PART) > MOST_PARTS:
            raise BadInput("file.hostile")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise BadInput("file.damaged") from error
        self._parts = {info.filename.lower(): info for info in self._zip.infolist()}
        self.names = self._parts.keys()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def size(self, name: str) -> int:
        """Return the unzipped bytes of a part; 0 for a missing one."""
        info = self._parts.get(name.lower())
        return info.file_size if info is not None else 0

    def read_xml(self, name: str, handlers: Handlers, progress: ReadingProgress) -> None:
        """Parse a part; a missing one is empty.

        Raises:
            BadInput: "file.encrypted", "file.damaged", "file.too_large"; "file.hostile" for a part that was made to
                harm.
            ReadingStopped: `progress` says so.
        """
        info = self._parts.get(name.lower())
        if info is None:
            return
        _judge(info)
        done = 0
        parser = handlers.parser()
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(_CHUNK):
                    parser.Parse(chunk, False)
                    done += len(chunk)
                    if done - parser.CurrentByteIndex > _LONGEST_TAG:
                        raise BadInput("file.hostile")
                    progress.at(done / info.file_size)
                parser.Parse(b"", True)
        except _DAMAGE as error:
            raise BadInput("file.damaged") from error


class Handlers:
    """Callbacks for the start and the end of elements, and the texts to keep.

    Args:
        starts: by name, called with the attributes. Names are "namespace name". That of one of `texts` has to call
            `listen`.
        ends: by name.
        texts: the elements whose text is kept until it is taken.
        skipped: the elements whose text is left out, with all nested ones.
        between: the separator of two elements' texts.

    Attributes:
        skipping: the current depth in `skipped` elements.
    """

    def __init__(
        self,
        starts: Mapping[str, Callable[[dict[str, str]], None]],
        ends: Mapping[str, Callable[[], None]] | None = None,
        texts: Iterable[str] = (),
        skipped: Iterable[str] = (),
        between: str = "",
    ) -> None:
        texts, skipped = tuple(texts), tuple(skipped)
        self._starts = {**dict.fromkeys(texts, self.listen), **dict.fromkeys(skipped, self._skip), **starts}
        self._ends = {**(ends or {}), **dict.fromkeys(texts, self._stop), **dict.fromkeys(skipped, self._go_on)}
        self._between = between
        self._pieces: list[str] = []
        self._heard = False
        self._listening = False
        self._depth = 0
        self.skipping = 0

    def parser(self) -> expat.XMLParserType:
        """Return a parser with these callbacks."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        return parser

    def text(self, piece: str) -> None:
        """Keep a piece of text if it counts."""
        if self._listening and not self.skipping:
            self._pieces.append(piece)

    def take(self) -> str:
        """Return the text kept since the last call."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._heard = False
        return text

    def listen(self, _attributes: dict[str, str]) -> None:
        """Begin an element whose text is kept."""
        if not self.skipping:
            if self._heard:
                self._pieces.append(self._between)
            self._heard = self._listening = True

    def _stop(self) -> None:
        if not self.skipping:
            self._listening = False

    def _skip(self, _attributes: dict[str, str]) -> None:
        self.skipping += 1

    def _go_on(self) -> None:
        self.skipping -= 1

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST or len(name) > _LONGEST_NAME:
            raise BadInput("file.hostile")
        call = self._starts.get(name)
        if call is not None:
            call(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        call = self._ends.get(name)
        if call is not None:
            call()


def path_of(base: str, target: str) -> str:
    """Return the name of the part that another one, `base`, refers to as `target`."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), target)).lstrip("/")


def _judge(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & _PASSWORD:
        raise BadInput("file.encrypted")
    if info.compress_type not in _PACKED:
        raise BadInput("file.damaged")
    if info.file_size > _SMALL and info.file_size > _MOST_RATIO * info.compress_size:
        raise BadInput("file.hostile")
    if info.file_size > MOST_BYTES:
        raise BadInput("file.too_large")


def _refuse(*_doctype: object) -> None:
    raise BadInput("file.hostile")
