import CTorchBridge

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// NVRTC, CUDA's compiler at run time, which every PyTorch for CUDA brings. It needs no GPU.
///
/// The environment variable `SPIKEKIT_NVRTC` names another library than PyTorch's own.
public enum CUDACompiler {
    /// Such as `13.0`; nil if NVRTC is not there.
    public static var version: String? {
        var problem: UnsafePointer<CChar>?
        return tb_nvrtc_version(&problem).map { String(cString: $0) }
    }

    /// Why NVRTC cannot be used; nil if it can.
    public static var problem: String? {
        var problem: UnsafePointer<CChar>?
        return tb_nvrtc_version(&problem) == nil ? problem.map { String(cString: $0) } : nil
    }

    /// Whether tests have put a driver in place of CUDA's that runs kernels on the CPU.
    public static let isEmulated = tb_cuda_is_emulated()

    /// What the compiler made of a program.
    public struct Output: Sendable {
        /// Machine code, or PTX where NVRTC does not know the architecture.
        public let image: [UInt8]
        /// What the compiler said: among others the registers and the spilled bytes of each kernel.
        public let log: String
    }

    /// - Parameter architecture: Such as 90 for devices of compute capability 9.0.
    public static func compile(_ program: CUDAProgram, architecture: Int) throws(TensorError) -> Output {
        var image: UnsafeMutableRawPointer?
        var size = 0
        var log: UnsafeMutablePointer<CChar>?
        let options = program.options.map { strdup($0) }
        defer { for option in options { free(option) } }
        try options.map { UnsafePointer($0) }.withUnsafeBufferPointer { (options) throws(TensorError) in
            try check(
                tb_cuda_compile(
                    program.source(), program.name + ".cu", Int32(architecture), options.baseAddress, options.count,
                    &image, &size, &log))
        }
        defer {
            free(image)
            free(log)
        }
        return Output(
            image: Array(UnsafeRawBufferPointer(start: image, count: size)), log: log.map { String(cString: $0) } ?? "")
    }
}

extension Device {
    /// Whether kernels in CUDA C run on it.
    public var runsCUDA: Bool {
        switch self {
        case .cuda: true
        case .cpu: CUDACompiler.isEmulated
        case .mps: false
        }
    }
}

/// CUDA C, and the macros that it is compiled with.
public struct CUDAProgram: Sendable, Hashable {
    /// What its source is known by: programs of the same name have the same source.
    public let name: String
    public let macros: [Macro]
    let source: @Sendable () -> String

    public struct Macro: Sendable, Hashable {
        public let name: String
        public let value: Int

        public init(_ name: String, _ value: Int) {
            self.name = name
            self.value = value
        }
    }

    public init(_ name: String, macros: [Macro], source: @escaping @Sendable () -> String) {
        self.name = name
        self.macros = macros
        self.source = source
    }

    public static func == (a: Self, b: Self) -> Bool { a.name == b.name && a.macros == b.macros }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        for macro in macros { hasher.combine(macro.value) }
    }

    /// Products and sums stay apart, so that results are those of LibTorch's operations one after the other.
    var options: [String] {
        ["--std=c++17", "--fmad=false", "--ptxas-options=-v"] + macros.map { "-D\($0.name)=\($0.value)" }
    }
}
