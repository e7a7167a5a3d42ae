import SpikeDatasets
import SpikeReports
import SpikeTraining
import TorchTensors

extension TrainingReport {
    func results(_ command: String?) -> ReportSection {
        var blocks: [ReportBlock] = [.table(table)]
        let hasSeeds = variants.contains { $0.result.seeds.count > 1 }
        var text =
            "Accuracy is the share of test images whose class was found after the last epoch"
            + (hasSeeds ? ", its mean ± sample standard deviation (n − 1) over seeds." : ".")
            + " The best epoch was chosen by the test images themselves, so its figure is too good by a little."
        let frozen = variants.filter(\.hasFrozenConvolution).map(\.name)
        if !frozen.isEmpty {
            text +=
                " Without a gradient through the encoder's spikes, \(frozen.joined(separator: " and ")) "
                + "kept the convolution in front as it was drawn at random."
        }
        blocks.append(.paragraph(text))
        blocks += remarks.map { .paragraph($0) }
        blocks += curves
        if let energyFigure { blocks.append(energyFigure) }
        if let command { blocks.append(.command(command)) }
        return ReportSection("Results", blocks)
    }

    /// Remarks on what makes figures unreliable: few updates, layers that never or always fire, classes without test
    /// images, or a single class.
    private var remarks: [String] {
        let runs = variants.flatMap { entry in entry.variant.runs.map { (name: entry.name, run: $0) } }
        let updates = variants.compactMap { entry in
            entry.variant.runs[0].description.updateRemark.map { "\(entry.name): \($0)." }
        }
        let layers =
            updates
            + runs.flatMap { name, run in
                (run.evaluation.spikeRates ?? []).remarks.map {
                    "\(name), seed \(run.description.seed), on the test images: \($0)."
                }
            }
        let first = runs[0].run
        let names = first.description.classNames
        if names.count == 1 {
            return layers + [
                "There is one class only, \(names[0]): whatever a network answers, its accuracy says nothing."
            ]
        }
        let missing = ImageDataset.remark(classes: first.evaluation.classesWithoutImages.map { names[$0] })
        return layers + (missing.map { ["Of the test images: \($0)."] } ?? [])
    }

    private var table: ReportTable {
        let hasEnergy = variants.allSatisfy { $0.analysis != nil }
        var columns: [ReportTable.Column] = [
            .init("variant"), .init("accuracy / %", .number, help: "On test images, after the last epoch"),
            .init("best epoch / %", .number, help: "On test images; chosen by them"),
            .init("training / %", .number, help: "On the images as they were trained on, in the last epoch"),
            .init("parameters", .number),
            .init("minutes", .number, help: "Of training a run, without tests"),
        ]
        if hasEnergy {
            columns.insert(
                .init("energy / µJ", .number, help: "Of synapses, an image, on a chip that adds on spikes; estimated"),
                at: 5)
        }
        let rows = variants.map { entry in
            let result = entry.result
            let spread = result.standardDeviation.map { " ± \(percent($0))" } ?? ""
            let last = entry.variant.runs.map { $0.epochs.last!.trainAccuracy }
            var row = [
                entry.name, percent(result.mean) + spread, percent(result.bestMean),
                percent(mean(last)), readable(Double(entry.parameterCount), digits: 10),
                readable(mean(result.seconds) / 60, digits: 2),
            ]
            if hasEnergy { row.insert(readable(entry.analysis!.energy.energy * 1e-6, digits: 3), at: 5) }
            return row
        }
        let best = variants.indices.max { variants[$0].result.mean < variants[$1].result.mean }
        return ReportTable(columns: columns, rows: rows, highlightedRow: variants.count > 1 ? best : nil)
    }

    /// Learning curves. Up to six variants, the number of colours, share a plot for training and test images.
    private var curves: [ReportBlock] {
        let figures: [(String, AxisLabel, (EpochMetrics) -> Double, (EpochMetrics) -> Double)] = [
            (
                "Accuracy", AxisLabel("accuracy", unit: "%"), { $0.testAccuracy * 100 }, { $0.trainAccuracy * 100 }
            ),
            ("Loss", "cross entropy", \.testLoss, \.trainLoss),
        ]
        let hasSeeds = variants.contains { $0.result.seeds.count > 1 }
        return figures.flatMap { title, label, test, train -> [ReportBlock] in
            func plot(_ title: String, note: String, _ series: [LineSeries]) -> LinePlot {
                LinePlot(
                    title: title, x: "epoch", y: label, xCountsWhole: true,
                    note: note + (hasSeeds ? " · thin: single seeds; thick: their mean" : ""), series: series)
            }
            let caption = "\(title) after each epoch."
            if variants.count <= 6 {
                let series = curves(test, isDashed: false) + curves(train, isDashed: true)
                let note = "solid: test images; dashed: training images, as they were trained on"
                return [.figure(plot(title, note: note, series), caption: caption)]
            }
            let note = "dashed: variants beyond the sixth"
            return [
                .figure(
                    plot("\(title) on test images", note: note, curves(test, isDashed: nil)), caption: caption),
                .figure(
                    plot("\(title) on training images", note: note, curves(train, isDashed: nil)), caption: caption),
            ]
        }
    }

    /// The lines of all variants: the mean over seeds and, where lines are named, a thin line per seed.
    ///
    /// - Parameter isDashed: False for solid lines with names, true for dashed lines without, `nil` for named lines
    ///   whose dashes follow from the colour.
    private func curves(_ value: (EpochMetrics) -> Double, isDashed: Bool?) -> [LineSeries] {
        variants.enumerated().flatMap { index, entry -> [LineSeries] in
            let runs = entry.variant.runs.map { $0.epochs.map(value) }
            let epochs = entry.variant.runs[0].epochs.map { Double($0.epoch) }
            let means = epochs.indices.map { epoch in mean(runs.map { $0[epoch] }) }
            let style: LineSeries.Style = epochs.count <= 40 ? .markedLine : .line
            let isNamed = isDashed != true
            let seeds =
                runs.count < 2 || !isNamed
                ? []
                : runs.map {
                    LineSeries(name: "", x: epochs, y: $0, colour: index, weight: .thin, isDashed: isDashed)
                }
            let line = LineSeries(
                name: isNamed ? entry.name : "", x: epochs, y: means, style: style, colour: index, isDashed: isDashed)
            return seeds + [line]
        }
    }

    private var energyFigure: ReportBlock? {
        let points = variants.compactMap { entry in
            entry.analysis.map { analysis in
                ScatterSeries(
                    name: entry.name,
                    points: [.init(x: analysis.energy.energy * 1e-6, y: entry.result.mean * 100)])
            }
        }
        guard points.count == variants.count, let first = variants.first?.analysis else { return nil }
        let without = variants.compactMap { $0.analysis?.energy.energyWithoutSpikesOnce }
        let range = Set([without.min()!, without.max()!].map { readable($0 * 1e-6, digits: 3) }).sorted()
        return .figure(
            ScatterPlot(
                title: "Accuracy against estimated energy", x: AxisLabel("energy an image", unit: "µJ"),
                y: AxisLabel("accuracy", unit: "%"), series: points),
            caption:
                "An estimate for a chip in 45 nm: 0.9 pJ a synaptic operation on spikes, 4.6 pJ a multiply-accumulate of "
                + "layers fed with real values (Horowitz 2014), over \(counted(first.energy.imageCount, "test image")). "
                + "Memory, neurons and the transport of spikes are left out. The same networks without spikes would take "
                + "\(range.joined(separator: " to ")) µJ.")
    }
}

extension TrainingReport.Entry {
    /// Whether the configuration has a convolution before an encoder that passes no gradient, so that it does not
    /// learn.
    var hasFrozenConvolution: Bool {
        configuration.encoding != .direct && configuration.convolution && !configuration.surrogate
    }
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
