// swift-tools-version: 6.2
import PackageDescription

// LibTorch is in the folder `.libtorch` of the repository, which `Scripts/setup-torch.sh` makes.
let torch = Context.packageDirectory + "/../../.libtorch"

let package = Package(
    name: "LearningBenchmarks",
    platforms: [.macOS(.v14)],
    dependencies: [
        .package(name: "Benchmarks", path: ".."), .package(name: "SpikeKit", path: "../.."),
        .package(path: "../../Packages/SpikeLearning"), .package(path: "../../Packages/CTorchBridge"),
    ],
    targets: [
        .executableTarget(
            name: "tensor-benchmark",
            dependencies: [
                "TensorLoops", "CTorchBridge", .product(name: "BenchmarkSupport", package: "Benchmarks"),
                .product(name: "TorchTensors", package: "SpikeLearning"),
            ],
            path: "Sources/TensorBenchmark"),
        .target(
            name: "TensorLoops",
            cxxSettings: [
                .unsafeFlags([
                    "-isystem", torch + "/include", "-isystem", torch + "/include/torch/csrc/api/include",
                ])
            ],
            linkerSettings: [
                .unsafeFlags(["-L", torch + "/lib", "-Xlinker", "-rpath", "-Xlinker", torch + "/lib"]),
                .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
            ]),
        .executableTarget(
            name: "neuron-benchmark",
            dependencies: [
                .product(name: "BenchmarkSupport", package: "Benchmarks"),
                .product(name: "SpikingLayers", package: "SpikeLearning"),
                .product(name: "TorchTensors", package: "SpikeLearning"),
            ],
            path: "Sources/NeuronBenchmark"),
        .executableTarget(
            name: "synapse-benchmark",
            dependencies: [
                .product(name: "BenchmarkSupport", package: "Benchmarks"),
                .product(name: "SpikingLayers", package: "SpikeLearning"),
                .product(name: "TorchTensors", package: "SpikeLearning"),
            ],
            path: "Sources/SynapseBenchmark"),
        .executableTarget(
            name: "qkformer-benchmark",
            dependencies: [
                .product(name: "BenchmarkSupport", package: "Benchmarks"),
                .product(name: "SpikingModels", package: "SpikeLearning"),
                .product(name: "TorchModules", package: "SpikeLearning"),
                .product(name: "TorchTensors", package: "SpikeLearning"),
            ],
            path: "Sources/QKFormerBenchmark"),
        .executableTarget(
            name: "yolo-benchmark",
            dependencies: [
                .product(name: "BenchmarkSupport", package: "Benchmarks"),
                .product(name: "SpikingModels", package: "SpikeLearning"),
                .product(name: "TorchModules", package: "SpikeLearning"),
                .product(name: "TorchTensors", package: "SpikeLearning"),
            ],
            path: "Sources/YOLOBenchmark"),
        .executableTarget(
            name: "loading-benchmark",
            dependencies: [
                .product(name: "BenchmarkSupport", package: "Benchmarks"),
                .product(name: "CZlib", package: "SpikeKit"),
                .product(name: "SpikeDatasets", package: "SpikeLearning"),
                .product(name: "TorchTensors", package: "SpikeLearning"),
            ],
            path: "Sources/LoadingBenchmark"),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)
