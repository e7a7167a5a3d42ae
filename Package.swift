// swift-tools-version: 6.2
import PackageDescription

// `SPIKEKIT_ONLY=SpikeEncoding swift test` builds and tests the codecs alone: nothing but Swift is needed.
let onlyEncoding = Context.environment["SPIKEKIT_ONLY"] == "SpikeEncoding"

let encoding: [Target] = [
    .target(name: "SpikeKernels"),
    .target(name: "SpikeEncoding", dependencies: ["SpikeKernels"]),
    .testTarget(name: "SpikeKernelsTests", dependencies: ["SpikeKernels"]),
    .testTarget(name: "SpikeEncodingTests", dependencies: ["SpikeEncoding"], resources: [.copy("Fixtures")]),
]

let program: [Target] = [
    .systemLibrary(name: "CNLopt", pkgConfig: "nlopt", providers: [.apt(["libnlopt-dev"]), .brew(["nlopt"])]),
    .systemLibrary(
        name: "CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"]), .brew(["libsndfile"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),

    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),

    .target(name: "ArrayFiles"),
    .target(name: "SpikeTuning", dependencies: ["SpikeEncoding", "CNLopt"]),
    .target(name: "SpikeFiles", dependencies: ["SpikeEncoding", "ArrayFiles", "CSndfile", "CHDF5", "CZlib"]),
    .target(name: "EventFiles", dependencies: ["SpikeEncoding", "SpikeFiles", "ArrayFiles", "CHDF5", "CLZ4", "CZstd"]),
    .target(
        name: "SpikeGym", dependencies: ["SpikeEncoding", "ArrayFiles"],
        resources: [.embedInCode("Gymnasium/gymnasium_server.py")]),
    .target(name: "SpikeReports", dependencies: ["SpikeEncoding"]),
    .target(
        name: "SpikeCommandLine",
        dependencies: [
            "SpikeEncoding", "SpikeGym", "ArrayFiles",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
    .executableTarget(
        name: "spike",
        dependencies: [
            "SpikeEncoding", "ArrayFiles", "SpikeTuning", "SpikeFiles", "EventFiles", "SpikeGym", "SpikeReports",
            "SpikeCommandLine", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),

    .target(name: "FileTestSupport", dependencies: ["ArrayFiles"], path: "Tests/FileTestSupport"),
    .testTarget(name: "ArrayFilesTests", dependencies: ["ArrayFiles", "FileTestSupport"]),
    .testTarget(
        name: "AppCodecTests", dependencies: ["SpikeEncoding", "SpikeFiles", "SpikeTuning", "FileTestSupport"]),
    .testTarget(name: "SpikeTuningTests", dependencies: ["SpikeTuning", "SpikeEncoding"]),
    .testTarget(
        name: "SpikeFilesTests",
        dependencies: ["SpikeFiles", "SpikeEncoding", "ArrayFiles", "FileTestSupport", "CSndfile", "CHDF5", "CZlib"],
        resources: [.copy("Fixtures")]),
    .testTarget(
        name: "EventFilesTests",
        dependencies: ["EventFiles", "SpikeFiles", "SpikeEncoding", "ArrayFiles", "FileTestSupport"]),
    .testTarget(
        name: "SpikeGymTests", dependencies: ["SpikeGym", "SpikeEncoding", "FileTestSupport"],
        resources: [.copy("Fixtures")]),
    .testTarget(
        name: "SpikeReportsTests", dependencies: ["SpikeReports", "SpikeEncoding", "FileTestSupport"],
        exclude: ["Drawings"]),
    .testTarget(
        name: "SpikeProgramTests",
        dependencies: [
            "spike", "SpikeCommandLine", "SpikeEncoding", "SpikeTuning", "SpikeFiles", "EventFiles", "SpikeGym",
            "SpikeReports", "FileTestSupport",
        ]),
]

let package = Package(
    name: "SpikeKit",
    platforms: [.macOS(.v14), .iOS(.v17)],
    // Static, as only then does `swift build --product SpikeEncoding` build that alone.
    products: [
        .library(name: "SpikeKernels", type: .static, targets: ["SpikeKernels"]),
        .library(name: "SpikeEncoding", type: .static, targets: ["SpikeEncoding"]),
    ]
        + (onlyEncoding
            ? []
            : [
                .library(name: "ArrayFiles", targets: ["ArrayFiles"]),
                .library(name: "SpikeTuning", targets: ["SpikeTuning"]),
                .library(name: "SpikeFiles", targets: ["SpikeFiles"]),
                .library(name: "EventFiles", targets: ["EventFiles"]),
                .library(name: "CZlib", targets: ["CZlib"]),
                .library(name: "SpikeGym", targets: ["SpikeGym"]),
                .library(name: "SpikeReports", targets: ["SpikeReports"]),
                .library(name: "SpikeCommandLine", targets: ["SpikeCommandLine"]),
                .executable(name: "spike", targets: ["spike"]),
            ]),
    dependencies: onlyEncoding
        ? [] : [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")],
    targets: onlyEncoding ? encoding : encoding + program,
    swiftLanguageModes: [.v6]
)
