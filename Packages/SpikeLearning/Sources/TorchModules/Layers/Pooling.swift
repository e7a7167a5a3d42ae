import TorchTensors

/// The greatest value of each window of [..., height, width].
public final class MaxPool2d: Layer {
    public let kernel: Int
    public let stride: Int
    public let padding: Int
    public var isTraining = true

    /// - Parameters:
    ///   - stride: From window to window; the kernel's size if nil.
    ///   - padding: Around the image, with values below all others; at most half the kernel.
    public init(kernel: Int, stride: Int? = nil, padding: Int = 0) {
        checkWindow("MaxPool2d", kernel, stride, padding)
        self.kernel = kernel
        self.stride = stride ?? kernel
        self.padding = padding
    }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.maxPool2d(kernel: kernel, stride: stride, padding: padding)
    }
}

/// The mean of each window of [..., height, width].
public final class AveragePool2d: Layer {
    public let kernel: Int
    public let stride: Int
    public let padding: Int
    public var isTraining = true

    /// - Parameters:
    ///   - stride: From window to window; the kernel's size if nil.
    ///   - padding: Zeros around the image, which count in the mean; at most half the kernel.
    public init(kernel: Int, stride: Int? = nil, padding: Int = 0) {
        checkWindow("AveragePool2d", kernel, stride, padding)
        self.kernel = kernel
        self.stride = stride ?? kernel
        self.padding = padding
    }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.averagePool2d(kernel: kernel, stride: stride, padding: padding)
    }
}

/// Means over windows that divide images of any size into height × width.
public final class AdaptiveAveragePool2d: Layer {
    public let height: Int
    public let width: Int
    public var isTraining = true

    public init(height: Int, width: Int) {
        precondition(height > 0, "AdaptiveAveragePool2d: height must be > 0, got \(height)")
        precondition(width > 0, "AdaptiveAveragePool2d: width must be > 0, got \(width)")
        self.height = height
        self.width = width
    }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.adaptiveAveragePool2d(height: height, width: width)
    }
}

private func checkWindow(_ type: StaticString, _ kernel: Int, _ stride: Int?, _ padding: Int) {
    precondition(kernel > 0, "\(type): kernel must be > 0, got \(kernel)")
    precondition(stride ?? 1 > 0, "\(type): stride must be > 0, got \(stride ?? 1)")
    precondition(0...kernel / 2 ~= padding, "\(type): padding must be in 0...\(kernel / 2), got \(padding)")
}
