"""nginx with a configuration of its own, and wrk as its users."""

import os
import re
import signal
import urllib.request

from processes import free_port, wait_until

CONNECTIONS = 64

CONFIGURATION = """
daemon off;
{user}
worker_processes 2;
pid {home}/nginx.pid;
error_log {home}/error.log crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    log_format usage escape=json '{{"id":"$request_id","time":$msec,"client":"$http_x_client","address":"$remote_addr",'
        '"uri":"$uri","status":$status,"bytes":$body_bytes_sent,"agent":"$http_user_agent"}}';
    server {{
        listen 127.0.0.1:{port};
        root {home}/www;
        keepalive_requests 1000000000;
        access_log {logs}/access.log usage;
        # The same lines again, in a file that nobody rotates: what was served, whatever becomes of the log.
        access_log {home}/witness.log usage;
        location = /moved {{ return 301 /page-0; }}
        location = /status {{ stub_status; access_log off; }}
    }}
}}
"""

# Each request is from one of twelve clients, for one of ten pages or for one that is not there or has moved.
USERS = """
local threads = 0
function setup(thread)
   threads = threads + 1
   thread:set("seed", SEED * 100 + threads)
end
function init(arguments) math.randomseed(seed) end
function request()
   local number = math.random(0, 11)
   local path = "/page-" .. number
   if number == 10 then path = "/not there-" .. math.random(0, 3) end
   if number == 11 then path = "/moved" end
   return wrk.format("GET", path:gsub(" ", "%%20"), {["X-Client"] = string.format("client-%02d", math.random(0, 11))})
end
-- Milliseconds between two requests of a connection.
function delay() return math.random(0, 2 * PAUSE) end
function done(summary, latency, requests)
   local errors = summary.errors
   print("completed", summary.requests, errors.connect + errors.read + errors.write + errors.timeout)
end
"""


class Webserver:
    def __init__(self, children, home, logs):
        self.children = children
        self.home = home
        self.port = free_port()
        self.asked = 0
        www = home / "www"
        www.mkdir()
        for page in range(10):
            (www / f"page-{page}").write_bytes(b"x" * (page * page * 50))
        # Workers of another user could not reopen a log in a directory that is only its maker's.
        user = "user root;" if os.geteuid() == 0 else ""
        (home / "nginx.conf").write_text(CONFIGURATION.format(home=home, logs=logs, port=self.port, user=user))

    @property
    def witness(self):
        return self.home / "witness.log"

    def start(self):
        program = "/usr/sbin/nginx" if os.path.exists("/usr/sbin/nginx") else "nginx"
        self.process = self.children.start(
            [program, "-p", self.home, "-c", self.home / "nginx.conf", "-e", self.home / "error.log"])
        wait_until(self.answers, "nginx answers", seconds=20)

    def answers(self):
        try:
            self.requests()
            return True
        except OSError:
            return False

    def requests(self):
        """How many requests nginx says that it has served, but for those that asked so."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/status", timeout=10) as answer:
            text = answer.read().decode()
        self.asked += 1
        return int(re.search(r"\n *\d+ +\d+ +(\d+)", text).group(1)) - self.asked

    def stop(self):
        """Lets nginx end what it is doing; after it no line is written any more."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=60)

    def start_users(self, seconds, pause, seed):
        script = self.home / "users.lua"
        script.write_text(f"SEED = {seed}\nPAUSE = {pause}\n{USERS}")
        command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "-s", script]
        return self.children.start(
            command + [f"http://127.0.0.1:{self.port}/"], stdout=open(self.home / "users.out", "wb"))

    def completed(self):
        """How many answers the users got, and how many errors."""
        text = (self.home / "users.out").read_text()
        found = re.search(r"completed\t(\d+)\t(\d+)", text)
        if not found:
            raise RuntimeError("wrk did not say what it did: " + text)
        return int(found.group(1)), int(found.group(2))
