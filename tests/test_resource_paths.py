"""Where the files of resources/ are found."""

from __future__ import annotations

from bindtool.resource_paths import asset


def test_a_file_of_the_checkout() -> None:
    """The sample sheet is there, and so is what the languages stand in."""
    assert asset("sample", "devices.csv").read_text(encoding="utf-8").startswith("device_id,label\n")
    assert asset("translations").is_dir()
    assert asset().name == "resources"
