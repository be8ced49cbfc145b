"""Checks for a newer bindtool at a URL configured by IT.

The guide (`rolling-out`) documents its response: a JSON object with `version`, numbers with dots, and `page`, the
https URL of a page for users. Sends no information on this computer, and downloads nothing.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bindtool import __version__
from bindtool.core.api.client import SiteClient, Timeouts
from bindtool.core.api.responses import HttpReply
from bindtool.core.common.untrusted_input import read_object
from bindtool.core.profiles.field_rules import is_https_page

if TYPE_CHECKING:
    from bindtool.core.common.clock import Clock
    from bindtool.core.network.proxies import Proxies

logger = logging.getLogger(__name__)

_MOST_BYTES = 16 * 1024
_VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}")


@dataclass(frozen=True, slots=True)
class NewerVersion:
    """`version`: numbers with dots. `page`: an https URL, for users."""

    version: str
    page: str


async def find_newer(
    address: str, clock: Clock, proxies: Proxies, version: str = __version__
) -> NewerVersion | None:
    """Ask `address`, an https URL, for a version newer than `version`; None if there is none.

    An invalid answer is logged, and returns None too. A redirect is not followed.
    """
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    async with SiteClient(f"https://{parts.netloc}", Timeouts(), clock, proxies) as site:
        reply = await site.get(path)
    if not isinstance(reply, HttpReply):
        logger.info("%s was not asked for a newer version: %s", parts.netloc, reply)
        return None
    found = _read(reply)
    if found is None:
        logger.info("%s answers no version: HTTP %d, %d bytes", parts.netloc, reply.status, len(reply.body))
        return None
    logger.info("%s says that the newest version is %s", parts.netloc, found.version)
    return found if _numbers(found.version) > _numbers(version) else None


def _read(reply: HttpReply) -> NewerVersion | None:
    if reply.status != HTTPStatus.OK or len(reply.body) > _MOST_BYTES:
        return None
    said = read_object(reply.body) or {}
    version, page = said.get("version"), said.get("page")
    if not (isinstance(version, str) and isinstance(page, str)):
        return None
    return NewerVersion(version, page) if _VERSION.fullmatch(version) and is_https_page(page) else None


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers without trailing zeros: 1.2 and 1.2.0 are the same."""
    return tuple(map(int, re.sub(r"(?:\.0+)+$", "", version).split(".")))
