"""A quick OpenAI-compatible endpoint on loopback, with latency, limits, faults and a bill.

``python -m benchmarks.mock_endpoint --latency 0.05`` prints its port and serves
until it is ended. It speaks as much HTTP as a client of chat completions needs,
on one thread, so that its own work stays small beside the client's. Every
answer it sends whole is on the bill.

``GET /stats`` gives its counters, ``POST /reset`` sets them to zero.
"""

import argparse
import asyncio
import hashlib
import json
import random
import struct
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

INPUT_TOKENS, OUTPUT_TOKENS = 120, 30
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 429: "Too Many Requests"}
_FAULTS = ("429", "500", "502", "503", "reset", "html", "broken", "fenced", "length", "refusal")
"""What a faulty answer is, each as likely as the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How the endpoint answers."""

    latency: float = 0.05
    """Seconds before an answer; the least of them when ``jitter`` is more than 0."""
    jitter: float = 0.0
    """Up to so many seconds more, each as likely as the other."""
    capacity: int = 0
    """Calls at once, beyond which it refuses; 0: any number."""
    retry_after: str = "1"
    """What a refusal for want of capacity asks to wait; empty: nothing."""
    fault_share: float = 0.0
    poison_every: int = 0
    """One prompt in so many is always refused; 0: none."""
    seed: int = 0


class Account:
    """What was asked and what is on the bill."""

    def __init__(self) -> None:
        self.requests = self.in_flight = self.most_in_flight = 0
        self.outcomes: Counter[str] = Counter()
        self.billed: Counter[str] = Counter()
        self.input_tokens = self.output_tokens = 0

    def as_dict(self) -> dict[str, Any]:
        """The counters."""
        return {
            "requests": self.requests,
            "most_in_flight": self.most_in_flight,
            "outcomes": dict(self.outcomes),
            "answers": sum(self.billed.values()),
            "distinct": len(self.billed),
            "repeated": sum(n - 1 for n in self.billed.values()),
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
        }


class Endpoint:
    """Decides what each request gets."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour, self.account = behaviour, Account()
        self._dice = random.Random(behaviour.seed)

    def delay(self) -> float:
        """Seconds that this answer takes."""
        return self.behaviour.latency + self._dice.random() * self.behaviour.jitter

    def fault(self, body: bytes) -> str:
        """The fault of this answer; empty for a good one."""
        every = self.behaviour.poison_every
        if every and _key(body)[0] % every == every - 1:
            return "poison"
        if self._dice.random() < self.behaviour.fault_share:
            return self._dice.choice(_FAULTS)
        return ""


def _key(body: bytes) -> bytes:
    """What is asked, whatever the seed of the call."""
    start = body.find(b'"messages"')
    return hashlib.blake2b(body[start:].partition(b'"seed"')[0], digest_size=8).digest()


def _content(body: bytes) -> str:
    """A verdict for a judge; for a generator a text that is its own for every prompt."""
    check = body.partition(b"<proposed-")[2].partition(b">")[0]
    if check:
        verdict = dict.fromkeys(("belongs", "plausible", "sound", "clean"), True)
        return json.dumps({"reason": "seen", **verdict, "check": check.decode()})
    mark = hashlib.blake2b(body, digest_size=12).hexdigest()
    words = " ".join(mark[i : i + 4] for i in range(0, 24, 4))
    return json.dumps({"text": f"please stop my card {words}"})


def _completion(content: str, finish: str = "stop", refusal: str | None = None) -> str:
    message = {"role": "assistant", "content": None if refusal else content, "refusal": refusal}
    usage = {"prompt_tokens": INPUT_TOKENS, "completion_tokens": OUTPUT_TOKENS}
    return json.dumps(
        {
            "id": "chatcmpl-mock",
            "object": "chat.completion",
            "model": "mock-model",
            "choices": [{"index": 0, "finish_reason": finish, "message": message}],
            "usage": {**usage, "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS},
        }
    )


class _Connection(asyncio.Protocol):
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint, self._buffer = endpoint, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lines = head.split(b"\r\n")
        length = next((int(x[15:]) for x in lines if x.lower().startswith(b"content-length:")), 0)
        if len(rest) < length:
            return
        body, self._buffer = rest[:length], rest[length:]
        self._answer(lines[0].split(b" ")[1], body)

    def _answer(self, path: bytes, body: bytes) -> None:
        account = self._endpoint.account
        if path.endswith(b"/chat/completions"):
            self._chat(body)
        elif path == b"/stats":
            self._send(200, json.dumps(account.as_dict()))
        elif path == b"/reset":
            self._endpoint.account = Account()
            self._send(200, "{}")
        else:
            self._send(404, '{"error": {"message": "not found"}}')

    def _chat(self, body: bytes) -> None:
        endpoint, account = self._endpoint, self._endpoint.account
        account.requests += 1
        capacity = endpoint.behaviour.capacity
        if capacity and account.in_flight >= capacity:
            account.outcomes["429"] += 1
            self._refuse(429, "too many at once")
            return
        account.in_flight += 1
        account.most_in_flight = max(account.most_in_flight, account.in_flight)
        loop = asyncio.get_running_loop()
        loop.call_later(endpoint.delay(), self._done, body, endpoint.fault(body))

    def _done(self, body: bytes, fault: str) -> None:
        account = self._endpoint.account
        account.in_flight -= 1
        account.outcomes[fault or "ok"] += 1
        if fault in ("429", "500", "502", "503"):
            self._refuse(int(fault), "mock failure")
            return
        if fault == "poison":
            self._send(400, '{"error": {"message": "filtered", "code": "content_filter"}}')
            return
        if fault == "html":
            self._send(200, "<html>a proxy</html>", kind="text/html")
            return
        answer = _completion(_content(body))
        if fault == "reset":
            self._reset(answer)
            return
        account.billed[_key(body).hex()] += 1
        account.input_tokens += INPUT_TOKENS
        account.output_tokens += OUTPUT_TOKENS
        self._send(200, _spoilt(answer, body, fault))

    def _refuse(self, status: int, why: str) -> None:
        wait = self._endpoint.behaviour.retry_after
        header = f"retry-after: {wait}\r\n" if status == 429 and wait else ""
        self._send(status, json.dumps({"error": {"message": why}}), header=header)

    def _send(
        self, status: int, body: str, *, header: str = "", kind: str = "application/json"
    ) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        payload = body.encode()
        reason = _REASONS.get(status, "Server Error")
        head = f"HTTP/1.1 {status} {reason}\r\ncontent-type: {kind}\r\n{header}"
        self._transport.write(f"{head}content-length: {len(payload)}\r\n\r\n".encode() + payload)

    def _reset(self, body: str) -> None:
        """Send half of an answer, then break the connection."""
        if self._transport is None:
            return
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
        self._transport.write(f"{head}\r\n\r\n{body[: len(body) // 2]}".encode())
        socket = self._transport.get_extra_info("socket")
        socket.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SOL_SOCKET, SO_LINGER: a reset
        self._transport.abort()


def _spoilt(answer: str, body: bytes, fault: str) -> str:
    """A billed answer that is hard or impossible to read."""
    content = _content(body)
    if fault == "broken":
        return _completion(content[: len(content) // 2])
    if fault == "fenced":
        return _completion(f"Here it is:\n```json\n{content}\n```")
    if fault == "length":
        return _completion(content[:-8], finish="length")
    if fault == "refusal":
        return _completion("", refusal="I cannot help with that.")
    return answer


async def serve(behaviour: Behaviour, port: int = 0) -> None:
    """Serve until cancelled; the port is printed first."""
    endpoint, loop = Endpoint(behaviour), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Connection(endpoint), "127.0.0.1", port, backlog=4096
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    for name, usual in asdict(Behaviour()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(usual), default=usual)
    return parser.parse_args()


if __name__ == "__main__":
    options = vars(_parsed())
    at = options.pop("port")
    asyncio.run(serve(Behaviour(**options), at))
