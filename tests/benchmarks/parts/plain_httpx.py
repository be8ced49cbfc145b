"""A typical technician's script: httpx, a client for each worker, a line for each device.

It saves nothing, never waits and checks for no code but 0. `--shared` gives all clients one TLS context, which
httpx otherwise creates for each.
"""

from __future__ import annotations

import argparse
import asyncio
import ssl
from collections import deque
from pathlib import Path

import httpx


async def work(given: argparse.Namespace, devices: list[str]) -> None:
    """Send the devices."""
    batches = deque(devices[at : at + given.batch_size] for at in range(0, len(devices), given.batch_size))
    shared = httpx.create_ssl_context() if given.shared else None

    async def send() -> None:
        verify: ssl.SSLContext | bool = shared or True
        async with httpx.AsyncClient(
            verify=verify, timeout=30, headers={"Authorization": "Bearer pat_b"}
        ) as client:
            while batches:
                batch = batches.popleft()
                enums = [{"label": f"Speaker {device[-6:]}", "value": device} for device in batch]
                body = {"configs": [{"key": "device_id", "enums": enums}], "user_id": "1"}
                answer = (await client.post(given.url, json=body)).json()
                state = "bound" if answer["code"] == 0 else "refused"
                for device in batch:
                    print(state, device, answer["detail"]["logid"], answer["msg"], sep="\t")

    await asyncio.gather(*(send() for _ in range(given.workers)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("file")
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--shared", action="store_true")
    given = parser.parse_args()
    asyncio.run(work(given, Path(given.file).read_text(encoding="utf-8").splitlines()))
