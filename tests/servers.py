"""A real HTTP server on loopback that speaks enough of the OpenAI protocol to be billed by.

A script decides what each request gets; every answer that is paid for is on
the bill, whether or not it reaches the client whole.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

INPUT_TOKENS, OUTPUT_TOKENS = 400, 30
WORDS = (
    "kettle",
    "lantern",
    "harbour",
    "meadow",
    "copper",
    "thistle",
    "violin",
    "saddle",
    "pepper",
    "glacier",
    "walnut",
    "ribbon",
    "canyon",
    "beacon",
    "marble",
    "orchard",
    "falcon",
    "timber",
    "velvet",
    "anchor",
)


@dataclass
class Asked:
    """One request as it came in."""

    number: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def question(self) -> str:
        """The user's message."""
        return str(self.body["messages"][-1]["content"])

    @property
    def is_for_judge(self) -> bool:
        """Whether a critic asks."""
        return "<proposed-" in self.question


@dataclass
class Says:
    """What to send back."""

    status: int = 200
    text: str = ""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    billed_input: int = 0
    billed_output: int = 0
    wait_seconds: float = 0.0
    cut_after: int | None = None
    """Send so many bytes, then reset the connection."""
    drip_seconds: float = 0.0
    """Wait so long before each byte."""


def chat(
    content: str | None,
    *,
    finish: str = "stop",
    usage: tuple[int, int] | None = None,
    send_usage: bool = True,
    model: str = "stub",
    refused: str | None = None,
    **changes: Any,
) -> Says:
    """A chat completion that is on the bill."""
    asked, said = usage or (INPUT_TOKENS, OUTPUT_TOKENS)
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": model,
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, "refusal": refused},
            }
        ],
    }
    if content is None:
        body["choices"] = []
    if send_usage:
        body["usage"] = {
            "prompt_tokens": asked,
            "completion_tokens": said,
            "total_tokens": asked + said,
        }
    return Says(text=json.dumps(body), billed_input=asked, billed_output=said, **changes)


def refusal(status: int, message: str, code: str | None = None, **headers: str) -> Says:
    """An error that costs nothing."""
    body = {"error": {"message": message, "type": "error", "code": code}}
    return Says(status=status, text=json.dumps(body), headers=headers)


def message(number: int) -> str:
    """An example unlike those of other numbers."""
    picked = [WORDS[(number // len(WORDS) ** k) % len(WORDS)] for k in range(3)]
    return f"please stop the {picked[0]} card near the {picked[1]} and the {picked[2]} {number}"


CHECK = "the check word of the question"
"""Stands in a verdict for the word that the question asks to be repeated."""


def verdict(
    belongs: bool = True, plausible: bool = True, sound: bool = True, clean: bool = True
) -> str:
    """What a judge answers; the server fills in the check word."""
    said = {"belongs": belongs, "plausible": plausible, "sound": sound, "clean": clean}
    return json.dumps({"reason": "seen", **said, "check": CHECK})


def check_word(question: str) -> str:
    """The word that a judge is asked to repeat; empty in a question that is not for one."""
    return question.partition("<proposed-")[2].partition(">")[0]


def checked(asked: Asked, says: Says) -> Says:
    """The answer with the check word of its question."""
    return replace(says, text=says.text.replace(CHECK, check_word(asked.question)))


def obliging(asked: Asked) -> Says:
    """A good answer to either question."""
    if asked.is_for_judge:
        return chat(verdict())
    return chat(json.dumps({"text": message(asked.number)}))


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    stub: "StubServer"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # Head and body are two writes: 40 ms between them without.
    server: _Http

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        body = json.loads(self.rfile.read(length) or b"{}")
        stub = self.server.stub
        says = stub.arrived(body, {k.lower(): v for k, v in self.headers.items()})
        try:
            time.sleep(says.wait_seconds)
            self._send(says)
        except OSError:
            self.close_connection = True  # The client is gone.
        finally:
            stub.left()

    def _send(self, says: Says) -> None:
        payload = says.text.encode()
        self.send_response(says.status)
        self.send_header("content-type", says.content_type)
        self.send_header("content-length", str(len(payload)))
        for name, value in says.headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if says.drip_seconds:
            for place in range(len(payload)):
                time.sleep(says.drip_seconds)
                self.wfile.write(payload[place : place + 1])
                self.wfile.flush()
            return
        if says.cut_after is None:
            self.wfile.write(payload)
            return
        self.wfile.write(payload[: says.cut_after])
        self.wfile.flush()
        linger = struct.pack("ii", 1, 0)  # Closing now sends a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return  # The client is gone.

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            return


class StubServer:
    """Serves on 127.0.0.1 while the ``with`` block lasts."""

    def __init__(self, script: Callable[[Asked], Says] = obliging) -> None:
        """Answer by *script*, which may be exchanged at any time."""
        self.script = script
        self.asked: list[Asked] = []
        self.bill: list[tuple[int, int]] = []
        self.in_flight = self.most_in_flight = 0
        self._turn = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.stub = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        """The address to give to a client."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def billed_usd(self, input_price: float, output_price: float) -> float:
        """The whole bill at prices per million tokens."""
        return sum(i * input_price + o * output_price for i, o in self.bill) / 1e6

    def __enter__(self) -> "StubServer":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def arrived(self, body: dict[str, Any], headers: dict[str, str]) -> Says:
        """What a request gets, put on the bill."""
        with self._turn:
            asked = Asked(len(self.asked), body, headers)
            self.asked.append(asked)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            says = checked(asked, self.script(asked))
            if says.billed_input or says.billed_output:
                self.bill.append((says.billed_input, says.billed_output))
        return says

    def left(self) -> None:
        """A request was answered."""
        with self._turn:
            self.in_flight -= 1
