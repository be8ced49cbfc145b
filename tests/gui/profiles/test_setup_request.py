"""The text of what to ask for."""

from __future__ import annotations

import pytest

from bindtool.gui.profiles.setup_request import setup_request
from bindtool.i18n.catalogue import LANGUAGES, Texts


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_numbered_lines_name_the_permission_and_both_sites(texts: Texts) -> None:
    """The text is whole by itself in either language: what to ask for, with the words that Coze uses."""
    lines = setup_request(texts).splitlines()

    numbered = [line for line in lines if not line.startswith(" ")]
    assert [line[:3] for line in numbered] == ["1. ", "2. ", "3. ", "4. ", "5. ", "6. "]
    assert "bindConnectorConfig" in lines[3]
    assert "coze.cn" in lines[3]
    assert "coze.com" in lines[3]
    assert "UID" in lines[2]
    assert "setup_request" not in "".join(lines)


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_it_says_what_the_apps_for_signing_in_take(texts: Texts) -> None:
    """Two kinds of app in Coze's words, the permission, and the three addresses, each in a line of its own."""
    _, _, request = setup_request(texts).partition("6. ")

    assert "bindConnectorConfig" in request.splitlines()[0]
    assert "移动端/PC 桌面端/单页面应用" in request
    assert "TV端/设备应用/类命令行程序" in request
    addresses = [line.strip() for line in request.splitlines() if "127.0.0.1" in line]
    assert addresses == [f"http://127.0.0.1:{port}/callback" for port in (18291, 27463, 41739)]
