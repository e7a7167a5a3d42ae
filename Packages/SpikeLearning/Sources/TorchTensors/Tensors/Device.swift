import CTorchBridge

/// A device that stores tensors and computes with them.
public enum Device: Sendable, Hashable, CustomStringConvertible, LosslessStringConvertible {
    /// The CPU.
    case cpu
    /// A CUDA device with its index, from 0.
    case cuda(index: Int)
    /// The GPU of an Apple computer, through Metal Performance Shaders.
    case mps

    /// The first CUDA device.
    public static let cuda = Device.cuda(index: 0)

    /// Parses `cpu`, `cuda`, `cuda:1` or `mps`. Returns `nil` for any other text; the index of a CUDA device must be
    /// below 128.
    public init?(_ description: String) {
        switch description {
        case "cpu": self = .cpu
        case "cuda": self = .cuda
        case "mps": self = .mps
        default:
            guard description.hasPrefix("cuda:"), let index = Int(description.dropFirst(5)), 0..<128 ~= index else {
                return nil
            }
            self = .cuda(index: index)
        }
    }

    /// The name of the device, such as `cpu`, `cuda` (index 0), `cuda:1` or `mps`.
    public var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda(0): "cuda"
        case .cuda(let index): "cuda:\(index)"
        case .mps: "mps"
        }
    }

    /// Whether both this computer and this LibTorch support the device.
    public var isAvailable: Bool {
        let count = Int(tb_device_count(bridged.kind))
        if case .cuda(let index) = self { return (0..<count).contains(index) }
        return count > 0
    }

    /// Waits until the device has completed all submitted work. For the CPU, this returns at once.
    ///
    /// - Throws: `TensorError` if LibTorch reports an error of the device.
    public func synchronize() throws(TensorError) {
        try check(tb_synchronize(bridged))
    }

    /// Returns the largest number of bytes that tensors on this CUDA device held at once since the previous call, and
    /// starts a new measurement.
    ///
    /// - Throws: `TensorError` if LibTorch has no statistics for the device.
    public func peakMemory() throws(TensorError) -> Int {
        var bytes: Int64 = 0
        try check(tb_device_peak_memory(bridged, &bytes))
        return Int(bytes)
    }

    var bridged: TBDevice {
        switch self {
        case .cpu: TBDevice(kind: TBDeviceCPU, index: 0)
        case .cuda(let index): TBDevice(kind: TBDeviceCUDA, index: Int32(clamping: index))
        case .mps: TBDevice(kind: TBDeviceMPS, index: 0)
        }
    }

    init(_ device: TBDevice) {
        switch device.kind {
        case TBDeviceCUDA: self = .cuda(index: Int(device.index))
        case TBDeviceMPS: self = .mps
        default: self = .cpu
        }
    }
}
