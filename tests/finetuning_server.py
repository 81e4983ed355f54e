"""A real HTTP server on loopback with files, fine-tuning jobs, chat and embeddings.

What it tunes is honest: a tuned model answers with the label whose training
texts share most words with the question. Faults are planted by name and strike
as often as they are planted.
"""

import json
import re
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    stub: "FineTuningServer"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is killed hangs up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("content-length", 0))))

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        status, found, headers = self.server.stub.handled(self.command, self.path, body)
        if status == 0:  # The answer is lost on its way.
            self.close_connection = True
            return
        payload = found if isinstance(found, bytes) else json.dumps(found).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


class FineTuningServer:
    """Serves on 127.0.0.1 while the ``with`` block lasts.

    Faults: ``upload_500``, ``create_500`` (not made), ``lose_create`` (made, the
    answer lost), ``poll_429``, ``chat_500``, ``chat_malformed``, ``fail_job``, ``odd_answer``,
    ``embed_short``, ``forget_job``, ``no_usage`` (nor trained tokens), ``echo_key`` (an upload is
    refused with the key in the reason). Files in ``expired`` are gone; ``says`` puts an answer in
    place of the one to a method and the start of a path.
    """

    def __init__(self) -> None:
        self.files: dict[str, list[dict[str, Any]]] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.asked: Counter[str] = Counter()
        self.expired: set[str] = set()
        self.says: dict[tuple[str, str], bytes] = {}
        self._faults: Counter[str] = Counter()
        self._guard = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.stub = self

    @property
    def base_url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> "FineTuningServer":
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def plant(self, fault: str, times: int = 1) -> None:
        """Let a fault strike so many times."""
        self._faults[fault] += times

    def _strikes(self, fault: str) -> bool:
        with self._guard:
            if self._faults[fault] <= 0:
                return False
            self._faults[fault] -= 1
            return True

    def handled(self, method: str, path: str, body: bytes) -> tuple[int, Any, dict[str, str]]:
        """Status, answer and headers."""
        path = path.split("?")[0].removeprefix("/v1")
        self.asked[f"{method} {re.sub(r'(ftjob)-.*', r'{1}', path)}"] += 1
        planted = [v for (of, start), v in self.says.items() if of == method and start in path]
        if planted:
            return 200, planted[0], {}
        return self._routed(method, path, body)

    def _routed(self, method: str, path: str, body: bytes) -> tuple[int, Any, dict[str, str]]:
        if path == "/files":
            return self._upload(body)
        if path == "/fine_tuning/jobs":
            if method == "GET":
                jobs = list(self.jobs.values())
                return 200, {"object": "list", "data": jobs, "has_more": False}, {}
            return self._create(json.loads(body))
        if path.startswith("/fine_tuning/jobs/"):
            return self._poll(path.rsplit("/", 1)[1])
        if path == "/chat/completions":
            return self._chat(json.loads(body))
        if path == "/embeddings":
            return self._embed(json.loads(body))
        return 404, {"error": {"message": f"no {path}"}}, {}

    def _upload(self, body: bytes) -> tuple[int, Any, dict[str, str]]:
        if self._strikes("upload_500"):
            return 500, {"error": {"message": "try later"}}, {"retry-after": "0"}
        if self._strikes("echo_key"):
            return 401, {"error": {"message": "\x1b[31mno such key: sk-mine" + "!" * 5000}}, {}
        lines = re.search(rb"\r\n\r\n(\{\"messages\".*?\n)\r?\n?--", body, re.S)
        assert lines is not None
        name = f"file-{len(self.files)}"
        self.files[name] = [json.loads(line) for line in lines.group(1).splitlines() if line]
        found = {
            "id": name, "object": "file", "bytes": len(body), "created_at": 0,
            "filename": "f.jsonl", "purpose": "fine-tune", "status": "processed",
        }  # fmt: skip
        return 200, found, {}

    def _create(self, asked: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        if self._strikes("create_500"):
            return 500, {"error": {"message": "try later"}}, {"retry-after": "0"}
        if asked["training_file"] in self.expired:
            return 400, {"error": {"message": "the file does not exist"}}, {}
        name = f"ftjob-{len(self.jobs)}"
        self.jobs[name] = {
            "id": name, "object": "fine_tuning.job", "created_at": len(self.jobs),
            "model": asked["model"], "training_file": asked["training_file"],
            "status": "running", "fine_tuned_model": None, "trained_tokens": None, "error": None,
            "metadata": asked["metadata"], "seed": asked["seed"], "result_files": [],
            "organization_id": "o", "hyperparameters": {"n_epochs": 3}, "finished_at": None,
            "validation_file": None,
        }  # fmt: skip
        if self._strikes("lose_create"):
            return 0, None, {}
        return 200, self.jobs[name], {}

    def _poll(self, name: str) -> tuple[int, Any, dict[str, str]]:
        if self._strikes("poll_429"):
            return 429, {"error": {"message": "slow down"}}, {"retry-after": "0"}
        if self._strikes("forget_job"):
            return 404, {"error": {"message": f"no {name}"}}, {}
        job = self.jobs[name]
        if job["status"] == "running":
            job["looks"] = job.get("looks", 0) + 1
            if self._strikes("fail_job"):
                job |= {"status": "failed", "error": {"code": "bad", "message": "line 3 is odd",
                                                      "param": None}}  # fmt: skip
            elif job["looks"] >= 2:
                tokens = 3 * sum(len(json.dumps(x)) // 4 for x in self.files[job["training_file"]])
                job |= {"status": "succeeded", "fine_tuned_model": f"ft:{name}",
                        "trained_tokens": tokens}  # fmt: skip
                if self._strikes("no_usage"):
                    job["trained_tokens"] = None
        return 200, job, {}

    def _chat(self, asked: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        if self._strikes("chat_500"):
            return 500, {"error": {"message": "try later"}}, {"retry-after": "0"}
        if self._strikes("chat_malformed"):
            return 200, b"<html>", {}
        rows = self.files[self.jobs[asked["model"].removeprefix("ft:")]["training_file"]]
        said = "something else" if self._strikes("odd_answer") else self._nearest(asked, rows)
        found = {
            "id": "c", "object": "chat.completion", "created": 0, "model": asked["model"],
            "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": said}}],
            "usage": {"prompt_tokens": 20, "completion_tokens": 2, "total_tokens": 22},
        }  # fmt: skip
        if self._strikes("no_usage"):
            del found["usage"]
        return 200, found, {}

    def _nearest(self, asked: dict[str, Any], rows: list[dict[str, Any]]) -> str:
        words = set(asked["messages"][-1]["content"].split())
        shared = [len(words & set(row["messages"][1]["content"].split())) for row in rows]
        return str(rows[shared.index(max(shared))]["messages"][2]["content"])

    def _embed(self, asked: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        texts = asked["input"]
        data = [
            {"object": "embedding", "index": i, "embedding": _embedding(text)}
            for i, text in enumerate(texts)
        ]
        if self._strikes("embed_short"):
            data = data[:-1]
        tokens = sum(len(text.split()) for text in texts)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        found = {"object": "list", "model": asked["model"], "data": data, "usage": usage}
        return 200, found, {}


def _embedding(text: str) -> list[float]:
    """Counts of the words' first letters: enough to tell bills from fraud."""
    counts = Counter(word[0] for word in text.lower().split())
    return [float(counts[letter]) for letter in "abcdefghijklmnopqrstuvwxyz"]
