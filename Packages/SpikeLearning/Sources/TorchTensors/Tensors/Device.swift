import CTorchBridge

/// Where a tensor lives and is computed with.
public enum Device: Sendable, Hashable, CustomStringConvertible, LosslessStringConvertible {
    case cpu
    case cuda(index: Int)
    case mps

    /// The first CUDA device.
    public static let cuda = Device.cuda(index: 0)

    /// `cpu`, `cuda`, `cuda:1` or `mps`; nil for another text.
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

    public var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda(0): "cuda"
        case .cuda(let index): "cuda:\(index)"
        case .mps: "mps"
        }
    }

    /// Whether this machine and this LibTorch have it.
    public var isAvailable: Bool {
        let count = Int(tb_device_count(bridged.kind))
        if case .cuda(let index) = self { return (0..<count).contains(index) }
        return count > 0
    }

    /// Waits until the device has done all that was asked of it; returns at once for the CPU.
    public func synchronize() throws(TensorError) {
        try check(tb_synchronize(bridged))
    }

    /// The greatest number of bytes that tensors on this CUDA device held at once since this was last asked for.
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
