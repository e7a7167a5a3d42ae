// swift-tools-version: 6.2
import PackageDescription

// `Scripts/setup-torch.sh` creates `.libtorch` in the repository, a folder with LibTorch or a link to one.
let torch = Context.packageDirectory + "/../../.libtorch"

let package = Package(
    name: "CTorchBridge",
    platforms: [.macOS(.v14)],
    products: [.library(name: "CTorchBridge", type: .dynamic, targets: ["CTorchBridge"])],
    targets: [
        .target(
            name: "CTorchBridge",
            sources: ["Bridge.cpp"],
            cxxSettings: [
                .headerSearchPath("GlooDeclarations"),
                .unsafeFlags([
                    "-isystem", torch + "/include", "-isystem", torch + "/include/torch/csrc/api/include",
                ]),
                .define("USE_C10D_GLOO"),
            ],
            linkerSettings: [
                .unsafeFlags(["-L", torch + "/lib", "-Xlinker", "-rpath", "-Xlinker", torch + "/lib"]),
                .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
            ])
    ],
    cxxLanguageStandard: .cxx20
)
