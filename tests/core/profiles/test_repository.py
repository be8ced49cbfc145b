"""The two folders of profiles: what is read from them and written to them."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, SignInApps
from bindtool.core.profiles.profile_toml import from_toml, to_toml
from bindtool.core.profiles.repository import ProfileRepository
from tests.patience import until

LINE_2 = Profile("Line 2", "7452643923450000001")
LINE_3 = Profile("Line 3", "7452643923450000002")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The folder of one's own, which is not there yet."""
    return tmp_path / "data" / "profiles"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The machine's folder, with no profile yet."""
    folder = tmp_path / "machine"
    folder.mkdir()
    return folder


@pytest.fixture
def book(own: Path, machine: Path) -> ProfileRepository:
    """A book of both folders, still empty."""
    return ProfileRepository(own, machine)


def _refused_id(act: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as caught:
        act()
    return caught.value.id


def test_folders_that_are_not_there_are_empty(tmp_path: Path) -> None:
    """A first start finds no profile and no fault."""
    book = ProfileRepository(tmp_path / "a", tmp_path / "b")
    assert book.profiles == ()
    assert book.faults == ()


def test_a_profile_that_is_added_is_there_after_a_restart(
    book: ProfileRepository, own: Path, machine: Path
) -> None:
    """Profiles come by name, whatever the order in which they were added."""
    book.add(LINE_3)
    book.add(LINE_2)
    assert book.profiles == (LINE_2, LINE_3)
    assert ProfileRepository(own, machine).profiles == (LINE_2, LINE_3)
    assert book.get("Line 3") == LINE_3


def test_a_profile_is_not_added_twice(book: ProfileRepository) -> None:
    """A name in use is refused and what it names stays."""
    book.add(LINE_2)
    assert _refused_id(lambda: book.add(replace(LINE_2, key="sn"))) == "profile.name_in_use"
    assert book.get("Line 2") == LINE_2


@pytest.mark.parametrize("name", ["智能音箱 2 线", "a/b", "../x", "CON", "LINE 2", "line 2", ".", "音" * 80, "*?"])
def test_any_name_has_a_file(book: ProfileRepository, own: Path, name: str) -> None:
    """A name may be what it likes: its file lies in the folder, under a name of its own."""
    book.add(LINE_2)
    book.add(replace(LINE_2, name=name))
    assert {profile.name for profile in book.profiles} == {"Line 2", name}
    files = [path.name.casefold() for path in own.iterdir()]
    assert len(set(files)) == 2
    assert all(file.endswith(".toml") for file in files)


def test_a_profile_is_replaced(book: ProfileRepository, own: Path) -> None:
    """The new values stand in the same file."""
    book.add(LINE_2)
    book.replace(replace(LINE_2, key="sn"))
    assert book.profiles == (replace(LINE_2, key="sn"),)
    assert len(list(own.iterdir())) == 1


def test_a_profile_is_removed(book: ProfileRepository, own: Path) -> None:
    """Its file is gone, even where somebody else deleted it first."""
    book.add(LINE_2)
    book.add(LINE_3)
    book.remove("Line 2")
    assert book.profiles == (LINE_3,)
    for path in own.iterdir():
        path.unlink()
    book.remove("Line 3")
    assert not book.profiles


def test_a_name_that_nobody_has_is_told(book: ProfileRepository, tmp_path: Path) -> None:
    """Every verb that needs a profile says which one is not there."""
    for act in (
        lambda: book.get("x"),
        lambda: book.remove("x"),
        lambda: book.replace(replace(LINE_2, name="x")),
        lambda: book.export("x", tmp_path / "x.toml"),
    ):
        assert _refused_id(act) == "profile.unknown"


def test_the_only_profile(book: ProfileRepository) -> None:
    """With one profile nobody has to choose; with two it is said how many there are."""
    with pytest.raises(BadInput) as none:
        book.only()
    assert none.value.id == "profile.none"
    book.add(LINE_2)
    assert book.only() == LINE_2
    book.add(LINE_3)
    with pytest.raises(BadInput) as two:
        book.only()
    assert two.value.id == "profile.choose"
    assert two.value.title.values == {"count": 2}


def test_a_profile_of_the_machine_is_read_only(machine: Path, tmp_path: Path, own: Path) -> None:
    """What IT has set is shown and exported, not changed."""
    (machine / "line2.TOML").write_text(to_toml(LINE_2), encoding="utf-8")
    book = ProfileRepository(own, machine)
    assert book.profiles == (replace(LINE_2, read_only=True),)
    assert _refused_id(lambda: book.remove("Line 2")) == "profile.set_by_it"
    assert _refused_id(lambda: book.replace(LINE_2)) == "profile.set_by_it"
    assert _refused_id(lambda: book.add(LINE_2)) == "profile.name_in_use"
    book.export("Line 2", tmp_path / "copy.toml")
    assert (tmp_path / "copy.toml").read_text(encoding="utf-8") == to_toml(LINE_2)


def test_the_machines_profile_hides_ones_own(book: ProfileRepository, machine: Path, own: Path) -> None:
    """Where IT names a profile that was set up by hand, IT's holds, without a complaint."""
    book.add(LINE_2)
    (machine / "line2.toml").write_text(to_toml(replace(LINE_2, key="sn")), encoding="utf-8")
    book = ProfileRepository(own, machine)
    assert book.only() == replace(LINE_2, key="sn", read_only=True)
    assert book.faults == ()


def test_two_files_of_one_name_are_a_fault(book: ProfileRepository, own: Path, machine: Path) -> None:
    """The first file counts; the second is named, with the first."""
    book.add(LINE_2)
    (first,) = own.iterdir()
    second = own / "copy.toml"
    second.write_text(to_toml(replace(LINE_2, key="sn")), encoding="utf-8")
    book = ProfileRepository(own, machine)
    assert book.only() == LINE_2
    (fault,) = book.faults
    assert fault.id == "profile.name_twice"
    assert fault.title.values == {"name": "Line 2", "file": str(second), "other": str(first)}


def test_broken_files_do_not_stop_the_rest(machine: Path, own: Path) -> None:
    """Each fault names its file; the good profiles are there; other files are nobody's business."""
    (machine / "a.toml").write_bytes(b"name = \n")
    (machine / "b.toml").write_bytes(b"name = 'x'\nkey = '\xff'\n")
    (machine / "c.toml").mkdir()
    (machine / "d.toml").write_bytes(b"\xef\xbb\xbf" + to_toml(LINE_2).encode())
    (machine / "readme.txt").write_bytes(b"=")
    book = ProfileRepository(own, machine)
    assert [profile.name for profile in book.profiles] == ["Line 2"]
    assert [fault.id for fault in book.faults] == ["profile.broken_file", "profile.broken_file", "file.unreadable"]
    assert book.faults[0].title.values == {"file": str(machine / "a.toml"), "line": 1}
    assert book.faults[1].title.values == {"file": str(machine / "b.toml"), "line": 2}
    assert book.faults[2].title.values["path"] == str(machine / "c.toml")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_files_that_were_made_to_harm_do_not_stop_the_rest(machine: Path, own: Path) -> None:
    """A pipe, an endless file, a key of 60 kB, patterns that are none: each is named, and the good one works."""
    os.mkfifo(machine / "a.toml")
    (machine / "b.toml").symlink_to("/dev/zero")
    (machine / "c.toml").write_text("a." * 30_000 + "a = 1", encoding="utf-8")
    for name, pattern in (("d", "[A-Z"), ("e", "("), ("f", "(?=a)")):
        text = f"name = '{name}'\nconnector_id = '1'\n[ids]\npattern = '{pattern}'\n"
        (machine / f"{name}.toml").write_text(text, encoding="utf-8")
    (machine / "z.toml").write_text(to_toml(LINE_2), encoding="utf-8")
    book = ProfileRepository(own, machine)
    assert [profile.name for profile in book.profiles] == ["Line 2"]
    named = [str(fault.title.values.get("file") or fault.title.values["path"]) for fault in book.faults]
    assert named == [str(machine / f"{name}.toml") for name in "abcdef"]
    assert [fault.title.values["line"] for fault in book.faults[2:]] == [1, 4, 4, 4]


@pytest.mark.expects_log("a profile can't be read")
def test_whatever_one_file_raises_stops_nothing(own: Path, machine: Path) -> None:
    """A fault of the program in reading one file costs that file; it is named, and the log has the rest."""

    def read(text: str, origin: str) -> Profile:
        if "harm" in text:
            raise KeyError("field")
        return from_toml(text, origin)

    (machine / "a.toml").write_text("harm = 1\n", encoding="utf-8")
    (machine / "b.toml").write_text(to_toml(LINE_2), encoding="utf-8")
    book = ProfileRepository(own, machine, read)
    assert [profile.name for profile in book.profiles] == ["Line 2"]
    assert [fault.title.values["file"] for fault in book.faults] == [str(machine / "a.toml")]


def test_a_broken_file_is_not_written_over(book: ProfileRepository, own: Path, machine: Path) -> None:
    """Adding a profile whose file is there but can't be read leaves that file to be repaired."""
    book.add(LINE_2)
    (path,) = own.iterdir()
    path.write_bytes(b"half a fi")
    book = ProfileRepository(own, machine)
    assert _refused_id(lambda: book.add(LINE_2)) == "profile.name_in_use"
    assert path.read_bytes() == b"half a fi"


def test_a_folder_that_is_a_file_is_a_fault(own: Path, tmp_path: Path) -> None:
    """What can't be listed is named."""
    (tmp_path / "file").write_bytes(b"")
    book = ProfileRepository(own, tmp_path / "file")
    (fault,) = book.faults
    assert fault.id == "file.unreadable"
    assert fault.title.values["path"] == str(tmp_path / "file")


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    """A profile that can't be kept is an error with the path in it."""
    (tmp_path / "file").write_bytes(b"")
    book = ProfileRepository(tmp_path / "file" / "profiles", tmp_path / "machine")
    with pytest.raises(BadInput) as caught:
        book.add(LINE_2)
    assert caught.value.id == "file.unwritable"
    assert caught.value.title.values["path"] == str(tmp_path / "file" / "profiles")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows gives another error for a folder in a file's place")
def test_a_file_that_can_not_be_removed_is_told(book: ProfileRepository, own: Path) -> None:
    """A profile whose file can't be deleted stays, and the error names the file."""
    book.add(LINE_2)
    (path,) = own.iterdir()
    path.unlink()
    path.mkdir()
    assert _refused_id(lambda: book.remove("Line 2")) == "file.unwritable"
    assert book.profiles == (LINE_2,)


def test_what_is_known_of_the_channel_goes_along(book: ProfileRepository, tmp_path: Path) -> None:
    """The check's answer is for all laptops, that this one alone sends is for none of them; here it stays."""
    book.add(replace(LINE_2, behaviour=Behaviour.REPLACES, checked_by="Li", sender=True))
    book.export("Line 2", tmp_path / "it.toml")
    assert book.get("Line 2").sender
    book.remove("Line 2")
    assert book.read_file(tmp_path / "it.toml") == replace(LINE_2, behaviour=Behaviour.REPLACES, checked_by="Li")


def test_what_is_exported_can_be_imported(book: ProfileRepository, tmp_path: Path) -> None:
    """Another computer takes the file, and knows that the channel has accepted a device."""
    book.add(replace(LINE_2, proven=True))
    book.export("Line 2", tmp_path / "it.toml")
    other = ProfileRepository(tmp_path / "other", tmp_path / "none")
    read = other.read_file(tmp_path / "it.toml")
    assert read == replace(LINE_2, proven=True)
    assert other.profiles == ()
    other.add(read)
    assert other.profiles == book.profiles
    assert _refused_id(lambda: other.add(read)) == "profile.name_in_use"


def test_a_file_that_is_not_there_is_not_read(book: ProfileRepository, tmp_path: Path) -> None:
    """The error names the path and gives the system's words."""
    with pytest.raises(BadInput) as caught:
        book.read_file(tmp_path / "gone.toml")
    assert caught.value.id == "file.unreadable"
    assert caught.value.title.values == {
        "path": str(tmp_path / "gone.toml"),
        "why": os.strerror(2),
    }


def test_a_page_of_strangers_is_taken_from_an_administrator_only(
    book: ProfileRepository, own: Path, machine: Path, tmp_path: Path
) -> None:
    """A colleague's file with one is not imported, nor read where it lies among one's own; IT's is."""
    text = to_toml(replace(LINE_2, sign_in=SignInApps("1.app.coze", page="https://coze.example.com")))
    (tmp_path / "colleague.toml").write_text(text, encoding="utf-8")
    assert _refused_id(lambda: book.add(book.read_file(tmp_path / "colleague.toml"))) == "profile.page_of_strangers"
    own.mkdir(parents=True)
    (own / "line.toml").write_text(text, encoding="utf-8")
    book = ProfileRepository(own, machine)
    assert ([fault.id for fault in book.faults], book.profiles) == (["profile.page_of_strangers"], ())
    (own / "line.toml").rename(machine / "line.toml")
    book = ProfileRepository(own, machine)
    assert [profile.sign_in.page for profile in book.profiles] == ["https://coze.example.com"]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that others get to, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


by_modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights than modes")


@by_modes
@pytest.mark.parametrize(
    ("modes", "is_closed"),
    [
        ({}, True),
        ({"machine": 0o775}, False),
        ({"machine": 0o757}, False),
        ({"machine/line.toml": 0o666}, False),
        ({"machine/line.toml": 0o664}, False),
        ({".": 0o777}, False),
        # As /tmp is: whoever adds a file there is its owner.
        ({".": 0o1777}, True),
        # Nobody else gets there.
        ({".": 0o700, "machine": 0o777}, True),
    ],
)
def test_what_others_can_write_is_no_administrators(
    place: Path, own: Path, modes: dict[str, int], *, is_closed: bool
) -> None:
    """A page of strangers is not taken from there, and an address for updates does not count; the rest does."""
    machine = place / "machine"
    machine.mkdir()
    strange = replace(LINE_2, sign_in=SignInApps("1.app.coze", page="https://coze.example.com"))
    (machine / "line.toml").write_text(to_toml(strange), encoding="utf-8")
    (machine / "other.toml").write_text(to_toml(replace(LINE_3, updates="https://it.example.com/b")), "utf-8")
    for path, mode in {".": 0o755, "machine": 0o755, "machine/line.toml": 0o644, **modes}.items():
        (place / path).chmod(mode)
    book = ProfileRepository(own, machine)
    assert [fault.id for fault in book.faults] == ["profile.page_in_open_folder"] * (not is_closed)
    assert book.get("Line 3").read_only
    only_one_file = "machine/line.toml" in modes
    assert bool(book.get("Line 3").updates_address) == (is_closed or only_one_file)


@by_modes
@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can be somebody else")
def test_what_somebody_else_owns_is_no_administrators(machine: Path, own: Path) -> None:
    """Whoever owns a file may write it, whatever its mode; so may the owner of what a link leads to."""
    (machine / "line.toml").write_text(to_toml(LINE_2), encoding="utf-8")
    (machine / "linked.toml").symlink_to(machine.parent / "elsewhere.toml")
    (machine.parent / "elsewhere.toml").write_text(to_toml(LINE_3), encoding="utf-8")
    book = ProfileRepository(own, machine)
    assert [profile.is_by_administrator for profile in book.profiles] == [True, True]
    os.chown(machine.parent / "elsewhere.toml", 4242, 0)
    book = ProfileRepository(own, machine)
    assert [profile.is_by_administrator for profile in book.profiles] == [True, False]
    os.chown(machine, 4242, 0)
    book = ProfileRepository(own, machine)
    assert [profile.is_by_administrator for profile in book.profiles] == [False, False]


@by_modes
def test_a_file_that_goes_while_it_is_read(own: Path, machine: Path) -> None:
    """It is a fault, as if it could not be read."""
    path = machine / "line.toml"
    path.write_text(to_toml(LINE_2), encoding="utf-8")

    def read(text: str, name: str) -> Profile:
        path.unlink()
        return from_toml(text, name)

    assert [fault.id for fault in ProfileRepository(own, machine, read).faults] == ["file.unreadable"]


def test_a_machine_folder_that_does_not_answer(own: Path, machine: Path) -> None:
    """GIVEN a share that hangs THEN one's own profiles are there; its own come with a change after its answer."""
    (machine / "it.toml").write_text(to_toml(LINE_3), encoding="utf-8")
    answers = threading.Event()

    def read(text: str, name: str) -> Profile:
        if threading.current_thread() is not threading.main_thread():
            answers.wait(30)
        return from_toml(text, name)

    book = ProfileRepository(own, machine, read, limit=0.01)
    book.add(LINE_2)
    assert book.profiles == (LINE_2,)
    assert [fault.id for fault in book.faults] == ["file.unreadable"]
    assert book.faults[0].title.values["path"] == str(machine)
    answers.set()
    until(lambda: _written(book, LINE_2) == (LINE_2, replace(LINE_3, read_only=True)))
    assert book.faults == ()


def test_a_machine_folder_that_goes_away(machine: Path, tmp_path: Path, own: Path) -> None:
    """GIVEN a share that is away WHEN one's own profile is kept THEN IT's stay: no menu had them any more."""
    (machine / "it.toml").write_text(to_toml(LINE_3), encoding="utf-8")
    book = ProfileRepository(own, machine)
    machine.rename(tmp_path / "away")
    book.add(LINE_2)
    assert book.profiles == (LINE_2, replace(LINE_3, read_only=True))
    book.remove("Line 2")
    assert book.only() == replace(LINE_3, read_only=True)


def _written(book: ProfileRepository, profile: Profile) -> tuple[Profile, ...]:
    book.replace(profile)
    return book.profiles
