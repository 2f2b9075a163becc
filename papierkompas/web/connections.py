"""Bound what a connection may keep waiting, so that nobody can shut the others out.

In:  connections to one of our two servers.
Out: a request that comes whole within its time; every other connection is closed.

Uvicorn waits for the head of a request for ever and counts such connections against its limit:
twenty of them, from anywhere in the room, would shut the door for everybody.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0  # from the first byte of a request, or from the connection, to its whole head
BODY_SECONDS = 60.0  # without a byte of a scan; a phone at the edge of the wifi is slow, not silent


@dataclass
class OpenConnections:
    """How many connections one server has that ask for nothing at the moment.

    Whoever comes next is let in and the one that waits longest goes: a browser's request takes a
    few milliseconds, so those that wait on purpose go first.
    """

    most_waiting: int
    most_of_one: int | None = None  # connections of one address, whatever they do
    waiting: dict[BoundedProtocol, None] = field(default_factory=dict)  # the longest first
    of_address: dict[str, int] = field(default_factory=dict)

    @property
    def protocol(self) -> Any:
        """What uvicorn makes for each connection."""
        return partial(BoundedProtocol, self)


class BoundedProtocol(H11Protocol):
    """A connection that has to ask something, in time."""

    def __init__(self, bounds: OpenConnections, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._bounds = bounds
        self._patience: asyncio.TimerHandle | None = None
        self._address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Start to wait for the first request."""
        super().connection_made(transport)
        bounds = self._bounds
        self._address = self.client[0] if self.client else ""
        of_one = bounds.of_address.get(self._address, 0) + 1
        bounds.of_address[self._address] = of_one
        if bounds.most_of_one is not None and of_one > bounds.most_of_one:
            oldest = (one for one in bounds.waiting if one._address == self._address)
            next(oldest, self)._give_up()
        if not transport.is_closing():
            self._wait()
            self._within(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._go_on()
        left = self._bounds.of_address.get(self._address, 1) - 1
        if left:
            self._bounds.of_address[self._address] = left
        else:
            self._bounds.of_address.pop(self._address, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what came, and see whether a request is whole."""
        super().data_received(data)
        if self.transport.is_closing():
            self._go_on()
        elif not self._is_asked:
            if self._patience is None:
                self._within(HEAD_SECONDS)
        else:
            self._go_on()
            if self.cycle.more_body:
                self._within(BODY_SECONDS)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._go_on()
        super().on_response_complete()
        if not self.transport.is_closing() and not self._is_asked:
            self._wait()

    @property
    def _is_asked(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        bounds = self._bounds
        bounds.waiting[self] = None
        if len(bounds.waiting) > bounds.most_waiting:
            next(iter(bounds.waiting))._give_up()

    def _go_on(self) -> None:
        self._bounds.waiting.pop(self, None)
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _within(self, seconds: float) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._patience = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self._go_on()
        self.transport.abort()
