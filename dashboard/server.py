"""The web server around the dashboard: compressed, with security headers, warm before it opens."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"SAMEORIGIN",
    b"referrer-policy": b"no-referrer",
}


class SecurityHeaders:
    """Adds headers that keep the page from being framed, sniffed or leaked by referrer."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an ASGI application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; add the headers to HTTP responses."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((k, v) for k, v in _HEADERS.items() if k not in present),
                ]
            await send(message)

        await self.app(scope, receive, sending if scope["type"] == "http" else send)


@asynccontextmanager
async def warm(app: Any) -> AsyncIterator[None]:
    """Import the library and read the first page's figures before the first visitor comes."""
    from core.heap import keep_arrays
    from dashboard import cached

    keep_arrays()
    await anyio.to_thread.run_sync(cached.warm_up)
    yield


app = st.App(
    str(Path(__file__).with_name("app.py")),
    lifespan=warm,
    middleware=[Middleware(GZipMiddleware, minimum_size=1_000), Middleware(SecurityHeaders)],
)


def main() -> None:
    """Serve on 127.0.0.1."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.server")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--headless", action="store_true")
    arguments = parser.parse_args()
    print(f"Datawall opens on http://127.0.0.1:{arguments.port} (Ctrl+C stops it).", flush=True)
    app.run(
        config={
            "server.port": arguments.port,
            "server.address": "127.0.0.1",
            "server.headless": arguments.headless,
        }
    )


if __name__ == "__main__":
    main()
