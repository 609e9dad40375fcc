// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds or tests Odometer has to build the benchmark library.
let package = Package(
    name: "odometer-benchmarks",
    dependencies: [
        .package(name: "odometer", path: ".."),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Stages",
            dependencies: [
                .product(name: "OdometerStages", package: "odometer"),
                .product(name: "OdometerStorage", package: "odometer"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Stages",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        .executableTarget(
            name: "Commits",
            dependencies: [
                .product(name: "OdometerStages", package: "odometer"),
                .product(name: "OdometerStorage", package: "odometer"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Sources/Commits"),
    ]
)
