"""An interrupt stops a run in order: open answers are waited for, what is paid is kept."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def on_signals(act: Callable[[], None]) -> Iterator[None]:
    """Call *act* on an interrupt while the block lasts; only the main thread is told."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, wanted = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in wanted}
    for number in wanted:
        loop.add_signal_handler(number, act)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
