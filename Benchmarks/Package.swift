// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v14)],
    products: [.library(name: "BenchmarkSupport", targets: ["BenchmarkSupport"])],
    dependencies: [.package(name: "SpikeKit", path: "..")],
    targets: [
        .target(name: "BenchmarkSupport"),
        .executableTarget(
            name: "codec-benchmark",
            dependencies: ["BenchmarkSupport", .product(name: "SpikeEncoding", package: "SpikeKit")],
            path: "Sources/CodecBenchmark"),
        .executableTarget(
            name: "event-benchmark",
            dependencies: ["BenchmarkSupport", .product(name: "EventFiles", package: "SpikeKit")],
            path: "Sources/EventBenchmark"),
        .executableTarget(
            name: "recording-benchmark",
            dependencies: [.product(name: "SpikeFiles", package: "SpikeKit")],
            path: "Sources/RecordingBenchmark"),
        .executableTarget(
            name: "tuning-benchmark",
            dependencies: [
                "BenchmarkSupport", .product(name: "SpikeTuning", package: "SpikeKit"),
                .product(name: "SpikeEncoding", package: "SpikeKit"),
            ],
            path: "Sources/TuningBenchmark"),
        .executableTarget(
            name: "gym-benchmark",
            dependencies: [
                "BenchmarkSupport", .product(name: "SpikeEncoding", package: "SpikeKit"),
                .product(name: "SpikeGym", package: "SpikeKit"),
            ],
            path: "Sources/GymBenchmark"),
    ],
    swiftLanguageModes: [.v6]
)
