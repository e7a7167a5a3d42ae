// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "LearningBenchmarks",
    platforms: [.macOS(.v14)],
    dependencies: [
        .package(name: "Benchmarks", path: ".."),
        .package(path: "../../Packages/SpikeLearning"),
    ],
    targets: [
        .executableTarget(
            name: "neuron-benchmark",
            dependencies: [
                .product(name: "BenchmarkSupport", package: "Benchmarks"),
                .product(name: "SpikingLayers", package: "SpikeLearning"),
            ],
            path: "Sources/NeuronBenchmark"),
        .executableTarget(
            name: "qkformer-benchmark",
            dependencies: [
                .product(name: "BenchmarkSupport", package: "Benchmarks"),
                .product(name: "SpikingModels", package: "SpikeLearning"),
            ],
            path: "Sources/QKFormerBenchmark"),
    ],
    swiftLanguageModes: [.v6]
)
