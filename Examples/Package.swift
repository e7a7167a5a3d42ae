// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Examples",
    platforms: [.macOS(.v14)],
    dependencies: [.package(name: "SpikeKit", path: "..")],
    targets: [
        .executableTarget(
            name: "encode-and-decode", dependencies: [.product(name: "SpikeEncoding", package: "SpikeKit")],
            path: "Sources/EncodeAndDecode"),
        .executableTarget(
            name: "live-stream", dependencies: [.product(name: "SpikeEncoding", package: "SpikeKit")],
            path: "Sources/LiveStream"),
        .executableTarget(
            name: "tune-for-a-budget",
            dependencies: [
                .product(name: "SpikeTuning", package: "SpikeKit"),
                .product(name: "SpikeEncoding", package: "SpikeKit"),
            ],
            path: "Sources/TuneForABudget"),
    ],
    swiftLanguageModes: [.v6]
)
