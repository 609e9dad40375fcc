"""A bucket that changes while it is read: late keys, overwriting, deletion, credentials that expire."""

import json
import threading
import time

from http.server import BaseHTTPRequestHandler, HTTPServer

from buckets import BucketOdometer, source
from events import check_totals, configure, lines
from processes import wait_until
from proxy import Proxy, message
from store import KEYS

FOLLOW = ", poll: 200ms"


def run(checks, store):
    with checks.part("A late key between others, and the same contents again") as (children, home):
        late_keys(checks, store, children, home)
    with checks.part("An object that is overwritten while it is read") as (children, home):
        overwritten(checks, store, children, home)
    with checks.part("An object that is deleted between the listing and its reading") as (children, home):
        deleted(checks, store, children, home)
    with checks.part("Credentials that expire in the midst of an object") as (children, home):
        expiring(checks, store, children, home)
    with checks.part("A wrong secret, a bucket that is not there, and another region's name") as (children, home):
        refused(checks, store, children, home)


def late_keys(checks, store, children, home):
    store.make("late")
    odd = ["a b", "a+b", "é", "a=b", "a%2Fb", "a//b", "a/../b", "~", "日本"]
    numbers = []
    for key in odd:
        numbers += range(len(numbers), len(numbers) + 10)
        store.put("late", "logs/" + key, lines(numbers[-10:]))
    store.put("late", "logs/09", lines(range(1_000, 1_100)))
    store.put("late", "logs/11", lines(range(1_100, 1_200)))
    numbers += range(1_000, 1_200)
    odometer = BucketOdometer(children, configure(home, source("late", "logs/", more=FOLLOW)))
    odometer.start()
    wait_until(lambda: counted(odometer) == len(numbers), "the first objects are counted")
    store.put("late", "logs/10", lines(range(1_200, 1_300)))
    numbers += range(1_200, 1_300)
    wait_until(lambda: counted(odometer) == len(numbers), "the late key is counted")
    store.put("late", "logs/10", lines(range(1_200, 1_300)))
    time.sleep(1)
    checks.equal(odometer.stop(), 0, "exit status")
    check_totals(checks, odometer, numbers, "late keys")


def overwritten(checks, store, children, home):
    store.make("over")
    # Three parts, of which the first was fetched when it is overwritten.
    old, new = range(100_000), range(200_000, 200_500)
    store.put("over", "logs/1", lines(old, size=40))
    with Proxy(("127.0.0.1", 7480)) as proxy:
        def before_get(number, head):
            if number == 2:
                store.put("over", "logs/1", lines(new))

        proxy.before_get = before_get
        odometer = BucketOdometer(children, configure(home, source("over", "logs/", proxy.endpoint, FOLLOW)))
        odometer.start()
        wait_until(lambda: counted(odometer) >= len(new) and odometer.lag() == {}, "all is read")
        checks.equal(odometer.stop(), 0, "exit status")
        counts = odometer.counts()
        checks.equal(counts["duplicates"] + counts["conflicts"] + counts["rejected"], 0, "what was not accepted")
        checks.that(
            len(new) <= counts["accepted"] < len(old) + len(new), f"{counts['accepted']} accepted of the old and the new")
        said = [line for line in odometer.distinct_messages() if "overwritten while it was being read" in line]
        checks.equal(len(said), 1, "messages about it")


def deleted(checks, store, children, home):
    store.make("gone")
    for number in range(20):
        store.put("gone", f"logs/{number:02}", lines(range(number * 100, number * 100 + 100)))
    with Proxy(("127.0.0.1", 7480)) as proxy:
        def before_get(number, head):
            if b"/logs/19" in head.split(b"\r\n", 1)[0]:
                store.delete("gone", "logs/19")

        proxy.before_get = before_get
        odometer = BucketOdometer(children, configure(home, source("gone", "logs/", proxy.endpoint)))
        odometer.backfill()
        check_totals(checks, odometer, range(1_900), "what was there")


def expiring(checks, store, children, home):
    store.make("expire")
    numbers = range(150_000)
    store.put("expire", "logs/1", lines(numbers, size=60))
    issued = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            issued.append(time.time())
            body = json.dumps({
                "AccessKeyId": "AKTEST", "SecretAccessKey": "SKTEST", "Token": f"token{len(issued)}",
                "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3_600))}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    issuer = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=issuer.serve_forever, daemon=True).start()
    with Proxy(("127.0.0.1", 7480)) as proxy:
        refusals = []

        # radosgw knows no session tokens: what is signed with one is answered by the store under the key itself.
        def before_get(number, head):
            if number >= 2 and b"token1" in head:
                refusals.append(number)
                return message("400 Bad Request", b"<Error><Code>ExpiredToken</Code><Message>it is over</Message></Error>")

        proxy.before_get = before_get
        file = configure(home, source("expire", "logs/", proxy.endpoint))
        environment = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{issuer.server_port}/", "AWS_ACCESS_KEY_ID": "",
            "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "AWS_EC2_METADATA_DISABLED": "true",
            "HOME": str(home)}
        odometer = BucketOdometer(children, file, environment)
        odometer.backfill()
        check_totals(checks, odometer, numbers, "through the renewal")
        checks.that(len(refusals) > 0, "credentials were refused as expired")
        checks.that(len(issued) >= 2, "credentials were fetched anew")
    issuer.shutdown()


def refused(checks, store, children, home):
    store.make("secret")
    store.put("secret", "logs/1", lines(range(10)))
    for name, environment, bucket, word in (
            ("a wrong secret", {"AWS_SECRET_ACCESS_KEY": "WRONGSECRET"}, "secret", "SignatureDoesNotMatch"),
            ("an unknown key", {"AWS_ACCESS_KEY_ID": "AKNOBODY"}, "secret", "InvalidAccessKeyId"),
            ("no such bucket", {}, "nowhere", "NoSuchBucket")):
        place = home / name.replace(" ", "-")
        place.mkdir()
        odometer = BucketOdometer(children, configure(place, source(bucket, "logs/")), {**KEYS, **environment})
        try:
            odometer.backfill()
            checks.that(False, f"{name}: it ended with success")
        except RuntimeError as error:
            text = str(error)
            checks.that("ended with 3" in text and word in text, f"{name}: {text}")
            checks.that("WRONGSECRET" not in text and "SKTEST" not in text, f"{name}: a secret was told")


def counted(odometer):
    try:
        return odometer.counts()["accepted"]
    except RuntimeError:
        return 0
