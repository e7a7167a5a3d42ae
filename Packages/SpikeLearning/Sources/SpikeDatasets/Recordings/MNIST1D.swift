import Foundation
import SpikeEncoding

/// MNIST-1D: ten shapes that stand for digits, as series of 40 samples, which are computed from a seed.
///
/// A template of 12 values is followed by 36 to 60 zeros, brought to 72 values on straight lines, multiplied by a number
/// in 0.8 ..< 1.2, and rotated by up to 47 values. Where it is 0, smooth noise takes its place (standard deviation 0.25
/// before a Gaussian filter of σ = 2); white noise (0.02) is added everywhere. A slope in −0.375...0.375 is taken off,
/// and the series is brought to 40 values. All series of the data set together have mean 0 and standard deviation 1.
///
/// The series are those that the authors' own program makes from the same seed, except for rounding: both draw from the
/// same generator, `NumPyRandom`, in the same order. Their seed is 42.
///
/// Source: Greydanus and Kobak 2024, "Scaling down deep learning with MNIST-1D", arXiv 2011.14439.
public struct MNIST1D: RecordingFiles {
    /// The number of series of the whole data set, of which four fifths are for training.
    public let count: Int

    /// The seed.
    public let seed: UInt32

    /// Creates a data set; `read` computes it.
    ///
    /// - Parameters:
    ///   - count: The number of series, at least 10. Traps otherwise. A tenth of it, rounded down, is made of each class.
    ///   - seed: The seed. The same seed gives the same series.
    public init(count: Int = 5000, seed: UInt32 = 42) {
        precondition(count >= 10, "MNIST1D: count must be >= 10, got \(count)")
        self.count = count
        self.seed = seed
    }

    public var expectation: String { "nothing, because it is computed" }
    public var areComputed: Bool { true }

    /// Returns `nil`, because there are no files.
    public func path(in folder: String) -> String? { nil }

    /// The heights of each digit's shape at 12 places, as the authors list them.
    private static let shapes: [[Double]] = [
        [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5], [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
        [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5], [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
        [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5], [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
        [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5], [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5], [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
    ]
    private static let paddedLength = 72
    private static let length = 40

    /// The shapes with mean 0 and standard deviation 1/6, moved so that each begins with 0.
    private static let templates = shapes.map { shape in
        let mean = shape.reduce(0, +) / Double(shape.count)
        let variance = shape.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shape.count)
        return shape.map { ($0 - shape[0]) / variance.squareRoot() / 6 }
    }

    public func read(_ title: String, from path: String) throws -> RecordingDataset {
        let (series, labels) = computed()
        let recordings = zip(series, labels).enumerated().map { index, pair in
            LabelledRecording(
                name: "\(index)", label: pair.1, signal: Signal(values: pair.0.map(Float.init), channelCount: 1))
        }
        let form = RecordingForm(sampleCount: Self.length, channelCount: 1)
        let trainCount = Int(Double(recordings.count) * 0.8)
        return try RecordingDataset(
            name: title, classNames: (0...9).map(String.init),
            train: RecordingSplit(Array(recordings[..<trainCount]), form: form),
            test: RecordingSplit(Array(recordings[trainCount...]), form: form))
    }

    /// Computes all series and their labels, in the order of the data set.
    func computed() -> (series: [[Double]], labels: [Int]) {
        var random = NumPyRandom(seed: seed)
        let perClass = count / 10
        var all: [[Double]] = []
        for template in Self.templates {
            for _ in 0..<perClass { all.append(Self.series(template, &random)) }
        }
        let order = random.permutation(all.count)
        let values = all.joined()
        let mean = values.reduce(0, +) / Double(values.count)
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
        return (order.map { index in all[index].map { ($0 - mean) / deviation } }, order.map { $0 / perClass })
    }

    private static func series(_ template: [Double], _ random: inout NumPyRandom) -> [Double] {
        let zeros = 36 + Int(random.uniform() * 25)
        // The small number tells the shape's own zeros from those behind it.
        let padded = template.map { $0 + 1e-8 } + [Double](repeating: 0, count: zeros)
        var series = interpolated(padded, paddedLength)
        let scale = 1 + 0.4 * (random.uniform() - 0.5)
        series = series.map { $0 * scale }
        let rotation = random.integer(through: 47)
        series = Array(series.suffix(rotation) + series.dropLast(rotation))
        let smooth = smoothed((0..<paddedLength).map { _ in 0.25 * random.normal() })
        let white = (0..<paddedLength).map { _ in 0.02 * random.normal() }
        let slope = 0.75 * (random.uniform() - 0.5)
        series = series.indices.map { index in
            let value = (series[index] != 0 ? series[index] : smooth[index]) + white[index]
            return value - slope * (Double(index) / Double(paddedLength - 1) - 0.5)
        }
        return interpolated(series, length)
    }

    /// The values on straight lines at `count` places that are spread evenly from the first to the last.
    private static func interpolated(_ values: [Double], _ count: Int) -> [Double] {
        (0..<count).map { index in
            let position = Double(index) * Double(values.count - 1) / Double(count - 1)
            let left = min(Int(position), values.count - 2)
            return values[left] + (values[left + 1] - values[left]) * (position - Double(left))
        }
    }

    /// A Gaussian filter of σ = 2 with 8 values on either side; beyond the ends, the values are mirrored.
    private static func smoothed(_ values: [Double]) -> [Double] {
        let weights = (-8...8).map { exp(-Double($0 * $0) / 8) }
        let sum = weights.reduce(0, +)
        return values.indices.map { index in
            zip(-8...8, weights).reduce(0) { total, tap in
                var place = index + tap.0
                if place < 0 { place = -1 - place }
                if place >= values.count { place = 2 * values.count - 1 - place }
                return total + values[place] * tap.1
            } / sum
        }
    }
}
