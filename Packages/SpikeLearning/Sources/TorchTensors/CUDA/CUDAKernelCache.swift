import ArrayFiles
import CTorchBridge
import Foundation

extension CUDAProgram {
    /// Returns a kernel of the program for a device, and compiles the program at the first call.
    ///
    /// Compiled programs are stored in `spikekit/kernels` in the cache directory of the user, and later processes load
    /// them from there.
    /// - Parameters:
    ///   - name: The name of the kernel in the source.
    ///   - device: A device whose `runsCUDA` is true.
    /// - Throws: `TensorError` if the program does not compile, or the driver cannot load the kernel.
    public func kernel(_ name: StaticString, on device: Device) throws(TensorError) -> CUDAKernel {
        try CUDAKernelCache.shared.kernel(name, of: self, on: device)
    }
}

private final class CUDAKernelCache: @unchecked Sendable {
    static let shared = CUDAKernelCache()

    private struct Place: Hashable {
        let program: CUDAProgram
        let device: Device
    }

    private struct Loaded {
        let module: TBCUDAModule
        var kernels: [UnsafePointer<UInt8>: CUDAKernel] = [:]
    }

    private let lock = NSLock()
    private var loaded: [Place: Loaded] = [:]

    func kernel(_ name: StaticString, of program: CUDAProgram, on device: Device) throws(TensorError) -> CUDAKernel {
        lock.lock()
        defer { lock.unlock() }
        let place = Place(program: program, device: device)
        if let known = loaded[place]?.kernels[name.utf8Start] { return known }
        let module: TBCUDAModule
        if let known = loaded[place] { module = known.module } else { module = try load(program, on: device) }
        var function = TBCUDAFunction()
        try check(
            tb_cuda_function(
                module, UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self), &function))
        let kernel = CUDAKernel(function, device)
        loaded[place, default: Loaded(module: module)].kernels[name.utf8Start] = kernel
        return kernel
    }

    private func load(_ program: CUDAProgram, on device: Device) throws(TensorError) -> TBCUDAModule {
        var architecture: Int32 = 0
        try check(tb_cuda_architecture(device.bridged, &architecture))
        let path = Self.path(of: program, architecture: Int(architecture))
        if let kept = FileManager.default.contents(atPath: path), !kept.isEmpty,
            let module = try? load([UInt8](kept), on: device)
        {
            return module
        }
        let output = try CUDACompiler.compile(program, architecture: Int(architecture))
        let module = try load(output.image, on: device)
        // If the cache cannot be written, the next process only has to compile again, which takes about a second.
        try? FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try? AtomicFile.write(output.image, to: path)
        return module
    }

    private func load(_ image: [UInt8], on device: Device) throws(TensorError) -> TBCUDAModule {
        var module = TBCUDAModule()
        // PTX must be a text that ends with a zero byte.
        try check(tb_cuda_load(device.bridged, image + [0], &module))
        return module
    }

    /// Returns the path of a compiled program. The name contains a hash of everything that the machine code depends on.
    private static func path(of program: CUDAProgram, architecture: Int) -> String {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let folder = (base ?? "\(environment["HOME"] ?? NSHomeDirectory())/.cache") + "/spikekit/kernels"
        let content = ([program.source(), CUDACompiler.version ?? ""] + program.options).joined(separator: "\n")
        // The 64-bit FNV-1a hash.
        let hash = content.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(folder)/\(program.name)-sm_\(architecture)-\(String(hash, radix: 16)).cubin"
    }
}
