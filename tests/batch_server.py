"""A real HTTP server on loopback with files and batches, as a vendor's batch API has them.

Every answer that a batch gave is on the bill, whether or not it is fetched.
Faults are planted by name; each strikes as often as it is planted.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from servers import Asked, Says, chat, checked, obliging

__all__ = ["BatchServer", "Made", "chat"]

_HELD = -1


@dataclass
class Made:
    """A batch as the server has it."""

    batch_id: str
    lines: list[dict[str, Any]]
    metadata: dict[str, str]
    status: str = "in_progress"
    looks: int = 0
    output: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)

    @property
    def indices(self) -> list[str]:
        """The names of its calls."""
        return [line["custom_id"] for line in self.lines]


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    stub: "BatchServer"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is killed hangs up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self._answer("POST", body)

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def _answer(self, method: str, body: bytes) -> None:
        status, kind, payload = self.server.stub.handled(method, self.path, body)
        if status == 0:  # The answer is lost on its way.
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


class BatchServer:
    """Serves on 127.0.0.1 while the ``with`` block lasts.

    Faults: ``poll_429``, ``poll_500``, ``upload_500``, ``create_500`` (not made), ``lose_create``
    (made, and the answer lost), ``hold_create`` (made) and ``hold_upload``: no answer before
    ``released``; ``invalid`` (the first line is at fault), ``too_large`` (the file as a whole is),
    ``expire`` (with the first half answered), ``fail_line`` (a 500 in the first line),
    ``truncate`` (the file of answers is cut), ``lose_line`` (one answer is missing), ``key`` (401)
    and ``nowhere`` (404).
    """

    def __init__(self, script: Callable[[Asked], Says] = obliging, looks: int = 1) -> None:
        """Answer by *script*; a batch is over at the look after so many."""
        self.script, self.looks = script, looks
        self.faults: Counter[str] = Counter()
        self.batches: list[Made] = []
        self.bill: list[tuple[int, int]] = []
        self.seen: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self._files: dict[str, str] = {}
        self._asked = 0
        self.released = threading.Event()
        self._turn = threading.RLock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.stub = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        """The address to give to a client."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def billed_usd(self, input_price: float, output_price: float) -> float:
        """The whole bill at prices per million tokens, at half of them."""
        return sum(i * input_price + o * output_price for i, o in self.bill) / 2e6

    def __enter__(self) -> "BatchServer":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def handled(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        """Status, content type and payload of what a request gets."""
        with self._turn:
            status, found = self._routed(method, path.partition("?")[0], body)
        if status == _HELD:
            self.released.wait(60)
            return 0, "", b""
        if isinstance(found, str):
            return status, "application/octet-stream", found.encode()
        return status, "application/json", json.dumps(found).encode()

    def _strikes(self, fault: str) -> bool:
        if self.faults[fault] > 0:
            self.faults[fault] -= 1
            return True
        return False

    def _routed(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        if self._strikes("key"):
            return 401, _error("bad key")
        if self._strikes("nowhere"):
            return 404, _error("not found")
        name = path.removeprefix("/v1")
        if (method, name) == ("POST", "/files"):
            return self._upload(body)
        if (method, name) == ("POST", "/batches"):
            return self._create(json.loads(body))
        if (method, name) == ("GET", "/batches"):
            self.seen["list"] += 1
            data = [self._facts(batch) for batch in reversed(self.batches)]
            return 200, {"object": "list", "data": data, "has_more": False}
        if found := re.fullmatch(r"/files/([^/]+)/content", name):
            return self._content(found[1])
        if found := re.fullmatch(r"/batches/([^/]+)(/cancel)?", name):
            return self._batch(found[1], cancels=bool(found[2]))
        return 404, _error(f"no such path {path}")

    def _upload(self, body: bytes) -> tuple[int, Any]:
        self.seen["upload"] += 1
        if self._strikes("upload_500"):
            return 500, _error("no room")
        if self._strikes("hold_upload"):
            return _HELD, {}
        start = body.index(b'{"custom_id"')
        rows = body[start : body.rindex(b"}\n") + 1].decode()
        name = f"file-{len(self._files)}"
        self._files[name] = rows
        return 200, {"id": name, "object": "file", "purpose": "batch"}

    def _create(self, asked: dict[str, Any]) -> tuple[int, Any]:
        self.seen["create"] += 1
        if self._strikes("create_500"):
            return 500, _error("try again")
        lines = [json.loads(row) for row in self._files[asked["input_file_id"]].split("\n")]
        made = Made(f"batch-{len(self.batches)}", lines, asked.get("metadata") or {})
        self.batches.append(made)
        if self._strikes("lose_create"):
            return 0, {}
        if self._strikes("hold_create"):
            return _HELD, {}
        return 200, self._facts(made)

    def _batch(self, batch_id: str, *, cancels: bool) -> tuple[int, Any]:
        batch = next(b for b in self.batches if b.batch_id == batch_id)
        if cancels:
            self.seen["cancel"] += 1
            self._answer_half(batch, "cancelled")
            return 200, self._facts(batch)
        self.seen["look"] += 1
        for fault, status in (("poll_429", 429), ("poll_500", 500)):
            if self._strikes(fault):
                return status, _error("later")
        batch.looks += 1
        if batch.status == "in_progress" and batch.looks > self.looks:
            self._finish(batch)
        return 200, self._facts(batch)

    def _finish(self, batch: Made) -> None:
        if self._strikes("too_large"):
            batch.status = "failed"
            batch.faults = [{"code": "token_limit_exceeded", "message": "too many tokens waiting"}]
        elif self._strikes("invalid"):
            batch.status = "failed"
            batch.faults = [{"code": "invalid", "line": 1, "message": "line 1 is too long"}]
        elif self._strikes("expire"):
            self._answer_half(batch, "expired")
        else:
            for line in batch.lines:
                self._answered(batch, line)
            batch.status = "completed"

    def _answer_half(self, batch: Made, status: str) -> None:
        half = len(batch.lines) // 2
        for line in batch.lines[:half]:
            self._answered(batch, line)
        for line in batch.lines[half:]:
            facts = {"custom_id": line["custom_id"], "response": None}
            error = {"code": f"batch_{status}", "message": f"the batch is {status}"}
            batch.errors.append(json.dumps(facts | {"error": error}))
        batch.status = status

    def _answered(self, batch: Made, line: dict[str, Any]) -> None:
        self.bodies.append(line["body"])
        asked = Asked(self._asked, line["body"], {})
        says = checked(asked, self.script(asked))
        if self._strikes("fail_line"):
            says = Says(status=500, text=json.dumps(_error("broke down")))
        self._asked += 1
        if says.billed_input or says.billed_output:
            self.bill.append((says.billed_input, says.billed_output))
        response = {"status_code": says.status, "body": json.loads(says.text)}
        facts = {"custom_id": line["custom_id"], "response": response, "error": None}
        row = json.dumps(facts, ensure_ascii=False)
        (batch.output if says.status == 200 else batch.errors).append(row)

    def _content(self, name: str) -> tuple[int, Any]:
        self.seen["content"] += 1
        kind, _, number = name.partition("-")
        batch = self.batches[int(number)]
        rows = batch.output if kind == "output" else batch.errors
        text = "".join(row + "\n" for row in rows)
        if kind == "output" and self._strikes("truncate"):
            text = text[: len(text) // 2]
        if kind == "output" and self.faults["lose_line"]:
            text = text[text.index("\n") + 1 :]
        return 200, text

    def _facts(self, batch: Made) -> dict[str, Any]:
        number = batch.batch_id.partition("-")[2]
        return {
            "id": batch.batch_id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "status": batch.status,
            "metadata": batch.metadata,
            "output_file_id": f"output-{number}" if batch.output else None,
            "error_file_id": f"error-{number}" if batch.errors else None,
            "errors": {"object": "list", "data": batch.faults} if batch.faults else None,
            "request_counts": {
                "total": len(batch.lines),
                "completed": len(batch.output),
                "failed": len(batch.errors),
            },
        }


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "error", "code": None}}
