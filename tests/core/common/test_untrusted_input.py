"""Small files of settings that somebody else has put there."""

from __future__ import annotations

import os
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.common.untrusted_input import DEEPEST, MOST_BYTES, parse_toml, read_small, read_up_to


def test_what_is_in_a_file(tmp_path: Path) -> None:
    """A file of the largest size is read whole."""
    path = tmp_path / "x.toml"
    path.write_bytes(b"x" * MOST_BYTES)
    assert read_small(path) == b"x" * MOST_BYTES


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    """One byte more than a small file has, or a terabyte: it is named."""
    path = tmp_path / "x.toml"
    for size in (MOST_BYTES + 1, 1 << 40):
        with path.open("wb") as file:
            file.truncate(size)
        with pytest.raises(BadInput) as caught:
            read_small(path)
        assert (caught.value.id, caught.value.title.values["path"]) == ("file.too_large_to_read", str(path))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    """A pipe into which nobody writes is told as what it is, at once; a device that never ends likewise."""
    pipe = tmp_path / "x.toml"
    os.mkfifo(pipe)
    endless = tmp_path / "endless.toml"
    endless.symlink_to("/dev/zero")
    for path in (pipe, endless):
        with pytest.raises(BadInput, match=r"file\.not_regular"):
            read_small(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
@pytest.mark.parametrize("late", [False, True])
def test_what_comes_through_a_pipe(*, late: bool) -> None:
    """It is read to its end or its limit, whether it was written before or is written now; a device likewise."""
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as end:
            end.write(b"x" * 10)

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(reading, "rb"):
        if not late:
            writer.join()
        assert read_up_to(Path(f"/dev/fd/{reading}"), 100) == b"x" * 10
        writer.join()
    assert read_up_to(Path("/dev/zero"), 100) == bytes(100)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_nothing_comes_through_a_pipe(tmp_path: Path) -> None:
    """One that nothing has open to write into, or that was closed before anything came, is told at once."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb"):
        for path in (pipe, Path(f"/dev/fd/{reading}")):
            with pytest.raises(BadInput, match=r"file\.no_writer"):
                read_up_to(path, 100)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A file that is not there, a folder and a name that is none are told in the system's words."""
    for path in (tmp_path / "none.toml", tmp_path, tmp_path / "a\0b.toml"):
        for read in (read_small, lambda path: read_up_to(path, 1)):
            with pytest.raises(BadInput, match=r"file\.unreadable"):
                read(path)


@pytest.mark.parametrize(
    "text",
    [
        "a." * 30_000 + "a = 1",
        "[" + "a." * 30_000 + "a]",
        "x = {" + "a . " * 15_000 + "a = 1}",
        '"a".' * 12_000 + "'a' = 1",
        "[[" + "a." * 30_000 + "a]]",
        's = """' + '"' * 2 + '""\n' + "a." * 30_000 + "a = 1",
        "s = '''x''''\n" + "a." * 30_000 + "a = 1",
    ],
    ids=["key", "table", "inline", "quoted", "array", "behind a text", "behind a literal text"],
)
def test_a_key_of_many_tables_fills_no_memory(text: str) -> None:
    """`a.a.a…` of 60 kB, which took 3.6 GB, is refused before the parser sees it: a few copies are made."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="deep"):
            parse_toml(text)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "line",
    [
        "a = 1\n\n# x.y\nb = '''\n\n'''\n",
        't = """\n\\"""\n"""\n\n\n\n',
        '\n\n\n\n\n\nx = {t = """y"""", ',
        "\n\n\n\n\n\nx = {t = '''y''''', ",
    ],
)
def test_the_line_of_a_deep_key_is_named(line: str) -> None:
    """As the parser names the line of any other fault."""
    with pytest.raises(ValueError, match="at line 7"):
        parse_toml(line + "a." * DEEPEST + "a = 1")


def test_dots_in_texts_and_comments_are_no_depth() -> None:
    """Addresses, patterns and remarks have as many as they like; a key has one table less than is allowed."""
    dots = "a." * 100
    texts = [f"# {dots}", f'a = "{dots}\\"{dots}"', f"b = '{dots}'", f"c = '''\n{dots}'''"]
    text = "\n".join([*texts, f'd = """{dots}\\"""\n"{dots}""""'])
    assert parse_toml(text)["b"] == dots
    assert parse_toml('[profile."a.b.c"]\nx = 1.5')["profile"] == {"a.b.c": {"x": 1.5}}
    assert list(parse_toml("a." * (DEEPEST - 1) + "a = 1")) == ["a"]


@pytest.mark.parametrize("text", ["a = " + "[" * 30_000, "a = " + "{a=" * 20_000, 'a = """x', "a = 'x", "a", '"\\'])
def test_what_is_no_toml(text: str) -> None:
    """It is one kind of error, however deep it goes and wherever it breaks off."""
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the parser says
        parse_toml(text)
