"""A reader that follows a bucket and is killed again and again while the bucket grows."""

import random
import time

from buckets import BucketOdometer, source
from checks import figure
from events import check_totals, configure, lines
from processes import wait_until


def run(checks, store, kills, seed):
    with checks.part(f"{kills} SIGKILLs while objects are put, many of them between older keys") as (children, home):
        dice = random.Random(seed)
        store.make("kills")
        odometer = BucketOdometer(
            children, configure(home, source("kills", "logs/", more=", poll: 100ms"), commit="50ms"))
        numbers, keys = [], set()
        for _ in range(kills):
            odometer.start()
            for _ in range(dice.randrange(4)):
                key = f"{dice.randrange(10 ** 5):05}"
                if key in keys:
                    continue
                keys.add(key)
                count = dice.choice((1, 50, 2_000))
                numbers += range(len(numbers), len(numbers) + count)
                store.put("kills", f"logs/{key}", lines(numbers[-count:]))
            time.sleep(dice.random() * 0.3)
            odometer.kill()
        odometer.start()
        wait_until(lambda: odometer.counts()["accepted"] == len(numbers), "all is counted")
        checks.equal(odometer.stop(), 0, "exit status")
        check_totals(checks, odometer, numbers, "after the kills")
        figure("objects, events", f"{len(keys)}, {len(numbers)}")
