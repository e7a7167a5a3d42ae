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
        let counts = try images.withUnsafeElements(of: UInt8.self) { (pixels) throws(TensorError) in
            var counts = ByteCounts(channels: channels)
            for plane in 0..<shape[0] * channels {
                counts.add(pixels.baseAddress! + plane * area, count: area, channel: plane % channels)
            }
            return counts
        }
        self.init(counts)
    }

    /// Computes the normalisation from all pixels of a split, in memory or on disk.
    ///
    /// - Throws: `TensorError` if the split has no image; `FileError` if an image on disk cannot be read.
    init(of split: ImageSplit) throws {
        guard split.isStreamed else {
            try self.init(of: split.images)
            return
        }
        let shape = split.imageShape
        guard split.count > 0, !shape.contains(0) else {
            throw TensorError("normalization: at least one image is needed")
        }
        var counts = ByteCounts(channels: shape[0])
        let area = shape[1] * shape[2]
        for index in 0..<split.count {
            try split.withPixels(of: index) { pixels in
                for channel in 0..<shape[0] {
                    counts.add(pixels.baseAddress! + channel * area, count: area, channel: channel)
                }
            }
        }
        self.init(counts)
    }

    private init(_ counts: ByteCounts) {
        let channels = (0..<counts.channels).map { channel in
            let (count, sum, squares) = counts.sums(channel)
            return Self.statistics(count: count, sum: sum, squares: squares)
        }
        self.init(unchecked: channels.map(\.mean), channels.map(\.deviation))
    }

    init(unchecked means: [Float], _ deviations: [Float]) {
        self.means = means
        self.deviations = deviations
    }

    /// Returns the mean and the standard deviation of a channel, for intensities in 0...1.
    ///
    /// - Parameters:
    ///   - count: The number of values.
    ///   - sum: The sum of the values, which are bytes.
    ///   - squares: The sum of their squares.
    static func statistics(count: Int, sum: Int, squares: Int) -> (mean: Float, deviation: Float) {
        let mean = Double(sum) / Double(count)
        let variance = max(Double(squares) / Double(count) - mean * mean, 0)
        return (Float(mean / 255), variance > 0 ? Float(variance.squareRoot() / 255) : 1)
    }
}

/// How often each byte occurs in each channel.
private struct ByteCounts {
    let channels: Int
    /// Four tables per channel take turns, because counting the same value twice in a row would wait for the first
    /// addition.
    private var tables: [Int]

    init(channels: Int) {
        self.channels = channels
        tables = [Int](repeating: 0, count: channels * 1024)
    }

    mutating func add(_ values: UnsafePointer<UInt8>, count: Int, channel: Int) {
        tables.withUnsafeMutableBufferPointer { tables in
            let table = tables.baseAddress! + channel * 1024
            for index in 0..<count { table[(index & 3) << 8 | Int(values[index])] += 1 }
        }
    }

    /// Returns the number of values of a channel, their sum, and the sum of their squares.
    func sums(_ channel: Int) -> (count: Int, sum: Int, squares: Int) {
        (0..<1024).reduce(into: (0, 0, 0)) { sums, entry in
            let (occurrences, value) = (tables[channel * 1024 + entry], entry & 255)
            sums.0 += occurrences
            sums.1 += occurrences * value
            sums.2 += occurrences * value * value
        }
    }
}
