import TorchTensors

/// Where tests that hold on any device run.
public enum TestDevices {
    public static let available: [Device] = [.cpu, .cuda, .mps].filter(\.isAvailable)
}
