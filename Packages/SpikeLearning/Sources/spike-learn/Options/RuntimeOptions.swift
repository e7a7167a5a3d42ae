import ArgumentParser
import SpikeCommandLine
import SpikeTraining
import TorchTensors

extension Device: ExpressibleByArgument {}

/// Options for the device and the threads that compute; all commands share them.
struct RuntimeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The device that computes: cpu, cuda, cuda:N or mps.", valueName: "name"))
    var device = Device.cpu

    @Option(
        help: ArgumentHelp("Threads on the CPU; as many as it has cores if not given.", valueName: "n"),
        transform: wholeNumber)
    var threads: Int?

    @Flag(
        inversion: .prefixedNo,
        help:
            "Keep the memory of freed tensors for the next tensors: faster, but the program returns no memory until it ends."
    )
    var keepMemory = true

    func validate() throws {
        if let threads, !(1...1024 ~= threads) {
            throw ValidationError("--threads must be within 1...1024, got \(threads)")
        }
    }

    /// Sets LibTorch up according to the options; throws if the device is not available.
    ///
    /// - Parameter workers: The workers that train together. On a machine with several, `cuda` is a device for each.
    func apply(_ workers: Workers = .alone) throws -> Runtime {
        try Torch.load()
        var device = device
        if device == .cuda(index: 0), workers.size > 1 { device = .cuda(index: workers.localRank) }
        guard device.isAvailable else {
            let reason = Torch.cudaProblem.map { " (CUDA did not load: \($0))" } ?? ""
            let others = Device.allAvailable.map(\.description).joined(separator: ", ")
            throw CommandError("--device \(device): not there\(reason); this machine and its LibTorch have: \(others)")
        }
        if let reason = try workers.useNCCL(on: device), workers.isMain {
            ProgressLine().note("the workers' messages travel through the CPU's memory, by Gloo: \(reason)")
        }
        // These commands always use the same shapes.
        if case .cuda = device { Torch.tuneConvolutions() }
        if let threads { try Torch.setThreadCount(threads) }
        return Runtime(device: device, keepsFreedMemory: Torch.keepFreedMemory(keepMemory) && keepMemory)
    }
}

/// The device and memory policy that a command computes with.
struct Runtime {
    let device: Device
    let keepsFreedMemory: Bool
}

extension Device {
    /// The devices that this machine and this LibTorch support.
    static var allAvailable: [Device] {
        let candidates = [.cpu, .mps] + (0..<128).map { Device.cuda(index: $0) }
        return candidates.filter(\.isAvailable)
    }
}
