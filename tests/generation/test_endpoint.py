import asyncio
import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from servers import Asked, Says, StubServer, chat, refusal

from core.errors import ProviderError
from core.generation.endpoint import ChatEndpoint
from core.generation.replies import EndpointError, EndpointRefusedError, Reply
from core.records import Prompt

PROMPT = Prompt(
    instructions="Answer.",
    question="What?",
    schema_name="x",
    schema={"type": "object", "properties": {}},
    max_output_tokens=16,
    temperature=0.5,
    seed=7,
)


async def _asked(base_url: str, times: int) -> list[Reply | ProviderError]:
    endpoint = ChatEndpoint(base_url)
    outcomes: list[Reply | ProviderError] = []
    try:
        for n in range(times):
            try:
                outcomes.append(await endpoint.ask(PROMPT, "stub", f"key-{n}"))
            except ProviderError as error:
                outcomes.append(error)
    finally:
        await endpoint.close()
    return outcomes


def asked(base_url: str, times: int = 1) -> list[Reply | ProviderError]:
    """What one endpoint gives to the same question, asked one after the other."""
    return asyncio.run(_asked(base_url, times))


def test_what_an_endpoint_refuses_is_not_sent_again() -> None:
    """One refusal teaches one manner: seed, temperature, limit and shape, each free to repeat."""
    fussy = {
        "seed": "unknown parameter: seed",
        "temperature": "temperature is not supported",
        "max_tokens": "use max_completion_tokens instead of max_tokens",
        "response_format": "response_format is not available",
    }

    def script(request: Asked) -> Says:
        for name, words in fussy.items():
            if name in request.body:
                return refusal(400, words)
        return chat(json.dumps({"text": "well"}))

    with StubServer(script) as server:
        outcomes = asked(server.base_url, 6)
        first = server.asked[0].body
        last = server.asked[-1].body
    assert (first["seed"], first["temperature"], first["max_tokens"]) == (7, 0.5, 16)
    assert set(last) == {"model", "messages", "max_completion_tokens"}
    errors = outcomes[:5]
    assert all(isinstance(error, EndpointError) and error.is_free_to_repeat for error in errors)
    assert isinstance(outcomes[5], Reply)


def test_a_host_that_does_not_exist_is_named() -> None:
    """The network knows no such host: unreachable, and the key of the plan that mends it."""
    (error,) = asked("http://nowhere.invalid/v1")
    assert isinstance(error, EndpointError)
    assert error.is_unreachable
    assert not error.may_be_billed
    assert "knows no host 'nowhere.invalid'; check generator.base_url" in str(error)


def test_a_port_where_nothing_listens_is_unreachable() -> None:
    """A refused connection was never billed."""
    (error,) = asked("http://127.0.0.1:1/v1")
    assert isinstance(error, EndpointError)
    assert (error.is_unreachable, error.may_be_billed) == (True, False)
    assert str(error).startswith("cannot reach http://127.0.0.1:1/v1:")


class _Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body = chat("well").text.encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what is tested."""


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server on loopback with a certificate that no one else signed, and the certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {certificate} -days 2 "
        "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    server = _Quiet(("127.0.0.1", 0), _Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}/v1", certificate
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_that_is_not_trusted_ends_the_run_and_names_the_variable(
    secure: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE is what mends it, and with it the same server answers."""
    address, certificate = secure
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    (error,) = asked(address)
    assert isinstance(error, EndpointRefusedError)
    assert error.ends_run
    assert "is not trusted: self-signed certificate; set SSL_CERT_FILE" in str(error)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    (reply,) = asked(address)
    assert isinstance(reply, Reply), reply
    assert reply.text == "well"


def test_https_to_a_server_that_speaks_http_is_told_apart() -> None:
    """The address begins with the wrong letters, and the sentence says so."""
    with StubServer() as server:
        (error,) = asked(server.base_url.replace("http:", "https:"))
    assert isinstance(error, ProviderError)
    assert "check whether generator.base_url begins with http or https" in str(error)


def test_a_key_that_an_endpoint_echoes_is_in_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of an answer holds no secret, even if the endpoint says it aloud."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-1")
    with StubServer(lambda _: chat("your key is sk-very-secret-1, is it not?")) as server:
        (reply,) = asked(server.base_url)
    assert isinstance(reply, Reply)
    assert reply.text == "your key is ***, is it not?"
