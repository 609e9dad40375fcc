#!/usr/bin/env python3
"""A bucket that costs next to nothing: lists the files of a directory and sends ranges of them as S3 does, out of the page
cache, without a copy of its own and without a look at signatures.

    bucket.py DIR          writes the port that it listens on, on 127.0.0.1; ends with its input

What S3 says is in its API pages of ListObjectsV2 and GetObject; only what the reader asks for is here.
"""

import http.server
import pathlib
import sys
import threading
import urllib.parse
import xml.sax.saxutils



class Bucket(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    directory = pathlib.Path()

    def do_GET(self):
        place = urllib.parse.urlsplit(self.path)
        key = urllib.parse.unquote(place.path).lstrip("/").partition("/")[2]
        if not key:
            return self.list(urllib.parse.parse_qs(place.query))
        path = self.directory / key
        if not path.is_file():
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>", {})
        self.send(path)

    def list(self, query):
        prefix = query.get("prefix", [""])[0]
        start = query.get("start-after", [""])[0]
        keys = sorted(str(path.relative_to(self.directory)) for path in self.directory.rglob("*") if path.is_file())
        entries = "".join(
            f"<Contents><Key>{xml.sax.saxutils.escape(key)}</Key><LastModified>2026-11-01T00:00:00.000Z</LastModified>"
            f"<ETag>{self.tag(self.directory / key)}</ETag><Size>{(self.directory / key).stat().st_size}</Size></Contents>"
            for key in keys if key.startswith(prefix) and key > start)
        self.answer(200, ('<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>false</IsTruncated>'
                          f"{entries}</ListBucketResult>").encode(), {"Content-Type": "application/xml"})

    def send(self, path):
        size = path.stat().st_size
        first, last = 0, size - 1
        if asked := self.headers.get("Range"):
            first, _, end = asked.removeprefix("bytes=").partition("-")
            first, last = int(first), min(int(end or last), last)
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("ETag", self.tag(path))
        self.send_header("Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT")
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.end_headers()
        with open(path, "rb") as file:
            self.connection.sendfile(file, first, last - first + 1)

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def tag(self, path):
        return f'"{path.stat().st_size:x}-{path.stat().st_mtime_ns:x}"'

    def log_message(self, *_):
        pass


def main():
    Bucket.directory = pathlib.Path(sys.argv[1]).resolve()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
