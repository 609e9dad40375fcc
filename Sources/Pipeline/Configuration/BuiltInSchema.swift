/// The schemas that are a part of the program: the files of `Schemas/`.
public enum BuiltInSchema {
    /// The structure of the configuration file.
    public static var configuration: [UInt8] { PackageResources.odometer_schema_json }
    /// A CloudEvent that says what was used; for configurations that name no schema of their own.
    public static var usageEvent: [UInt8] { PackageResources.usage_event_schema_json }
}
