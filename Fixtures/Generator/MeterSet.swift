/// The meters that fit the generated events, as the configuration and as JSON for the oracle of the tests.
enum MeterSet {
    static let configuration = """
        # Made by odometer-fixtures.
        ledger:
          path: ./ledger
        sources:
          - name: gateway
            files: {include: ["logs/*.ndjson", "logs/*.ndjson.gz", "logs/*.ndjson.lz4"]}
            format: cloudevents
        tenants: {file: tenants.csv}
        meters:
          - name: requests
            event_type: api.request
            aggregation: count
            group_by: [/data/region]
            window: 1h
          - name: egress_bytes
            event_type: api.request
            aggregation: sum
            value: /data/bytes
            filter: {/data/status: [200, 201]}
            window: 1h
          - name: storage_gb
            event_type: storage.write
            aggregation: sum
            value: /data/gb
            group_by: [/data/region, /data/class]
            window: 1h
          - name: job_seconds_max
            event_type: job.run
            aggregation: max
            value: /data/seconds
            window: 1h
          - name: job_seconds_min
            event_type: job.run
            aggregation: min
            value: /data/seconds
            filter: {/data/queue: [batch]}
            window: 1h

        """

    static let json = """
        [
          {"name": "requests", "event_type": "api.request", "aggregation": "count", "group_by": ["/data/region"]},
          {"name": "egress_bytes", "event_type": "api.request", "aggregation": "sum", "value": "/data/bytes",
           "filter": {"/data/status": [200, 201]}},
          {"name": "storage_gb", "event_type": "storage.write", "aggregation": "sum", "value": "/data/gb",
           "group_by": ["/data/region", "/data/class"]},
          {"name": "job_seconds_max", "event_type": "job.run", "aggregation": "max", "value": "/data/seconds"},
          {"name": "job_seconds_min", "event_type": "job.run", "aggregation": "min", "value": "/data/seconds",
           "filter": {"/data/queue": ["batch"]}}
        ]

        """
}
