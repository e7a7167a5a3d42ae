import ArgumentParser
import SpikeCommandLine
import TorchTensors

extension Device: ExpressibleByArgument {}

/// Where and how tensors are computed with; the same words in every command.
struct RuntimeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where to compute: cpu, cuda, cuda:N or mps.", valueName: "name"))
    var device = Device.cpu

    @Option(help: ArgumentHelp("Threads on the CPU; as many as it has cores if not given.", valueName: "n"))
    var threads: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Keep memory that tensors free mapped for the next ones: faster, but none is given back before the end.")
    var keepMemory = true

    func validate() throws {
        if let threads, !(1...1024 ~= threads) {
            throw ValidationError("--threads must be within 1...1024, got \(threads)")
        }
    }

    /// Sets LibTorch up accordingly; throws if the device is not there.
    func apply() throws -> Runtime {
        try Torch.load()
        guard device.isAvailable else {
            let reason = Torch.cudaProblem.map { " (CUDA did not load: \($0))" } ?? ""
            let others = Device.allAvailable.map(\.description).joined(separator: ", ")
            throw CommandError("--device \(device): not there\(reason); this machine and its LibTorch have: \(others)")
        }
        // Shapes stay the same in all that these commands do.
        if case .cuda = device { Torch.tuneConvolutions() }
        if let threads { try Torch.setThreadCount(threads) }
        return Runtime(device: device, keepsFreedMemory: Torch.keepFreedMemory(keepMemory) && keepMemory)
    }
}

/// What a command computes with.
struct Runtime {
    let device: Device
    let keepsFreedMemory: Bool
}

extension Device {
    /// All that this machine and this LibTorch have.
    static var allAvailable: [Device] {
        let candidates = [.cpu, .mps] + (0..<128).map { Device.cuda(index: $0) }
        return candidates.filter(\.isAvailable)
    }
}
