import Foundation
import ObjectDetection
import SpikeDatasets
import SpikeReports
import SpikeTraining
import SpikingModels
import TorchTensors

/// A report on runs of detectors: results, learning curves, images with boxes, and the spikes of each layer.
public struct DetectionReport {
    let variants: [Entry]
    let classNames: [String]
    private let datasetName: String

    struct Entry {
        let variant: ReportedDetector
        let parameterCount: Int
        /// The estimated energy of the synapses of the first run.
        let energy: EnergyEstimate
        /// Test images with the boxes of the first run.
        let images: [BoxGallery.Pair]

        var name: String { variant.name }
        /// The figures of the first run.
        var figures: DetectionFigures { variant.runs[0].figures }
    }

    /// The numbers of test images that are shown, and that energy is measured with.
    static let imageLimits = (shown: 6, energy: 50)
    /// The longer side of images that are shown, in pixels.
    static let imageSide = 256

    /// Prepares a report: reads the runs' results, and measures the network of the first run of each variant.
    ///
    /// Traps if `variants` is empty.
    /// - Parameters:
    ///   - variants: The variants to report on, at least one, all trained on the same data set.
    ///   - dataset: The data set of the runs.
    ///   - allowsChangedData: Whether the data set's images may differ from those that the runs record.
    ///   - note: Called with one line that says what differs in that case.
    ///   - device: The device that the networks run on.
    ///   - progress: Called with a line that names the variant being measured.
    /// - Throws: `TrainingError` if the runs were trained on different data sets, or not on this one; the errors of
    ///   reading and running their networks.
    public init(
        _ variants: [ReportedDetector], dataset: DetectionDataset, allowsChangedData: Bool = false,
        note: (String) -> Void = { _ in }, device: Device = .cpu, progress: (String) -> Void = { _ in }
    ) throws {
        precondition(!variants.isEmpty, "DetectionReport: there is no variant")
        let first = variants[0].runs[0]
        for run in variants.flatMap(\.runs) where !run.isOfSameData(as: first) {
            throw TrainingError(
                "\(run.folder): was trained on \(run.record.datasetName), \(first.folder) on "
                    + "\(first.record.datasetName), or on other classes; report on them one after the other")
        }
        datasetName = first.record.datasetName
        classNames = first.record.classNames
        self.variants = try variants.map { variant in
            progress("looking at \(variant.name)")
            let run = variant.runs[0]
            let network = try run.network(on: device)
            func images(_ limit: Int, _ note: (String) -> Void) throws -> DetectionLoader {
                let own = run.record.configuration.limitTest
                return try run.testImages(
                    of: dataset, limit: own > 0 ? min(own, limit) : limit, allowsChangedData: allowsChangedData,
                    note: note)
            }
            let shown = try images(Self.imageLimits.shown, note)
            let pairs = try shown.samples.map { sample in
                let image = try sample.image()
                return Self.pair(
                    image, truths: sample.boxes, found: try run.detections(in: image, network, on: device),
                    classNames: run.record.classNames)
            }
            return Entry(
                variant: variant, parameterCount: network.parameterCount,
                energy: try run.energyEstimate(on: images(Self.imageLimits.energy) { _ in }, device: device),
                images: pairs)
        }
    }

    private static func pair(
        _ image: Image, truths: [LabelledBox], found: [Detection], classNames: [String]
    ) -> BoxGallery.Pair {
        let scale = min(1, Double(imageSide) / Double(max(image.width, image.height)))
        let small = image.withChannels(3).resized(
            height: max(1, Int((Double(image.height) * scale).rounded())),
            width: max(1, Int((Double(image.width) * scale).rounded())))
        func mark(_ box: Box, _ label: Int, _ text: String) -> BoxGallery.Mark {
            let colour = DetectionImage.colour(label)
            return BoxGallery.Mark(
                x: box.left * scale, y: box.top * scale, width: box.width * scale, height: box.height * scale,
                text: text, colour: [colour.red, colour.green, colour.blue])
        }
        return BoxGallery.Pair(
            image: PixelImage(
                channels: 3, height: small.height, width: small.width, pixels: small.pixels),
            truths: truths.map {
                let name = classNames[$0.label]
                return mark($0.box, $0.label, $0.isDifficult ? "(\(name))" : name)
            },
            // Those with higher scores are drawn above others.
            found: found.reversed().map {
                mark($0.box, $0.label, "\(classNames[$0.label]) \(String(format: "%.2f", $0.score))")
            })
    }

    /// Lays out the report.
    ///
    /// - Parameters:
    ///   - program: The name and version of the program that makes the report.
    ///   - date: The date as text.
    ///   - command: The command that made the runs; `nil` if it is not known.
    /// - Returns: The report, ready to be written as HTML.
    public func report(program: String, date: String, command: String? = nil) -> Report {
        let best = variants.max { $0.variant.result.mean ?? 0 < $1.variant.result.mean ?? 0 }!
        let figure = best.variant.result.mean.map { "mAP50 \(percent($0)) %" } ?? "no objects to find"
        let subtitle =
            variants.count == 1
            ? "\(best.name): \(figure) on the test images."
            : "\(variants.count) variants; the best, \(best.name): \(figure)."
        return Report(
            title: "Object detection on \(datasetName)", subtitle: subtitle, program: program, date: date,
            sections: [results(command)] + variants.map(section) + [settings])
    }
}
