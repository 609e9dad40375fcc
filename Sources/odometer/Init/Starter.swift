import Pipeline

/// What `init` writes: enough to run at once.
enum Starter {
    static let files: [(name: String, bytes: [UInt8])] = [
        ("odometer.yaml", PackageResources.odometer_yaml),
        ("tenants.csv", PackageResources.tenants_csv),
        ("Schemas/usage-event.schema.json", BuiltInSchema.usageEvent),
        ("Schemas/api.request.schema.json", PackageResources.api_request_schema_json),
        ("logs/sample.ndjson", PackageResources.sample_ndjson),
    ]
}
