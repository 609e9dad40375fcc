// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nio = ["NIOCore", "NIOPosix", "NIOHTTP1"].map { Target.Dependency.product(name: $0, package: "swift-nio") }
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

// The targets stand in the order of the flow of the data; an arrow only ever points up this list.
let package = Package(
    name: "odometer",
    products: [
        .executable(name: "odometer", targets: ["odometer"]),
        .executable(name: "odometer-fixtures", targets: ["odometer-fixtures"]),
        // For Benchmarks/, which is a package of its own.
        .library(
            name: "OdometerStages",
            targets: ["UsageModel", "CSHA256", "SchemaValidation", "TenantMapping", "Windowing"]),
        // For Tests/Fuzz/, which is one too.
        .library(name: "OdometerStorage", targets: ["Compression", "RecordCutting", "FileReader", "Ledger"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", exact: "1.1.4"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CPrefetch"),
        .systemLibrary(name: "CStringScan"),
        .target(name: "CXXHash"),
        .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CCRC32C"),
        .target(name: "CSHA256"),
        .target(name: "CSipHash"),
        .target(name: "UsageModel", swiftSettings: strict),
        .target(name: "Execution", dependencies: ["CMalloc"], swiftSettings: strict),
        .target(name: "Compression", dependencies: ["CLZ4", "CZlib", "CZstd"], swiftSettings: strict),
        .target(name: "RecordCutting", dependencies: ["UsageModel", crypto], swiftSettings: strict),
        .target(
            name: "FileReader", dependencies: ["UsageModel", "Compression", "RecordCutting", crypto],
            swiftSettings: strict),
        .target(
            name: "AWSClient", dependencies: ["UsageModel", crypto, httpClient, nioSSL] + nio,
            swiftSettings: strict),
        .target(
            name: "S3Reader",
            dependencies: [
                "UsageModel", "Execution", "Compression", "RecordCutting", "AWSClient", crypto,
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "KinesisReader", dependencies: ["UsageModel", "Execution", "AWSClient", crypto],
            swiftSettings: strict),
        .target(
            name: "SchemaValidation",
            dependencies: ["UsageModel", "CSimdjson", "CSipHash", "CStringScan", "CPCRE2", "CXXHash"],
            swiftSettings: strict),
        .target(name: "TenantMapping", dependencies: ["UsageModel"], swiftSettings: strict),
        .target(
            name: "Windowing",
            dependencies: ["UsageModel", "CPrefetch", .product(name: "HeapModule", package: "swift-collections")],
            swiftSettings: strict),
        .target(
            name: "Ledger",
            dependencies: [
                "UsageModel", "Execution", "CCRC32C", "CLZ4", "CPrefetch", crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .target(
            name: "UsageQuery",
            dependencies: [
                "UsageModel", "TenantMapping", "Windowing", "Ledger",
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "Pipeline",
            dependencies: [
                "UsageModel", "Execution", "RecordCutting", "FileReader", "AWSClient", "S3Reader", "KinesisReader",
                "SchemaValidation",
                "TenantMapping",
                "Windowing", "Ledger", "UsageQuery", "CSHA256",
                crypto, logging, "Yams", .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
            ],
            resources: [
                .embedInCode("Resources/odometer.schema.json"), .embedInCode("Resources/usage-event.schema.json"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "odometer",
            dependencies: [
                "Pipeline", "UsageQuery", "Ledger", "UsageModel", "SchemaValidation", "TenantMapping", "Windowing",
                "Execution", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [
                .embedInCode("Init/Files/odometer.yaml"), .embedInCode("Init/Files/tenants.csv"),
                .embedInCode("Init/Files/sample.ndjson"), .embedInCode("Init/Files/api.request.schema.json"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "odometer-fixtures",
            dependencies: ["UsageModel", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Fixtures/Generator",
            swiftSettings: strict),
        // What the tests of every source reader hold it to.
        .target(
            name: "SourceConformance", dependencies: ["UsageModel", "Compression", "CLZ4", "CZlib", "CZstd"],
            path: "Tests/SourceConformance",
            swiftSettings: strict),
        // A Kinesis that answers as the API pages say, and the same for other programs.
        .target(
            name: "StrictKinesis", dependencies: ["UsageModel", "AWSClient", crypto], path: "Tests/StrictKinesis",
            swiftSettings: strict),
        .executableTarget(
            name: "strict-kinesis", dependencies: ["StrictKinesis", "LoopbackServer", "AWSClient"],
            path: "Tests/StrictKinesisServer", swiftSettings: strict),
        .executableTarget(
            name: "read-bucket", dependencies: ["S3Reader", "AWSClient", "Execution", "UsageModel"],
            path: "Tests/BucketReading", swiftSettings: strict),
        .target(
            name: "MemoryS3", dependencies: ["UsageModel", "AWSClient"], path: "Tests/MemoryS3", swiftSettings: strict),
        .target(
            name: "LoopbackServer", dependencies: ["AWSClient"] + nio, path: "Tests/LoopbackServer",
            swiftSettings: strict),
        .testTarget(name: "ExecutionTests", dependencies: ["Execution"], swiftSettings: strict),
        .testTarget(name: "UsageModelTests", dependencies: ["UsageModel"], swiftSettings: strict),
        .testTarget(
            name: "CompressionTests", dependencies: ["Compression", "CLZ4", "CZlib", "CZstd"], swiftSettings: strict),
        .testTarget(
            name: "AWSClientTests", dependencies: ["AWSClient", "UsageModel", nioSSL] + nio,
            exclude: ["Certificates", "Signatures", "Vectors"], swiftSettings: strict),
        .testTarget(
            name: "FileReaderTests",
            dependencies: [
                "FileReader", "RecordCutting", "SourceConformance", "UsageModel", "Compression", "CLZ4", "CZlib",
                "CZstd", crypto,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "S3ReaderTests",
            dependencies: [
                "S3Reader", "MemoryS3", "SourceConformance", "UsageModel", "Compression", "RecordCutting", "AWSClient",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "KinesisReaderTests",
            dependencies: [
                "KinesisReader", "StrictKinesis", "SourceConformance", "Execution", "AWSClient", "UsageModel", crypto,
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "SchemaValidationTests", dependencies: ["SchemaValidation", "UsageModel"],
            exclude: ["JSONSchemaTestSuite"], swiftSettings: strict),
        .testTarget(name: "TenantMappingTests", dependencies: ["TenantMapping", "UsageModel"], swiftSettings: strict),
        .testTarget(name: "WindowingTests", dependencies: ["Windowing", "UsageModel"], swiftSettings: strict),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "Ledger", "UsageModel", "Windowing", crypto, .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "UsageQueryTests",
            dependencies: ["UsageQuery", "Ledger", "TenantMapping", "Windowing", "UsageModel"], swiftSettings: strict),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Pipeline", "Ledger", "S3Reader", "MemoryS3", "AWSClient", "UsageModel", "SchemaValidation",
                "Windowing",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "odometerTests",
            dependencies: [
                "odometer", "odometer-fixtures", "UsageQuery", "Ledger", "Windowing", "Pipeline", "UsageModel",
                "MemoryS3",
                "StrictKinesis",
                "LoopbackServer",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
