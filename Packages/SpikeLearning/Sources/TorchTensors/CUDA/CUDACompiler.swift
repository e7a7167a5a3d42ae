import CTorchBridge

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// NVRTC, CUDA's compiler at run time, which every PyTorch for CUDA includes. Compiling does not need a GPU.
///
/// The environment variable `SPIKEKIT_NVRTC` can name a library to use in place of PyTorch's.
public enum CUDACompiler {
    /// The version of NVRTC, such as `13.0`; `nil` if NVRTC cannot be used.
    public static var version: String? {
        var problem: UnsafePointer<CChar>?
        return tb_nvrtc_version(&problem).map { String(cString: $0) }
    }

    /// The reason why NVRTC cannot be used; `nil` if it can be used.
    public static var problem: String? {
        var problem: UnsafePointer<CChar>?
        return tb_nvrtc_version(&problem) == nil ? problem.map { String(cString: $0) } : nil
    }

    /// Whether a driver of the tests replaces CUDA's driver and runs kernels on the CPU.
    public static let isEmulated = tb_cuda_is_emulated()

    /// The result of compiling a program.
    public struct Output: Sendable {
        /// The machine code, or PTX if NVRTC does not know the architecture.
        public let image: [UInt8]
        /// The compiler's messages, which include the numbers of registers and spilled bytes of each kernel.
        public let log: String
    }

    /// Compiles a program for an architecture.
    ///
    /// - Parameters:
    ///   - program: The program.
    ///   - architecture: The compute capability of the device times 10, such as 90 for 9.0.
    /// - Throws: `TensorError` if NVRTC cannot be used or the program does not compile.
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
    /// Whether the device runs CUDA kernels. The CPU does so only if CUDA is emulated.
    public var runsCUDA: Bool {
        switch self {
        case .cuda: true
        case .cpu: CUDACompiler.isEmulated
        case .mps: false
        }
    }
}

/// A program in CUDA C, together with the macros that it is compiled with.
public struct CUDAProgram: Sendable, Hashable {
    /// The name of the source. Two programs of the same name must have the same source.
    public let name: String
    /// The macros that are defined for the compiler.
    public let macros: [Macro]
    let source: @Sendable () -> String

    /// A macro with a whole number as its value.
    public struct Macro: Sendable, Hashable {
        /// The name of the macro.
        public let name: String
        /// The value of the macro.
        public let value: Int

        /// Creates a macro.
        public init(_ name: String, _ value: Int) {
            self.name = name
            self.value = value
        }
    }

    /// Creates a program.
    ///
    /// - Parameters:
    ///   - name: The name of the source. Two programs of the same name must have the same source.
    ///   - macros: The macros that are defined for the compiler.
    ///   - source: Returns the source in CUDA C.
    public init(_ name: String, macros: [Macro], source: @escaping @Sendable () -> String) {
        self.name = name
        self.macros = macros
        self.source = source
    }

    /// Returns whether two programs have the same name and macros.
    public static func == (a: Self, b: Self) -> Bool { a.name == b.name && a.macros == b.macros }

    /// Hashes the program's name and the values of its macros.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        for macro in macros { hasher.combine(macro.value) }
    }

    /// The options for the compiler. They forbid fused multiply-add, so that results are the same as those of separate
    /// operations of LibTorch.
    var options: [String] {
        ["--std=c++17", "--fmad=false", "--ptxas-options=-v"] + macros.map { "-D\($0.name)=\($0.value)" }
    }
}
