"""Queries the system for the routes to each site read from standard input, and prints them: for `test_libproxy`.

A process of its own, since GLib reads the location of the settings only once. Argument: the timeout in seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys

from bindtool.core.network.system_proxies import SystemProxies


async def main(limit: float) -> None:
    """Answer each line of standard input, a site, with a line of JSON."""
    proxies = SystemProxies(limit=limit)
    for site in sys.stdin:
        found = await proxies.routing(site.strip())
        routes = [route and route.address for route in found.routes]
        sys.stdout.write(json.dumps([routes, found.source, found.script, found.fault]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
