// swift-tools-version: 6.2
import PackageDescription

// The package of the examples that need LibTorch, which `Scripts/setup-torch.sh` sets up.
let package = Package(
    name: "LearningExamples",
    platforms: [.macOS(.v14)],
    dependencies: [
        .package(name: "SpikeKit", path: "../.."), .package(path: "../../Packages/SpikeLearning"),
    ],
    targets: [
        .executableTarget(
            name: "balance-a-pole",
            dependencies: [
                .product(name: "SpikeEncoding", package: "SpikeKit"),
                .product(name: "SpikeGym", package: "SpikeKit"),
                .product(name: "SpikingAgents", package: "SpikeLearning"),
                .product(name: "TorchTensors", package: "SpikeLearning"),
            ],
            path: "Sources/BalanceAPole"),
        .executableTarget(
            name: "learn-spikes",
            dependencies: [
                .product(name: "SpikeEncoding", package: "SpikeKit"),
                .product(name: "SpikeDatasets", package: "SpikeLearning"),
                .product(name: "SpikingLayers", package: "SpikeLearning"),
                .product(name: "TorchModules", package: "SpikeLearning"),
                .product(name: "TorchTensors", package: "SpikeLearning"),
            ],
            path: "Sources/LearnSpikes"),
    ],
    swiftLanguageModes: [.v6]
)
