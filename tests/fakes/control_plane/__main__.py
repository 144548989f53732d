"""Run the fake by itself: ``python -m tests.fakes.control_plane --port 8000 --speed 100 --items http://127.0.0.1:4566``."""

from __future__ import annotations

import argparse
import threading

from tests.fakes.control_plane.account import Account
from tests.fakes.control_plane.clock import ScaledClock
from tests.fakes.control_plane.items import Items
from tests.fakes.control_plane.server import serve


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where to listen; any free port")
    parser.add_argument("--speed", type=float, default=100.0, help="seconds of the fake in one real second")
    parser.add_argument("--items", help="endpoint of the engine that holds the items")
    given = parser.parse_args()
    account = Account(ScaledClock(given.speed), items=Items(given.items) if given.items else None)
    with serve(account, given.port) as running:
        print(running.endpoint_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
