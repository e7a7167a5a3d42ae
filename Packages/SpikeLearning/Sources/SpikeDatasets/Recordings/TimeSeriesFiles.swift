import ArrayFiles
import Foundation
import SpikeEncoding
import TorchTensors

/// The two files of a data set of the UCR and UEA archives: `NAME_TRAIN.ts` and `NAME_TEST.ts`.
public struct TimeSeriesFiles: RecordingFiles {
    /// The name that the two files begin with; `nil` for the only such pair in the folder.
    public let name: String?

    /// Creates a reader.
    ///
    /// - Parameter name: The name that the two files begin with; `nil` for the only such pair in the folder.
    public init(_ name: String? = nil) { self.name = name }

    public var expectation: String { "\(name ?? "NAME")_TRAIN.ts and \(name ?? "NAME")_TEST.ts" }

    public func path(in folder: String) -> String? { files(in: folder) == nil ? nil : folder }

    private func files(in folder: String) -> [String]? {
        let present = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let suffix = "_TRAIN.ts"
        let names =
            name.map { [$0] } ?? present.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
        let pairs = names.map { ["\($0)_TRAIN.ts", "\($0)_TEST.ts"] }.filter { $0.allSatisfy(present.contains) }
        return pairs.count == 1 ? pairs[0].map { "\(folder)/\($0)" } : nil
    }

    /// Reads the two files.
    ///
    /// The classes are those of the training file, in its order. Series may differ in length. Missing values are
    /// filled in when a series is read.
    public func read(_ title: String, from path: String) throws -> RecordingDataset {
        guard let paths = files(in: path) else {
            throw FileError.unsuitable(path: path, problem: "it should hold \(expectation), and no other such pair")
        }
        let (train, test) = (try TimeSeriesFile(paths[0]), try TimeSeriesFile(paths[1]))
        let labels = test.classNames.map { train.classNames.firstIndex(of: $0) }
        if let place = labels.firstIndex(where: { $0 == nil }) {
            throw FileError.unsuitable(
                path: paths[1], problem: "its class \(test.classNames[place]) is none of those in \(paths[0])")
        }
        let channelCount = train.cases[0].channels.count
        guard test.cases[0].channels.count == channelCount else {
            throw FileError.unsuitable(
                path: paths[1],
                problem:
                    "it has \(counted(test.cases[0].channels.count, "channel")), and \(paths[0]) has \(channelCount)")
        }
        func split(_ file: TimeSeriesFile, _ part: String, _ label: (Int) -> Int) -> RecordingSplit {
            let samples = file.cases.enumerated().map { index, series in
                LabelledRecording(
                    name: "\(part) \(index)", label: label(series.label), signal: Signal(channels: series.channels))
            }
            return RecordingSplit(samples, form: RecordingForm(channelCount: channelCount))
        }
        return try RecordingDataset(
            name: title, classNames: train.classNames, train: split(train, "train") { $0 },
            test: split(test, "test") { labels[$0]! })
    }
}
