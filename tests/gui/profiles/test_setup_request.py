"""The text of what to ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.gui.profiles.setup_request import setup_request
from bindtool.i18n.catalogue import LANGUAGES

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_five_numbered_lines_name_the_permission_and_both_sites(texts: Texts) -> None:
    """The text is whole by itself in either language: five lines, with the words that Coze uses."""
    lines = setup_request(texts).splitlines()

    assert [line[:3] for line in lines] == ["1. ", "2. ", "3. ", "4. ", "5. "]
    assert "bindConnectorConfig" in lines[3]
    assert "coze.cn" in lines[3]
    assert "coze.com" in lines[3]
    assert "UID" in lines[2]
    assert "setup_request" not in "".join(lines)
