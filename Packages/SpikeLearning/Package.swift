// swift-tools-version: 6.2
import PackageDescription

// All that needs LibTorch. A package of its own, so that whoever wants codecs never fetches it.
let package = Package(
    name: "SpikeLearning",
    platforms: [.macOS(.v14)],
    products: [
        .library(name: "TorchTensors", targets: ["TorchTensors"]),
        .library(name: "TorchModules", targets: ["TorchModules"]),
        .library(name: "SpikingLayers", targets: ["SpikingLayers"]),
        .library(name: "SpikingModels", targets: ["SpikingModels"]),
        .library(name: "SpikeDatasets", targets: ["SpikeDatasets"]),
        .executable(name: "spike-learn", targets: ["spike-learn"]),
    ],
    dependencies: [
        .package(name: "SpikeKit", path: "../.."),
        .package(path: "../CTorchBridge"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    ],
    targets: [
        .target(
            name: "TorchTensors",
            dependencies: [
                "CTorchBridge", .product(name: "SpikeEncoding", package: "SpikeKit"),
                .product(name: "ArrayFiles", package: "SpikeKit"),
            ]),
        .target(name: "TorchModules", dependencies: ["TorchTensors"]),
        .target(
            name: "SpikingLayers", dependencies: ["TorchModules", .product(name: "BigInt", package: "BigInt")]),
        .target(name: "SpikingModels", dependencies: ["SpikingLayers"]),
        .target(name: "SpikeDatasets", dependencies: ["TorchTensors"]),
        .executableTarget(
            name: "spike-learn",
            dependencies: [
                "SpikingLayers", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .target(
            name: "TestSupport", dependencies: ["TorchTensors", .product(name: "SpikeEncoding", package: "SpikeKit")],
            path: "Tests/TestSupport"),
        .testTarget(
            name: "TorchTensorsTests", dependencies: ["TorchTensors", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "TorchModulesTests", dependencies: ["TorchModules", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SpikingLayersTests",
            dependencies: ["SpikingLayers", "TestSupport", .product(name: "BigInt", package: "BigInt")],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SpikingModelsTests", dependencies: ["SpikingModels", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SpikeDatasetsTests", dependencies: ["SpikeDatasets", "TestSupport"], resources: [.copy("Fixtures")]),
    ],
    swiftLanguageModes: [.v6]
)
