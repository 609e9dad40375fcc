"""The events that the tests put into buckets and streams, and the configuration that counts them."""

import json

TENANTS = 7


def event(number, size=0):
    """One CloudEvent; its number is its id and its bytes."""
    second = number % 86_400
    data = {"bytes": number, "region": f"r{number % 3}"}
    if size:
        data["fill"] = "x" * size
    return json.dumps({
        "specversion": "1.0", "id": f"e{number}", "source": "test", "type": "api.request",
        "subject": f"s{number % TENANTS}",
        "time": f"2026-11-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z", "data": data,
    }, separators=(",", ":"))


def lines(numbers, size=0):
    return "".join(event(number, size) + "\n" for number in numbers).encode()


def totals(numbers):
    """What the meters are to come to, by tenant."""
    counts, sums = {}, {}
    for number in numbers:
        tenant = (f"t{number % TENANTS}",)
        counts[tenant] = counts.get(tenant, 0) + 1
        sums[tenant] = sums.get(tenant, 0) + number
    return counts, sums


def configure(home, source, commit="100ms"):
    """Writes a configuration with one source, which is named `cloud`."""
    tenants = "subject,tenant\n" + "".join(f"s{number},t{number}\n" for number in range(TENANTS))
    (home / "tenants.csv").write_text(tenants)
    file = home / "odometer.yaml"
    file.write_text(f"""
ledger: {{path: ./ledger, commit: {{interval: {commit}, bytes: 4MiB}}}}
sources:
  - name: cloud
    {source}
tenants: {{file: tenants.csv}}
meters:
  - {{name: requests, event_type: api.request, aggregation: count, window: 1h}}
  - {{name: bytes, event_type: api.request, aggregation: sum, value: /data/bytes, window: 1h}}
""")
    return file


def check_totals(checks, odometer, numbers, what):
    """Everything was counted once, and added up to what it is."""
    counts = odometer.counts()
    checks.equal(counts, {
        "records_read": len(numbers), "accepted": len(numbers), "duplicates": 0, "conflicts": 0, "rejected": 0}, what)
    wanted = totals(numbers)
    for meter, expected in zip(("requests", "bytes"), wanted):
        checks.equal(odometer.totals(meter, ["tenant"]), expected, f"{what}, {meter}")
