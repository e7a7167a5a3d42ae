// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v14)],
    dependencies: [.package(name: "SpikeKit", path: "..")],
    targets: [
        .executableTarget(
            name: "codec-benchmark", dependencies: [.product(name: "SpikeEncoding", package: "SpikeKit")],
            path: "Sources/CodecBenchmark"),
        .executableTarget(
            name: "tuning-benchmark", dependencies: [.product(name: "SpikeTuning", package: "SpikeKit")],
            path: "Sources/TuningBenchmark"),
    ],
    swiftLanguageModes: [.v6]
)
