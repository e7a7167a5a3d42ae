import TorchTensors

/// Computes the largest value of each window of an input [..., height, width].
public final class MaxPool2d: Layer {
    /// The height and width of a window.
    public let kernel: Int
    /// The distance between neighbouring windows.
    public let stride: Int
    /// The width of the border around the image, which holds values below all others.
    public let padding: Int
    /// Whether the module behaves as in training. This layer behaves the same in both cases.
    public var isTraining = true

    /// Creates a layer. Traps if an argument is out of range.
    ///
    /// - Parameters:
    ///   - kernel: The height and width of a window, above 0.
    ///   - stride: The distance between neighbouring windows, above 0; `nil` for `kernel`.
    ///   - padding: The width of the border around the image, which holds values below all others; at most half of
    ///     `kernel`.
    public init(kernel: Int, stride: Int? = nil, padding: Int = 0) {
        checkWindow("MaxPool2d", kernel, stride, padding)
        self.kernel = kernel
        self.stride = stride ?? kernel
        self.padding = padding
    }

    /// Returns the largest value of each window of `x`, [..., height, width].
    ///
    /// - Throws: `TensorError` if the shape or type of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.maxPool2d(kernel: kernel, stride: stride, padding: padding)
    }
}

/// Computes the mean of each window of an input [..., height, width].
public final class AveragePool2d: Layer {
    /// The height and width of a window.
    public let kernel: Int
    /// The distance between neighbouring windows.
    public let stride: Int
    /// The width of the border of zeros around the image, which count in the means.
    public let padding: Int
    /// Whether the module behaves as in training. This layer behaves the same in both cases.
    public var isTraining = true

    /// Creates a layer. Traps if an argument is out of range.
    ///
    /// - Parameters:
    ///   - kernel: The height and width of a window, above 0.
    ///   - stride: The distance between neighbouring windows, above 0; `nil` for `kernel`.
    ///   - padding: The width of the border of zeros around the image, which count in the means; at most half of
    ///     `kernel`.
    public init(kernel: Int, stride: Int? = nil, padding: Int = 0) {
        checkWindow("AveragePool2d", kernel, stride, padding)
        self.kernel = kernel
        self.stride = stride ?? kernel
        self.padding = padding
    }

    /// Returns the mean of each window of `x`, [..., height, width].
    ///
    /// - Throws: `TensorError` if the shape or type of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.averagePool2d(kernel: kernel, stride: stride, padding: padding)
    }
}

/// Computes the means over windows that divide images of any size into `height` × `width` parts.
public final class AdaptiveAveragePool2d: Layer {
    /// The height of the output.
    public let height: Int
    /// The width of the output.
    public let width: Int
    /// Whether the module behaves as in training. This layer behaves the same in both cases.
    public var isTraining = true

    /// Creates a layer whose output has the given height and width. Traps unless both are above 0.
    public init(height: Int, width: Int) {
        precondition(height > 0, "AdaptiveAveragePool2d: height must be > 0, got \(height)")
        precondition(width > 0, "AdaptiveAveragePool2d: width must be > 0, got \(width)")
        self.height = height
        self.width = width
    }

    /// Returns the means over windows of `x`, [..., any height, any width], as a tensor [..., height, width].
    ///
    /// - Throws: `TensorError` if the shape or type of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        try x.adaptiveAveragePool2d(height: height, width: width)
    }
}

private func checkWindow(_ type: StaticString, _ kernel: Int, _ stride: Int?, _ padding: Int) {
    precondition(kernel > 0, "\(type): kernel must be > 0, got \(kernel)")
    precondition(stride ?? 1 > 0, "\(type): stride must be > 0, got \(stride ?? 1)")
    precondition(0...kernel / 2 ~= padding, "\(type): padding must be in 0...\(kernel / 2), got \(padding)")
}
