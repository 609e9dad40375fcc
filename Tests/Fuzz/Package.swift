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

// A package of its own: everything that it depends on is built a second time, with coverage and AddressSanitizer. `run`
// knows the flags.
let package = Package(
    name: "odometer-fuzz",
    dependencies: [.package(name: "odometer", path: "../..")],
    targets: [
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CFuzzer", .product(name: "OdometerStages", package: "odometer"),
                .product(name: "OdometerStorage", package: "odometer"),
            ],
            swiftSettings: strict),
    ]
)
