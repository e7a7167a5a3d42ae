import Foundation
import ObjectDetection
import SpikeReports
import SpikeTraining

extension DetectionReport {
    func results(_ command: String?) -> ReportSection {
        var blocks: [ReportBlock] = [.table(table)]
        let hasSeeds = variants.contains { $0.variant.runs.count > 1 }
        blocks.append(
            .paragraph(
                "mAP50 is the mean over the classes of the average precision at an intersection over union of 0.5, by 101 "
                    + "points; mAP50-95 is its mean over 0.5, 0.55, … 0.95. All figures are from the test images after the "
                    + "last epoch"
                    + (hasSeeds
                        ? "; mAP50 is the mean ± sample standard deviation (n − 1) over seeds, others are of the "
                            + "first seed." : ".")))
        let remarks = variants.flatMap { entry in
            (entry.figures.spikeRates ?? []).remarks.map { "\(entry.name), on the test images: \($0)." }
        }
        blocks += remarks.map { .paragraph($0) }
        blocks += curves
        if let command { blocks.append(.command(command)) }
        return ReportSection("Results", blocks)
    }

    private var table: ReportTable {
        let rows = variants.map { entry in
            let (result, figures) = (entry.variant.result, entry.figures)
            let spread = result.standardDeviation.map { " ± \(percent($0))" } ?? ""
            return [
                entry.name, Self.percentage(result.mean) + spread, Self.percentage(figures.mAP5095),
                Self.percentage(figures.mAPVOC07), Self.percentage(figures.mAPVOC10),
                readable(Double(entry.parameterCount), digits: 10),
                readable(entry.energy.energy * 1e-6, digits: 3),
                readable(mean(result.seconds) / 60, digits: 2),
            ]
        }
        let best = variants.indices.max {
            variants[$0].variant.result.mean ?? 0 < variants[$1].variant.result.mean ?? 0
        }
        return ReportTable(
            columns: [
                .init("variant"), .init("mAP50 / %", .number), .init("mAP50-95 / %", .number),
                .init("VOC 2007 / %", .number, help: "mAP at 0.5 by 11 points"),
                .init("VOC 2010 / %", .number, help: "mAP at 0.5 by all points"), .init("parameters", .number),
                .init(
                    "energy / µJ", .number,
                    help: "Estimated for the synapses, per image: 0.9 pJ per operation on spikes, 4.6 pJ on real values"
                ),
                .init("minutes", .number, help: "Of training a run, without tests"),
            ], rows: rows, highlightedRow: variants.count > 1 ? best : nil)
    }

    static func percentage(_ share: Double?) -> String { share.map(percent) ?? "–" }

    private var curves: [ReportBlock] {
        func plot(
            _ title: String, _ label: AxisLabel, _ values: [(name: String, value: (DetectionMetrics) -> Double?)]
        ) -> ReportBlock {
            let series = variants.enumerated().flatMap { index, entry in
                values.enumerated().map { place, one in
                    let points = entry.variant.runs[0].epochs.compactMap { epoch in
                        one.value(epoch).map { (Double(epoch.epoch), $0) }
                    }
                    return LineSeries(
                        name: one.name.isEmpty
                            ? entry.name : variants.count > 1 ? "\(entry.name), \(one.name)" : one.name,
                        x: points.map(\.0), y: points.map(\.1), style: points.count <= 40 ? .markedLine : .line,
                        colour: variants.count > 1 ? index : place, isDashed: variants.count > 1 ? place > 0 : nil)
                }
            }
            return .figure(
                LinePlot(title: title, x: "epoch", y: label, xCountsWhole: true, series: series),
                caption: "\(title) after each epoch"
                    + (variants.contains { $0.variant.runs.count > 1 } ? ", first seeds." : "."))
        }
        return [
            plot(
                "Mean average precision on test images", AxisLabel("mAP", unit: "%"),
                [("mAP50", { $0.mAP50.map { $0 * 100 } }), ("mAP50-95", { $0.mAP5095.map { $0 * 100 } })]),
            plot("Loss", "loss per image", [("training", { $0.trainLoss }), ("test", { $0.testLoss })]),
        ]
    }

    func section(_ entry: Entry) -> ReportSection {
        var blocks: [ReportBlock] = [
            .figure(
                BoxGallery(
                    title: "Boxes beside the truth", pairs: entry.images,
                    note: "brackets: objects marked as difficult · scores from 0.25"),
                caption:
                    "The first test images: annotated objects, and objects that the network of the first seed found.")
        ]
        let found = entry.figures.classes.filter { !$0.recalls.isEmpty && $0.objects > 0 }
        if !found.isEmpty, found.count <= 20 {
            blocks.append(
                .figure(
                    LinePlot(
                        title: "Precision and recall", x: AxisLabel("recall", unit: "%"),
                        y: AxisLabel("precision", unit: "%"),
                        series: found.map { one in
                            LineSeries(
                                name: one.name, x: one.recalls.map { $0 * 100 }, y: one.precisions.map { $0 * 100 })
                        }),
                    caption: "At an intersection over union of 0.5, as the lowest accepted score falls."))
        }
        blocks.append(
            .table(
                ReportTable(
                    columns: [
                        .init("class"), .init("objects", .number), .init("detections", .number),
                        .init("AP50 / %", .number), .init("AP50-95 / %", .number),
                    ],
                    rows: entry.figures.classes.map { one in
                        [
                            one.name, "\(one.objects)", "\(one.detections)",
                            Self.percentage(one.objects > 0 ? one.precision50 : nil),
                            Self.percentage(one.objects > 0 ? one.precision5095 : nil),
                        ]
                    })))
        if classNames.count <= 25 {
            blocks.append(
                .figure(
                    HeatMap(
                        title: "What was taken for what", rows: .init("object", names: classNames + ["no object"]),
                        columns: .init("found as", names: classNames + ["not found"]),
                        values: entry.figures.confusion.map { $0.map(Double.init) }, texts: .values,
                        marksDiagonal: true, note: "numbers of objects of the test images"),
                    caption: "Pairs of objects and detections at a score of 0.25 and an overlap of 0.5."))
        }
        if let rates = entry.figures.spikeRates, !rates.isEmpty {
            blocks.append(
                .details(
                    "Spikes by layer",
                    [
                        .table(
                            ReportTable(
                                columns: [
                                    .init("layer"), .init("neurons", .number),
                                    .init("spikes per neuron and step", .number),
                                ],
                                rows: rates.map { [$0.name, "\($0.neurons)", String(format: "%.4f", $0.rate)] }))
                    ]))
        }
        return ReportSection(entry.name, blocks)
    }

    var settings: ReportSection {
        let blocks = variants.flatMap { entry in
            entry.variant.runs.map { run -> ReportBlock in
                var facts = [
                    ReportFact("data set", run.record.datasetName),
                    ReportFact("training images", "\(run.record.trainCount)"),
                    ReportFact("test images", "\(run.figures.images)"), ReportFact("folder", run.folder),
                ]
                if let environment = RunEnvironment(folder: run.folder) {
                    facts += [
                        ReportFact("program", environment.program), ReportFact("LibTorch", environment.libTorch),
                        ReportFact("device", environment.device), ReportFact("threads", "\(environment.threads)"),
                        ReportFact("machine", environment.machine), ReportFact("date", environment.date),
                    ]
                }
                let yaml = (try? SettingsFile(run.record.configuration, seed: run.record.seed).yaml()) ?? ""
                return .details(
                    "\(entry.name), seed \(run.record.seed): the whole run", [.keyValues(facts), .command(yaml)])
            }
        }
        return ReportSection("Settings", blocks)
    }
}
