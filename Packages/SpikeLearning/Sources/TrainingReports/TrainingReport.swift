import Foundation
import SpikeDatasets
import SpikeReports
import SpikeTraining
import TorchTensors

/// A report on training runs: results, learning curves, and the spikes of each encoding.
public struct TrainingReport {
    let title: String
    let variants: [Entry]
    /// The test image that is shown as spikes; `nil` without a data set.
    let example: ExampleImage?

    struct Entry {
        let variant: ReportedVariant
        let result: VariantResult
        /// The analysis of the first run; `nil` without a data set.
        let analysis: EncodingAnalysis?
        let parameterCount: Int

        var name: String { variant.name }
        var configuration: TrainingConfiguration { variant.configuration }
    }

    struct ExampleImage {
        let image: PixelImage
        let className: String
    }

    /// Prepares a report: reads the runs' results and, given the data set, measures their networks on its test images.
    ///
    /// Traps if `variants` is empty.
    /// - Parameters:
    ///   - title: The report's title. Pass `nil` for one that names the data set.
    ///   - variants: The variants to report on, at least one, all trained on the same data set.
    ///   - dataset: The data set of the runs. Without it, the report leaves out spikes, codes and energy.
    ///   - allowsChangedData: Whether the data set's images may differ from those that the runs record.
    ///   - note: Called with one line that says what differs in that case, and what is done about it.
    ///   - device: The device that the networks run on.
    ///   - progress: Called with a line that names the variant being measured.
    /// - Throws: `TrainingError` if the runs were trained on different data sets, or not on this one; the errors of
    ///   reading and running their networks.
    public init(
        title: String? = nil, _ variants: [ReportedVariant], dataset: ImageDataset?, allowsChangedData: Bool = false,
        note: (String) -> Void = { _ in }, device: Device = .cpu, progress: (String) -> Void = { _ in }
    ) throws {
        precondition(!variants.isEmpty, "TrainingReport: there is no variant")
        let description = variants[0].runs[0].description
        for run in variants.flatMap(\.runs) where !run.isOfSameData(as: variants[0].runs[0]) {
            throw TrainingError(
                "\(run.folder): was trained on \(run.description.datasetName), \(variants[0].runs[0].folder) on "
                    + "\(description.datasetName), with other classes or images; report on them one after the other")
        }
        if let dataset {
            guard dataset.classNames == description.classNames, dataset.test.imageShape == description.imageShape
            else {
                throw TrainingError(
                    "\(variants[0].runs[0].folder): was trained on \(description.datasetName), and \(dataset.name) is "
                        + "something else; name its folder by --data")
            }
        }
        self.title = title ?? "Training on \(description.datasetName)"
        var test: ImageSplit?
        if let dataset {
            // All variants are measured on the same images.
            let lists = try variants.map { variant in
                try variant.runs[0].testImages(of: dataset, allowsChangedData: allowsChangedData, note: note)
            }
            let fewest = lists.min { $0.count < $1.count }!
            if fewest.count > 0 { test = try fewest.limited(.evenly(EncodingAnalysis.imageLimits.codes)) }
        }
        self.variants = try variants.map { variant in
            progress("looking at \(variant.name)")
            let analysis = try test.map { try EncodingAnalysis(variant.runs[0], $0, device: device) }
            return Entry(
                variant: variant, result: variant.result, analysis: analysis,
                parameterCount: try analysis?.parameterCount ?? variant.runs[0].parameterCount())
        }
        example = try test.map { test in
            let image = try test.image(at: 0)
            return ExampleImage(
                image: PixelImage(
                    channels: image.channels, height: image.height, width: image.width, pixels: image.pixels),
                className: description.classNames[test.classIndices[0]])
        }
    }

    /// Lays out the report.
    ///
    /// - Parameters:
    ///   - program: The name and version of the program that makes the report.
    ///   - date: The date as text.
    ///   - command: The command that made the runs; `nil` if it is not known.
    /// - Returns: The report, ready to be written as HTML.
    public func report(program: String, date: String, command: String? = nil) -> Report {
        Report(
            title: title, subtitle: summary, program: program, date: date,
            sections: [results(command)] + imageInSpikes + variants.map(encodingSection) + [settings])
    }

    /// The sentence below the title.
    private var summary: String {
        let seeds = Set(variants.map(\.result.seeds.count))
        let best = variants.max { $0.result.mean < $1.result.mean }!
        let what = variants.count == 1 ? variants[0].name : "\(variants.count) variants"
        let count = seeds.count == 1 ? ", \(counted(seeds.first!, "seed"))\(variants.count == 1 ? "" : " each")" : ""
        let outcome = "\(percent(best.result.mean)) % of the test images"
        return variants.count == 1
            ? "\(what)\(count): finds the class of \(outcome)."
            : "\(what)\(count); the best, \(best.name), finds the class of \(outcome)."
    }
}

/// Formats a share as a percentage with two digits after the point, without the sign.
func percent(_ share: Double) -> String { String(format: "%.2f", share * 100) }
