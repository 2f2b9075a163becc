"""Ask an app without a server: one request in, what came back out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send


@dataclass
class Answer:
    """What came back: nothing at all has status 0."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def values(self, name: str) -> list[str]:
        return [value.decode() for key, value in self.headers if key == name.encode()]


class Behind:
    """The app behind the guard; reads all that was sent, and says so."""

    def __init__(self, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self.reached: list[str] = []
        self.came = b""
        self._headers = [*headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append(scope.get("path", scope["type"]))
        if scope["type"] != "http":
            return
        more = True
        while more:
            message = await receive()
            self.came += message.get("body", b"")
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await send({"type": "http.response.body", "body": b"inside"})


Asker = Callable[..., Answer]


def asking(app: Any, host: str) -> Asker:
    """Return how the app is asked: method, path, what is in the head, what is sent in parts."""

    def ask(
        method: str = "GET",
        path: str = "/s/x",
        query: str = "",
        sent: Iterable[bytes] = (b"",),
        kind: str = "http",
        **head: str | list[str],
    ) -> Answer:
        given: dict[str, str | list[str]] = {"host": host, **head}
        parts = [*sent]
        scope = {
            "type": kind,
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [
                (name.replace("_", "-").encode(), value.encode())
                for name, values in given.items()
                for value in ([values] if isinstance(values, str) else values)
            ],
        }
        answer = Answer()

        async def receive() -> dict[str, Any]:
            body = parts.pop(0) if parts else b""
            return {"type": "http.request", "body": body, "more_body": bool(parts)}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = [*message.get("headers", ())]
            else:
                answer.body += message.get("body", b"")

        asyncio.run(app(scope, receive, send))
        return answer

    return ask
