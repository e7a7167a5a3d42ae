import ArrayFiles
import Foundation
import SpikeFiles
import TorchTensors

/// The files of the Spiking Heidelberg Digits and the Spiking Speech Commands: one HDF5 file for each part, plain or
/// gzipped.
///
/// Source: Cramer, Stradmann, Schemmel and Zenke 2022, doi:10.1109/TNNLS.2020.3044364.
public struct HeidelbergFiles: SpikeCountFiles {
    /// The files of the Spiking Heidelberg Digits, `shd_train.h5` and `shd_test.h5`.
    public static let digits = HeidelbergFiles("shd", classCount: 20, hasValidation: false)

    /// The files of the Spiking Speech Commands, `ssc_train.h5`, `ssc_valid.h5` and `ssc_test.h5`.
    public static let commands = HeidelbergFiles("ssc", classCount: 35, hasValidation: true)

    /// The number of channels of the cochlea.
    public static let channelCount = 700

    /// The time in seconds that the steps divide: the longest recording.
    public static let duration = 1.36914

    private let prefix: String
    private let classCount: Int
    private let hasValidation: Bool

    private init(_ prefix: String, classCount: Int, hasValidation: Bool) {
        self.prefix = prefix
        self.classCount = classCount
        self.hasValidation = hasValidation
    }

    private var parts: [String] { hasValidation ? ["train", "valid", "test"] : ["train", "test"] }

    public var expectation: String {
        parts.map { "\(prefix)_\($0).h5" }.joined(separator: ", ") + " (.gz or not)"
    }

    public func path(in folder: String) -> String? {
        parts.allSatisfy { file($0, in: folder) != nil } ? folder : nil
    }

    public func shortcoming(at path: String, sampleCount: Int) -> String? {
        for part in parts {
            guard let file = file(part, in: path) else { return "\(prefix)_\(part).h5 is missing" }
            // What is packed is not unpacked for a look.
            guard !file.hasSuffix(".gz") else { continue }
            do throws(FileError) {
                guard try HDF5File(file).dataset("labels")?.integers().isEmpty == false else {
                    return "\(prefix)_\(part).h5 has no labels"
                }
            } catch {
                return "\(prefix)_\(part).h5 was cut short or damaged"
            }
        }
        return nil
    }

    private func file(_ part: String, in folder: String) -> String? {
        MNISTFiles.file("\(prefix)_\(part).h5", in: folder)
    }

    /// Reads all parts.
    ///
    /// A spike at time t, in seconds, is counted in step clip(⌊t / (1.36914 / n)⌋, 0, n − 1), where n is `stepCount`. So
    /// no spike is lost.
    public func read(_ title: String, from path: String, stepCount: Int) throws -> SpikeDataset {
        var splits: [SpikeSplit] = []
        var names: [String]?
        for part in parts {
            guard let file = file(part, in: path) else {
                throw FileError.unsuitable(path: path, problem: "it should hold \(expectation)")
            }
            let (split, classNames) = try HeidelbergFile(file).read(stepCount: stepCount, classCount: classCount)
            splits.append(split)
            names = names ?? classNames
        }
        return try SpikeDataset(
            name: title, classNames: names ?? (0..<classCount).map(String.init), train: splits[0],
            validation: hasValidation ? splits[1] : nil, test: splits[splits.count - 1])
    }
}
