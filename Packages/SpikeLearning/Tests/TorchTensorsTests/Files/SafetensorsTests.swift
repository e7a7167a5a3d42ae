import ArrayFiles
import Foundation
import TestSupport
import Testing

@testable import TorchTensors

@Suite(.leavesNothing) struct SafetensorsTests {
    /// [2, 3] of each type, with values that it holds exactly.
    static func everyType() throws -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for dtype in DType.allCases {
            let values: [Float] = dtype == .bool ? [0, 1, 1, 0, 0, 1] : [0, 1, 2, 3, 100, 0.5]
            tensors["\(dtype)"] = try Tensor(values, shape: [2, 3]).to(dtype)
        }
        return tensors
    }

    static func bytes(_ tensor: Tensor) throws -> [UInt8] {
        try tensor.contiguous().withUnsafeBytes { Array($0) }
    }

    static func expectEqual(
        _ found: [String: Tensor], _ expected: [String: Tensor], _ location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(found.keys.sorted() == expected.keys.sorted(), sourceLocation: location)
        for (name, tensor) in expected {
            let other = try #require(found[name], sourceLocation: location)
            #expect(other.dtype == tensor.dtype && other.shape == tensor.shape, sourceLocation: location)
            #expect(try bytes(other) == bytes(tensor), "\(name)", sourceLocation: location)
        }
    }

    @Test func roundTripsEveryType() throws {
        let folder = try TemporaryFolder()
        var tensors = try Self.everyType()
        for (name, tensor) in tensors {
            tensors["single \(name)"] = try tensor.flattened()[1].reshaped([])
            tensors["empty \(name)"] = try Tensor(unset: [3, 0, 2], dtype: tensor.dtype)
        }
        let metadata = ["a": "b", "ü\"\\\n\u{1}\u{1F600}": "\u{0}/\t", "": ""]
        try Safetensors.write(tensors, metadata: metadata, to: folder.file("a"))
        let (found, texts) = try Safetensors.read(folder.file("a"))
        try Self.expectEqual(found, tensors)
        #expect(texts == metadata)
        #expect(try folder.names == ["a"])
    }

    @Test func roundTripsNothing() throws {
        let folder = try TemporaryFolder()
        try Safetensors.write([:], to: folder.file("a"))
        #expect(try folder.bytes("a") == [8, 0, 0, 0, 0, 0, 0, 0] + Array("{}      ".utf8))
        let (found, texts) = try Safetensors.read(folder.file("a"))
        #expect(found.isEmpty && texts.isEmpty)
    }

    @Test func elementsAreInCOrderWhateverTheLayout() throws {
        let folder = try TemporaryFolder()
        let whole = try Tensor.arange(120, dtype: .float32).reshaped([2, 3, 4, 5])
        let views: [String: Tensor] = [
            "transposed": try whole.transposed(), "channels last": try whole.channelsLast(),
            "expanded": try whole.flattened()[0].expanded([2, 2]),
            "graph": try Tensor([1, 2] as [Float]).requireGradient() * 2,
        ]
        try Safetensors.write(views, to: folder.file("a"))
        let found = try Safetensors.read(folder.file("a")).tensors
        for (name, view) in views {
            #expect(try found[name]!.elements(as: Float.self) == view.elements(as: Float.self), "\(name)")
            #expect(found[name]!.isContiguous && !found[name]!.requiresGradient)
        }
    }

    @Test(.enabled(if: Device.cuda.isAvailable)) func writesFromCUDA() throws {
        let folder = try TemporaryFolder()
        let tensor = try Tensor([1, 2, 3] as [Float])
        try Safetensors.write(["a": tensor.to(.cuda)], to: folder.file("a"))
        try Self.expectEqual(Safetensors.read(folder.file("a")).tensors, ["a": tensor])
    }

    /// Each tensor begins at a multiple of its element's size, and the order of insertion does not show.
    @Test func isAlignedAndDeterministic() throws {
        let folder = try TemporaryFolder()
        let tensors = try Self.everyType()
        for (index, names) in [tensors.keys.sorted(), tensors.keys.sorted().reversed()].enumerated() {
            var copy: [String: Tensor] = [:]
            for name in names { copy[name] = tensors[name] }
            try Safetensors.write(copy, metadata: ["b": "2", "a": "1"], to: folder.file("\(index)"))
        }
        #expect(try folder.bytes("0") == folder.bytes("1"))
        let header = try SafetensorsHeader(of: InputFile(folder.file("0")))
        #expect(header.fileBytes.count % 8 == 0)
        for entry in header.entries { #expect(entry.bytes.lowerBound % entry.dtype.size == 0) }
    }

    @Test func failureKeepsTheOldFile() throws {
        let folder = try TemporaryFolder()
        let tensor = try Tensor([1] as [Float])
        try Safetensors.write(["a": tensor], to: folder.file("a"))
        let old = try folder.bytes("a")
        #expect(
            message { try Safetensors.write(["__metadata__": tensor], to: folder.file("a")) }
                == "\(folder.file("a")): no tensor can be named __metadata__ in this format; rename it")
        let deep = try tensor.reshaped(Array(repeating: 1, count: 65))
        #expect(
            message { try Safetensors.write(["deep": deep], to: folder.file("a")) }
                == "\(folder.file("a")): tensor \"deep\" has 65 dimensions; at most 64 can be read")
        #expect(
            message { try Safetensors.write(["a": tensor], to: folder.file("missing/a")) }?
                .contains("there is no folder \(folder.file("missing/"))") == true)
        #expect(try folder.bytes("a") == old)
        #expect(try folder.names == ["a"])
    }

    /// As on a full disk: the system takes no more after the first bytes.
    @Test func aFailureHalfwayKeepsTheOldFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", [1, 2])
        let tensor = try Tensor.zeros([1 << 20])
        var old = rlimit()
        getrlimit(sizeLimit, &old)
        let handler = signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 4096, rlim_max: old.rlim_max)
        setrlimit(sizeLimit, &limit)
        let problem = message { try Safetensors.write(["a": tensor], to: path) }
        setrlimit(sizeLimit, &old)
        signal(SIGXFSZ, handler)
        #expect(problem == "\(path): cannot be written: file too large")
        #expect(try folder.bytes("a") == [1, 2])
        #expect(try folder.names == ["a"])
    }

    #if canImport(Glibc)
        private let sizeLimit = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
        private let sizeLimit = RLIMIT_FSIZE
    #endif

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func refusesAFolderThatIsReadOnly() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", [1, 2])
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
        let tensor = try Tensor([1] as [Float])
        #expect(
            message { try Safetensors.write(["a": tensor], to: path) }
                == "\(path): cannot be written: permission denied")
        #expect(try folder.bytes("a") == [1, 2])
    }
}
