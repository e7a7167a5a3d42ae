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
        .library(name: "SpikeTraining", targets: ["SpikeTraining"]),
        .library(name: "TrainingReports", targets: ["TrainingReports"]),
        .library(name: "SpikingAgents", targets: ["SpikingAgents"]),
        .executable(name: "spike-learn", targets: ["spike-learn"]),
    ],
    dependencies: [
        .package(name: "SpikeKit", path: "../.."),
        .package(path: "../CTorchBridge"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
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
            name: "SpikingLayers", dependencies: ["TorchModules", .product(name: "BigInt", package: "BigInt")],
            resources: [.embedInCode("CUDA/Sources")]),
        .target(name: "SpikingModels", dependencies: ["SpikingLayers"]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CTurboJPEG", pkgConfig: "libturbojpeg",
            providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CWebP", pkgConfig: "libwebpdemux", providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
        .target(
            name: "SpikeDatasets",
            dependencies: [
                "TorchTensors", .product(name: "ArrayFiles", package: "SpikeKit"), "CZlib", "CTurboJPEG", "CPNG",
                "CWebP",
            ]),
        .target(
            name: "SpikeTraining",
            dependencies: [
                "SpikingModels", "SpikeDatasets", .product(name: "ArrayFiles", package: "SpikeKit"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "TrainingReports",
            dependencies: ["SpikeTraining", .product(name: "SpikeReports", package: "SpikeKit")]),
        .target(
            name: "SpikingAgents",
            dependencies: [
                "SpikingLayers", .product(name: "ArrayFiles", package: "SpikeKit"),
                .product(name: "SpikeGym", package: "SpikeKit"),
                .product(name: "SpikeReports", package: "SpikeKit"),
            ]),
        .executableTarget(
            name: "spike-learn",
            dependencies: [
                "SpikeTraining", "TrainingReports", "SpikingAgents",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SpikeCommandLine", package: "SpikeKit"),
                .product(name: "SpikeGym", package: "SpikeKit"), .product(name: "SpikeReports", package: "SpikeKit"),
            ]),

        .target(name: "TestSupport", dependencies: ["TorchTensors"], path: "Tests/TestSupport"),
        // Run by tests, in two processes at once.
        .executableTarget(
            name: "gradient-averaging-check", dependencies: ["TorchTensors"], path: "Tests/GradientAveragingCheck"),
        .testTarget(
            name: "TorchTensorsTests", dependencies: ["TorchTensors", "TestSupport", "gradient-averaging-check"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "TorchModulesTests", dependencies: ["TorchModules", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SpikingLayersTests",
            dependencies: ["SpikingLayers", "TestSupport", .product(name: "BigInt", package: "BigInt")],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SpikingModelsTests", dependencies: ["SpikingModels", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SpikeDatasetsTests",
            dependencies: ["SpikeDatasets", "TestSupport", "CZlib", "CTurboJPEG", "CPNG", "CWebP"],
            resources: [.copy("Fixtures")]),
        .testTarget(name: "SpikeTrainingTests", dependencies: ["SpikeTraining", "TestSupport"]),
        .testTarget(name: "TrainingReportsTests", dependencies: ["TrainingReports", "TestSupport"]),
        .testTarget(name: "SpikingAgentsTests", dependencies: ["SpikingAgents", "TestSupport"]),
        .testTarget(
            name: "SpikeLearnTests", dependencies: ["spike-learn", "SpikeTraining", "SpikingAgents", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
