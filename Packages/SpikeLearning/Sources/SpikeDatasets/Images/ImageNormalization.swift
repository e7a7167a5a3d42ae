import TorchTensors

/// The mean and standard deviation of each channel, for intensities in 0...1.
public struct ImageNormalization: Sendable, Hashable {
    /// The mean of each channel.
    public let means: [Float]
    /// The standard deviation of each channel, > 0.
    public let deviations: [Float]

    /// Creates a normalisation from known values.
    ///
    /// - Parameters:
    ///   - means: The mean of each channel.
    ///   - deviations: The standard deviation of each channel.
    /// - Throws: `TensorError` if there are no channels, if the two arrays differ in length, or if a mean is not finite
    ///   or a standard deviation is not finite and > 0.
    public init(means: [Float], deviations: [Float]) throws(TensorError) {
        guard !means.isEmpty, means.count == deviations.count, means.allSatisfy(\.isFinite),
            deviations.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw TensorError("normalization: a mean and a deviation > 0 a channel, got \(means) and \(deviations)")
        }
        self.means = means
        self.deviations = deviations
    }

    /// Computes the normalisation from all pixels of the images.
    ///
    /// The sums are exact integers. A channel in which all pixels have the same value has the standard deviation 1.
    ///
    /// - Parameter images: The images: [N, C, H, W], uint8, contiguous, with at least one pixel.
    /// - Throws: `TensorError` if the images have another shape or element type, or no pixel.
    public init(of images: Tensor) throws(TensorError) {
        let shape = images.shape
        guard images.dtype == .uint8, shape.count == 4, !shape.contains(0) else {
            throw TensorError(
                "normalization: uint8 images [N, C, H, W], at least one, are needed, got \(images.dtype) \(shape)")
        }
        let (channels, area) = (shape[1], shape[2] * shape[3])
        let histograms = try images.withUnsafeElements(of: UInt8.self) { (pixels) throws(TensorError) in
            // Four tables take turns, because counting the same value twice in a row would wait for the first addition.
            var counts = [Int](repeating: 0, count: channels * 1024)
            counts.withUnsafeMutableBufferPointer { counts in
                for plane in 0..<shape[0] * channels {
                    let table = counts.baseAddress! + plane % channels * 1024
                    let values = pixels.baseAddress! + plane * area
                    for index in 0..<area { table[(index & 3) << 8 | Int(values[index])] += 1 }
                }
            }
            return counts
        }
        var (means, deviations): ([Float], [Float]) = ([], [])
        for channel in 0..<channels {
            var (count, sum, squares) = (0, 0, 0)
            for entry in 0..<1024 {
                let (occurrences, value) = (histograms[channel * 1024 + entry], entry & 255)
                count += occurrences
                sum += occurrences * value
                squares += occurrences * value * value
            }
            let mean = Double(sum) / Double(count)
            let variance = max(Double(squares) / Double(count) - mean * mean, 0)
            means.append(Float(mean / 255))
            deviations.append(variance > 0 ? Float(variance.squareRoot() / 255) : 1)
        }
        try self.init(means: means, deviations: deviations)
    }
}
