"""Asks the system for the routes to a site, for each line of standard input, and prints them for `test_libproxy`.

A process of its own, since GLib reads where the settings are but once. Argument: the seconds to wait.
"""

from __future__ import annotations

import asyncio
import json
import sys

from bindtool.core.network.system_proxies import SystemProxies


async def main(limit: float) -> None:
    """Answer each line of standard input, which is a site, with a line of JSON."""
    proxies = SystemProxies(limit=limit)
    for site in sys.stdin:
        found = await proxies.routing(site.strip())
        routes = [route and route.address for route in found.routes]
        sys.stdout.write(json.dumps([routes, found.source, found.script, found.fault]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
