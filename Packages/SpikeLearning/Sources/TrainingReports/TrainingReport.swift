import Foundation
import SpikeDatasets
import SpikeReports
import SpikeTraining
import TorchTensors

/// A report on training runs: results, curves, and what each way of encoding makes of images.
public struct TrainingReport {
    let title: String
    let variants: [Entry]
    /// The example; nil without a data set.
    let example: ExampleImage?

    struct Entry {
        let variant: ReportedVariant
        let result: VariantResult
        /// Of the first run; nil without a data set.
        let analysis: EncodingAnalysis?
        let parameterCount: Int

        var name: String { variant.name }
        var configuration: TrainingConfiguration { variant.configuration }
    }

    struct ExampleImage {
        let image: PixelImage
        let className: String
    }

    /// Reads what runs were trained on, and looks at what their networks do with it.
    ///
    /// - Parameters:
    ///   - title: Nil for one that names the data set.
    ///   - variants: At least one, of one data set.
    ///   - dataset: That of the runs; without it, what their spikes look like is left out.
    ///   - allowsChangedData: Whether the data set's images may be others than the runs record.
    ///   - note: Is told, in a line, what is different then, and what is done about it.
    ///   - device: Where the networks run.
    ///   - progress: Is told what is being looked at.
    /// - Throws: `TrainingError` if the runs are of several data sets, or not of this one.
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
            // All variants are looked at with the same images.
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
                parameterCount: try analysis?.parameterCount ?? variant.runs[0].network().parameterCount)
        }
        example = try test.map { test in
            let shape = test.imageShape
            let pixels = try test.images[0].contiguous().elements(as: UInt8.self)
            return ExampleImage(
                image: PixelImage(channels: shape[0], height: shape[1], width: shape[2], pixels: pixels),
                className: description.classNames[test.classIndices[0]])
        }
    }

    /// - Parameters:
    ///   - program: Name and version.
    ///   - date: As it is to be read.
    ///   - command: What made the runs; nil if that is not known.
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

func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// A share as a number of hundredths with two digits behind the point.
func percent(_ share: Double) -> String { String(format: "%.2f", share * 100) }
