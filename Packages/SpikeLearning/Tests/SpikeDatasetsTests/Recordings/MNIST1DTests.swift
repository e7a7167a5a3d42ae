import TestSupport
import Testing

@testable import SpikeDatasets

@Suite struct MNIST1DTests {
    /// The numbers are those that the authors' Python package mnist1d 0.0.2 computes with its own settings.
    @Test func isTheAuthorsDataSet() throws {
        let dataset = try KnownDataset.mnist1D.computedRecordings()
        #expect(dataset.train.count == 4000 && dataset.test.count == 1000 && dataset.validation == nil)
        #expect(dataset.classNames == (0...9).map(String.init))
        #expect(Array(dataset.train.classIndices.prefix(10)) == [2, 6, 4, 5, 6, 6, 6, 0, 3, 1])
        #expect(Array(dataset.test.classIndices.prefix(10)) == [2, 6, 3, 9, 4, 3, 1, 9, 5, 2])
        let series = MNIST1D().computed().series
        let expected: [(Int, Range<Int>, [Double])] = [
            (0, 0..<4, [-0.33200566736939013, -0.4719103656557236, -0.778697076293495, -1.0097408265367045]),
            (3999, 36..<40, [-0.8137443925814232, -1.2162451343416705, -1.4649417006350856, -1.6509928567520655]),
            (4000, 0..<4, [-0.07877078047732886, -0.21073170588642925, -0.09175138109239452, 0.28267111736736444]),
            (4999, 36..<40, [0.4472328851428726, 0.6598756470890784, 0.8777343497528006, 1.1931518368352758]),
        ]
        for (index, range, values) in expected {
            for (value, other) in zip(series[index][range], values) { #expect(abs(value - other) < 1e-12) }
        }
        let first = try dataset.train.recording(at: 0).signal
        #expect(first.channelCount == 1 && first.sampleCount == 40 && first[0, 0] == Float(-0.33200566736939013))
    }

    @Test func hasMeanZeroAndDeviationOne() {
        let (series, labels) = MNIST1D(count: 109, seed: 7).computed()
        #expect(series.count == 100 && (0...9).allSatisfy { digit in labels.count { $0 == digit } == 10 })
        let values = series.flatMap { $0 }
        let mean = values.reduce(0, +) / 4000
        #expect(abs(mean) < 1e-12 && abs(values.reduce(0) { $0 + $1 * $1 } / 4000 - 1) < 1e-12)
        #expect(MNIST1D(count: 109, seed: 8).computed().series != series)
    }
}

extension KnownDataset {
    func computedRecordings() throws -> RecordingDataset {
        let location = try DatasetFinder(environment: [:]).locate(self)
        #expect(location?.source == .computed)
        return try #require(location).recordings()
    }
}
