"""Signing in with a real browser, Debian's Chromium: its handling of a redirect to this computer and of our page.

Not collected by `make test`: `make test-browser` runs it.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from bindtool.core.api.client import SiteClient
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import BindtoolError, SignInFailed, or_error
from bindtool.core.network.proxies import Proxies
from bindtool.core.sign_in.browser import PORTS, PageToOpen, Shown, sign_in_with_browser
from bindtool.core.sign_in.wire import Grant
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.core.sign_in.bench import TIMEOUTS
from tests.patience import PATIENCE
from tests.practice.sign_in import BROWSER_CLIENT, SignInServer

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")


def opened(address: str, folder: Path) -> str:
    """Open a URL in a new browser of its own; return the resulting page."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert program is not None, "Debian's chromium is missing"
    # Chromium has no sandbox as root; the only page is the practice server's.
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", "--dump-dom"]
    command = [program, *options, address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def sign_in(
    server: SignInServer, texts: Texts, folder: Path
) -> tuple[Grant | BindtoolError, str, list[Shown]]:
    """Sign in; return the result, the final page of the browser, and the other steps shown."""
    shown: asyncio.Queue[Shown] = asyncio.Queue()
    clock = SystemClock()
    async with SiteClient(server.site, TIMEOUTS, clock, Proxies.of_this_system()) as client:
        work = sign_in_with_browser(client, BROWSER_CLIENT, server.site, shown.put_nowait, texts.say, clock, PORTS)
        signing_in = asyncio.ensure_future(or_error(work))
        page = await shown.get()
        assert isinstance(page, PageToOpen)
        seen = await in_daemon_thread(lambda: opened(page.address, folder), name="chromium")
        outcome = await asyncio.wait_for(signing_in, PATIENCE)
    return outcome, seen, [shown.get_nowait() for _ in range(shown.qsize())]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("allowed", "page"), [(True, "done"), (False, "refused")])
def test_the_way_through_a_browser(
    server: SignInServer, tmp_path: Path, language: str, page: str, *, allowed: bool
) -> None:
    """It follows the redirect to 127.0.0.1, brings the code once, and shows our page, in the person's language."""
    server.sign_in.allowed = allowed
    texts = Texts(language)
    outcome, seen, told = asyncio.run(sign_in(server, texts, tmp_path / "browser"))
    assert isinstance(outcome, SignInFailed) is not allowed
    assert texts(f"sign_in.page.{page}") in seen
    assert "<script" not in seen
    assert told == []
