// swift-tools-version: 6.2
import PackageDescription

/// A module of the package that this one lies in.
func kit(_ name: String) -> Target.Dependency { .product(name: name, package: "SpikeKit") }

// All that needs LibTorch. A package of its own, so that whoever wants codecs never fetches it.
let package = Package(
    name: "SpikeLearning",
    platforms: [.macOS(.v14)],
    products: [
        .library(name: "TorchTensors", targets: ["TorchTensors"]),
        .library(name: "TorchModules", targets: ["TorchModules"]),
        .library(name: "SpikingLayers", targets: ["SpikingLayers"]),
        .library(name: "FiringPatterns", targets: ["FiringPatterns"]),
        .library(name: "SpikingModels", targets: ["SpikingModels"]),
        .library(name: "ObjectDetection", targets: ["ObjectDetection"]),
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
        .target(name: "TorchTensors", dependencies: ["CTorchBridge", kit("SpikeEncoding"), kit("ArrayFiles")]),
        .target(name: "TorchModules", dependencies: ["TorchTensors"]),
        .target(
            name: "SpikingLayers", dependencies: ["TorchModules", "TorchTensors"],
            resources: [.embedInCode("CUDA/Sources")]),
        .target(
            name: "FiringPatterns",
            dependencies: ["SpikingLayers", "TorchTensors", .product(name: "BigInt", package: "BigInt")]),
        .target(name: "SpikingModels", dependencies: ["SpikingLayers", "TorchModules", "TorchTensors"]),
        .target(name: "ObjectDetection", dependencies: [kit("ArrayFiles")]),
        .systemLibrary(
            name: "CTurboJPEG", pkgConfig: "libturbojpeg",
            providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CWebP", pkgConfig: "libwebpdemux", providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
        .target(
            name: "SpikeDatasets",
            dependencies: [
                "ObjectDetection", "TorchTensors", kit("ArrayFiles"), kit("SpikeEncoding"), kit("SpikeFiles"),
                kit("CZlib"), "CTurboJPEG", "CPNG", "CWebP", .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "SpikeTraining",
            dependencies: [
                "SpikingModels", "SpikingLayers", "TorchModules", "TorchTensors", "SpikeDatasets", "ObjectDetection",
                kit("ArrayFiles"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "TrainingReports",
            dependencies: [
                "SpikeTraining", "SpikeDatasets", "ObjectDetection", "SpikingModels", "SpikingLayers", "TorchTensors",
                kit("SpikeReports"),
            ]),
        .target(
            name: "SpikingAgents",
            dependencies: [
                "SpikingLayers", "TorchModules", "TorchTensors", kit("SpikeEncoding"), kit("ArrayFiles"),
                kit("SpikeGym"), kit("SpikeReports"),
            ]),
        .executableTarget(
            name: "spike-learn",
            dependencies: [
                "SpikeTraining", "TrainingReports", "SpikingAgents", "FiringPatterns", "SpikeDatasets", "SpikingModels",
                "ObjectDetection", "SpikingLayers", "TorchModules", "TorchTensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), kit("SpikeCommandLine"),
                kit("SpikeEncoding"), kit("ArrayFiles"), kit("SpikeGym"), kit("SpikeReports"),
            ]),

        .target(name: "TestSupport", dependencies: ["TorchModules", "TorchTensors"], path: "Tests/TestSupport"),
        // Run by tests, in two processes at once.
        .executableTarget(
            name: "gradient-averaging-check", dependencies: ["TorchTensors"], path: "Tests/GradientAveragingCheck"),
        .testTarget(
            name: "TorchTensorsTests",
            dependencies: [
                "TorchTensors", "TestSupport", "gradient-averaging-check", kit("SpikeEncoding"), kit("ArrayFiles"),
            ], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "TorchModulesTests", dependencies: ["TorchModules", "TorchTensors", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SpikingLayersTests", dependencies: ["SpikingLayers", "TorchModules", "TorchTensors", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "FiringPatternsTests",
            dependencies: [
                "FiringPatterns", "SpikingLayers", "TorchTensors", "TestSupport",
                .product(name: "BigInt", package: "BigInt"),
            ], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SpikingModelsTests",
            dependencies: ["SpikingModels", "SpikingLayers", "TorchModules", "TorchTensors", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ObjectDetectionTests", dependencies: ["ObjectDetection", "TestSupport", kit("ArrayFiles")],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SpikeDatasetsTests",
            dependencies: [
                "SpikeDatasets", "ObjectDetection", "TorchTensors", "TestSupport", kit("ArrayFiles"),
                kit("SpikeEncoding"), kit("SpikeFiles"), kit("CZlib"), "CTurboJPEG", "CPNG", "CWebP",
            ], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SpikeTrainingTests",
            dependencies: [
                "SpikeTraining", "SpikeDatasets", "ObjectDetection", "SpikingModels", "SpikingLayers", "TorchModules",
                "TorchTensors", "TestSupport",
            ]),
        .testTarget(
            name: "TrainingReportsTests",
            dependencies: [
                "TrainingReports", "SpikeTraining", "SpikeDatasets", "ObjectDetection", "SpikingLayers", "TorchTensors",
                "TestSupport", kit("SpikeReports"),
            ]),
        .testTarget(
            name: "SpikingAgentsTests",
            dependencies: [
                "SpikingAgents", "SpikingLayers", "TorchModules", "TorchTensors", "TestSupport", kit("SpikeEncoding"),
                kit("ArrayFiles"), kit("SpikeGym"),
            ]),
        .testTarget(
            name: "SpikeLearnTests",
            dependencies: [
                "spike-learn", "SpikeTraining", "SpikeDatasets", "SpikingAgents", "SpikingModels", "SpikingLayers",
                "TorchModules", "TorchTensors", "TestSupport", kit("SpikeCommandLine"), kit("ArrayFiles"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
