"""A proxy between a client and the S3 that is tested against, which spoils answers as a seed says."""

import random
import re
import socket
import socketserver
import struct
import threading
import time

FAULTS = ("drop", "reset", "truncate", "slow", "storm", "longer", "shorter", "broken", "error", "internal")


class Proxy:
    """Passes requests on to an upstream address. `spoil` is the share of answers that go wrong."""

    def __init__(self, upstream, seed=0, spoil=0.0):
        self.upstream = upstream
        self.random = random.Random(seed)
        self.spoil = spoil
        self.lock = threading.Lock()
        self.storm = 0
        self.done = {name: 0 for name in FAULTS}
        self.gets = 0
        # Called with the number of a request for an object and its head, before it is passed on; it may answer itself.
        self.before_get = None
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                proxy.serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, address):
                pass  # Clients that go away are what is tested.

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.server.shutdown()
        self.server.server_close()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    # Serving

    def serve(self, client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        rest = b""
        while True:
            while b"\r\n\r\n" not in rest:
                more = client.recv(65536)
                if not more:
                    return
                rest += more
            head, rest = rest.split(b"\r\n\r\n", 1)
            if not self.answer(client, head):
                return

    def answer(self, client, head):
        """Answers one request without a body; tells whether the connection goes on."""
        is_list = b"list-type=2" in head.split(b"\r\n", 1)[0]
        if not is_list:
            with self.lock:
                self.gets += 1
                number = self.gets
            if self.before_get:
                own = self.before_get(number, head)
                if own:
                    client.sendall(own)
                    return True
        fault = self.choose(is_list)
        if fault in ("storm", "internal"):
            status, code = ("503 Slow Down", b"SlowDown") if fault == "storm" else ("500 Error", b"InternalError")
            client.sendall(message(status, b"<Error><Code>" + code + b"</Code></Error>"))
            return True
        if fault == "drop":
            return False
        if fault == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        status, body = self.fetch(head)
        return self.pass_on(client, status, body, fault)

    def choose(self, is_list):
        with self.lock:
            if self.storm > 0:
                self.storm -= 1
                return "storm"
            if self.random.random() >= self.spoil:
                return None
            fault = self.random.choice(FAULTS)
            if fault in ("broken", "error") and not is_list:
                fault = "truncate"
            if fault == "storm":
                self.storm = self.random.randrange(1, 4)
            self.done[fault] += 1
            return fault

    def fetch(self, head):
        with socket.create_connection(self.upstream) as server:
            server.sendall(head + b"\r\nConnection: close\r\n\r\n")
            answer = b""
            while True:
                more = server.recv(1 << 20)
                if not more:
                    break
                answer += more
        status, _, body = answer.partition(b"\r\n\r\n")
        if b"chunked" in status.lower():
            body = unchunked(body)
            status = re.sub(rb"(?im)^transfer-encoding:[^\r]*\r\n", b"", status + b"\r\n").rstrip()
            status += b"\r\nContent-Length: " + str(len(body)).encode()
        return re.sub(rb"(?im)^connection:[^\r]*\r?\n?", b"", status + b"\r\n").rstrip(), body

    def pass_on(self, client, head, body, fault):
        if fault == "error":
            client.sendall(message("200 OK", b"<Error><Code>InternalError</Code></Error>"))
        elif fault == "broken":
            client.sendall(message("200 OK", body[: len(body) * 2 // 3]))
        elif fault == "truncate":
            client.sendall(head + b"\r\n\r\n" + body[: len(body) // 2])
            return len(body) == 0
        elif fault in ("longer", "shorter"):
            step = 7 if fault == "longer" else -min(3, len(body))
            wrong = re.sub(rb"(?i)content-length: *\d+", b"Content-Length: %d" % (len(body) + step), head)
            client.sendall(wrong + b"\r\n\r\n" + body)
            return False
        elif fault == "slow":
            client.sendall(head + b"\r\n\r\n")
            for start in range(0, len(body), max(1, len(body) // 8)):
                client.sendall(body[start:start + max(1, len(body) // 8)])
                time.sleep(0.002)
        else:
            client.sendall(head + b"\r\n\r\n" + body)
        return True


def message(status, body):
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nContent-Type: application/xml\r\n\r\n".encode() + body


def unchunked(body):
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        count = int(size.split(b";")[0], 16)
        if count == 0:
            break
        whole += body[:count]
        body = body[count + 2:]
    return whole
