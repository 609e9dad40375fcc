"""Seeded faults between the reader and the store: after each run every event is counted once."""

import concurrent.futures
import random

from buckets import BucketOdometer, source
from checks import figure
from events import check_totals, configure, lines
from proxy import FAULTS, Proxy


def run(checks, store, runs, seed):
    with checks.part(f"{runs} seeded runs through a proxy that spoils a quarter of the answers") as (children, home):
        dice = random.Random(seed)
        store.make("faults")
        numbers = []
        for key in range(12):
            count = dice.randrange(1, 400)
            numbers += range(len(numbers), len(numbers) + count)
            store.put("faults", f"logs/{dice.randrange(10 ** 6):06}", lines(numbers[-count:]))

        def one(number):
            place = home / str(number)
            place.mkdir()
            with Proxy(("127.0.0.1", 7480), seed=seed * 1_000_003 + number, spoil=0.25) as proxy:
                odometer = BucketOdometer(children, configure(place, source("faults", "logs/", proxy.endpoint)))
                # Six spoiled answers in a row end it with 3; it goes on from there.
                for attempt in range(5):
                    try:
                        odometer.backfill()
                        break
                    except RuntimeError as error:
                        if attempt == 4 or "ended with 3" not in str(error):
                            raise
                return odometer, dict(proxy.done)

        done = {name: 0 for name in FAULTS}
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            for odometer, spoiled in pool.map(one, range(runs)):
                check_totals(checks, odometer, numbers, f"run {odometer.configuration.parent.name}")
                for name, count in spoiled.items():
                    done[name] += count
        for name, count in done.items():
            figure(f"answers spoiled: {name}", count)
            checks.that(runs < 100 or count > 0, f"no answer was spoiled by {name}")
