import Foundation
import ObjectDetection
import SpikeReports
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets
@testable import SpikeTraining
@testable import TrainingReports

@Suite(.leavesNothing) struct DetectionReportTests {
    private let runs: WrittenRuns

    init() throws { runs = try WrittenRuns() }
    private static let names = DrawnShapes.classNames

    private static func dataset(side: Int = 64, test: Int = 8) -> DetectionDataset {
        let drawn = DrawnShapes(side: side, trainCount: 1, testCount: test).dataset()
        return DetectionDataset(
            name: "boxes", classNames: names, train: drawn.train, test: drawn.test, leftOut: drawn.leftOut)
    }

    /// The figures of a detector that finds `found` of 4 objects of the first class, and nothing else.
    private static func figures(_ found: Int = 2, objects: Int = 4, rates: [LayerSpikeRate]? = nil) -> DetectionFigures
    {
        func box(_ index: Int) -> Box { Box(x: 20 * Double(index), y: 0, width: 10, height: 10) }
        return DetectionFigures(
            [
                EvaluatedImage(
                    truths: (0..<objects).map { LabelledBox(box: box($0), label: 0) },
                    detections: (0..<found).map { Detection(box: box($0), label: 0, score: 0.9 - 0.1 * Double($0)) })
            ], classNames: names, loss: 2, spikeRates: rates)
    }

    private static func direct(_ configuration: inout DetectionConfiguration) { configuration.encoding = .direct }

    @Test func resultsAreOverSeeds() throws {
        let group = try [1, 2].map {
            try runs.detector("a", seed: $0, Self.figures(Int($0) * 2), seconds: Double($0) * 60, Self.direct)
        }
        let shares = group.map(\.figures.mAP50)
        let (low, high) = (try #require(shares[0]), try #require(shares[1]))
        #expect(0.2 < low && low < high && high > 0.99)
        let variant = try ReportedDetector(name: "a", runs: group)
        #expect(
            variant.result.mAP50 == shares && variant.result.seeds == [1, 2] && variant.result.seconds == [60, 120])
        #expect(abs(variant.result.mean! - (low + high) / 2) < 1e-12)
        // Of two numbers, the sample standard deviation is their distance by √2.
        #expect(abs(variant.result.standardDeviation! - (high - low) / 2.squareRoot()) < 1e-12)
        let single = try ReportedDetector(name: "a", runs: [group[0]])
        #expect(single.result.mean == shares[0] && single.result.standardDeviation == nil)
        let none = try ReportedDetector(name: "n", runs: [runs.detector("n", Self.figures(0, objects: 0), Self.direct)])
        #expect(none.result.mean == nil && none.result.mAP50 == [nil] && none.result.standardDeviation == nil)
    }

    @Test func runsAreGroupedByTheirSettings() throws {
        var all = try [1, 2].map { try runs.detector("a", seed: $0, Self.figures(), Self.direct) }
        all.append(
            try runs.detector("b", Self.figures()) { ($0.encoding, $0.steps) = (.direct, 3) })
        all.append(try runs.detector("c", Self.figures()) { $0.encoding = .phase })
        all.append(try runs.detector("d", Self.figures()) { $0.model = "yolov5n" })
        let groups = try ReportedDetector.grouped(all)
        #expect(groups.map(\.name) == ["direct", "direct (2)", "phase", "yolov5n"])
        #expect(groups.map(\.runs.count) == [2, 1, 1, 1])
        #expect(
            message { _ = try ReportedDetector(name: "x", runs: [all[0], all[2]]) }?
                .contains("its settings are not those of \(all[0].folder)") == true)
        let cut = try runs.detector("cut", Self.figures(), epochs: [0.1, 0.2], Self.direct)
        let metrics = RunPaths(cut.folder).metrics
        let first = try String(contentsOfFile: metrics, encoding: .utf8).split(separator: "\n")[0]
        try "\(first)\n".write(toFile: metrics, atomically: true, encoding: .utf8)
        let short = try DetectionRun(folder: cut.folder)
        #expect(
            message { _ = try ReportedDetector(name: "x", runs: [short]) }?
                .contains("has the figures of 1 of 2 epochs; remove the run's folder") == true)
    }

    @Test func tablesAndCurvesHoldTheFigures() throws {
        let rates = [
            LayerSpikeRate(name: "neurons", neurons: 30, rate: 0.125),
            LayerSpikeRate(name: "dead", neurons: 2, rate: 0),
        ]
        let a = try ReportedDetector(
            name: "a",
            runs: [
                runs.detector("a", Self.figures(2, rates: rates), epochs: [0.25, nil, 0.5], seconds: 90, Self.direct),
                runs.detector("a", seed: 2, Self.figures(4), epochs: [0.1, 0.1, 0.1], seconds: 150, Self.direct),
            ])
        let b = try ReportedDetector(name: "b", runs: [runs.detector("b", Self.figures(3)) { $0.encoding = .phase }])
        let report = try DetectionReport([a, b], dataset: Self.dataset())
        let (means, figures) = ([a.result.mean!, b.result.mean!], [a.runs[0].figures, b.runs[0].figures])
        let best = means[0] >= means[1] ? 0 : 1
        let section = report.results("spike train")
        let table = section.tables[0]
        #expect(table.highlightedRow == best)
        for (row, (entry, result)) in zip(table.rows, zip(report.variants, [a.result, b.result])) {
            let own = entry.figures
            let spread = result.standardDeviation.map { " ± \(percent($0))" } ?? ""
            #expect(row[0] == entry.name && row[1] == percent(result.mean!) + spread)
            #expect(row[2...4] == [percent(own.mAP5095!), percent(own.mAPVOC07!), percent(own.mAPVOC10!)])
            #expect(row[5] == readable(Double(entry.parameterCount), digits: 10))
            #expect(row[6] == readable(entry.energy.energy * 1e-6, digits: 3))
        }
        #expect(table.rows.map { $0[7] } == ["2", "1"])
        #expect(figures[0].mAP50! < figures[1].mAP50!)
        #expect(
            report.report(program: "p", date: "d").subtitle
                == "2 variants; the best, \(["a", "b"][best]): mAP50 \(percent(means[best])) %.")
        #expect(section.paragraphs[0].contains("the mean ± sample standard deviation (n − 1) over seeds"))
        #expect(
            section.paragraphs.count == 2
                && section.paragraphs[1].hasPrefix("a, on the test images: layers that never fire: dead"))

        let plots = section.plots(LinePlot.self)
        #expect(plots.map(\.plot.title) == ["Mean average precision on test images", "Loss"])
        #expect(plots.allSatisfy { $0.caption.hasSuffix(" after each epoch, first seeds.") })
        let (precision, loss) = (plots[0].plot.series, plots[1].plot.series)
        #expect(precision.map(\.name) == ["a, mAP50", "a, mAP50-95", "b, mAP50", "b, mAP50-95"])
        #expect(precision.map(\.colour) == [0, 0, 1, 1] && precision.map(\.isDashed) == [false, true, false, true])
        // Epochs without a test have no point.
        #expect(precision[0].x == [1, 3] && precision[0].y == [25, 50] && precision[1].y == [12.5, 25])
        #expect(precision[2].x.isEmpty)
        #expect(loss.map(\.name) == ["a, training", "a, test", "b, training", "b, test"])
        #expect(loss[0].x == [1, 2, 3] && loss[0].y == [6, 5, 4] && loss[1].y == [8.75, 8.5])

        let own = report.section(report.variants[0])
        #expect(
            own.tables[0].rows[0] == [
                Self.names[0], "4", "2", percent(figures[0].classes[0].precision50),
                percent(figures[0].classes[0].precision5095),
            ])
        #expect(own.tables[0].rows[1] == [Self.names[1], "0", "0", "–", "–"])
        #expect(own.tables[1].rows == [["neurons", "30", "0.1250"], ["dead", "2", "0.0000"]])
        let curve = try #require(own.plots(LinePlot.self).first?.plot)
        #expect(curve.title == "Precision and recall" && curve.series.map(\.name) == [Self.names[0]])
        #expect(agree(curve.series[0].x, [25, 50]) && agree(curve.series[0].y, [100, 100]))
        let confusion = try #require(own.plots(HeatMap.self).first?.plot)
        #expect(confusion.rows.names == Self.names + ["no object"] && confusion.columns.names.last == "not found")
        #expect(confusion.values[0][0] == 2 && confusion.values[0].last == 2 && confusion.marksDiagonal)
        #expect(report.section(report.variants[1]).summaries.isEmpty)

        let facts = report.settings.facts
        #expect(
            report.settings.summaries == [
                "a, seed 1: the whole run", "a, seed 2: the whole run", "b, seed 1: the whole run",
            ])
        #expect(facts[0].map(\.value) == ["boxes", "7", "1", a.runs[0].folder])
    }

    @Test func oneVariantAlone() throws {
        let run = try runs.detector("a", Self.figures(4), epochs: [0.5], Self.direct)
        let report = try DetectionReport([ReportedDetector(name: "a", runs: [run])], dataset: Self.dataset())
        let section = report.results(nil)
        #expect(section.tables[0].highlightedRow == nil && !section.paragraphs[0].contains("standard deviation"))
        let plots = section.plots(LinePlot.self)
        #expect(plots.allSatisfy { $0.caption.hasSuffix(" after each epoch.") })
        #expect(
            plots[0].plot.series.map(\.name) == ["mAP50", "mAP50-95"] && plots[0].plot.series.map(\.colour) == [0, 1])
        #expect(plots[0].plot.series.allSatisfy { $0.isDashed == nil && $0.style == .markedLine })
        #expect(
            report.report(program: "p", date: "d").subtitle
                == "a: mAP50 \(percent(run.figures.mAP50!)) % on the test images.")
        // Six images are shown; energy is measured with more.
        #expect(report.variants[0].images.count == 6 && report.variants[0].energy.imageCount == 8)
    }

    @Test(arguments: [40, 41]) func longCurvesHaveNoMarks(count: Int) throws {
        let run = try runs.detector("a", Self.figures(), epochs: Array(repeating: 0.5, count: count), Self.direct)
        let report = try DetectionReport([ReportedDetector(name: "a", runs: [run])], dataset: Self.dataset(test: 1))
        let series = report.results(nil).plots(LinePlot.self).flatMap(\.plot.series)
        #expect(series.allSatisfy { ($0.style == .markedLine) == (count == 40) })
    }

    @Test func energyIsMeasuredWithFiftyImages() throws {
        let run = try runs.detector("a", Self.figures()) { $0.model = "yolov5n" }
        let report = try DetectionReport([ReportedDetector(name: "a", runs: [run])], dataset: Self.dataset(test: 51))
        #expect(report.variants[0].energy.imageCount == 50)
    }

    @Test func firstOfEqualsIsTheBest() throws {
        let run = try runs.detector("a", Self.figures(), Self.direct)
        let variants = try ["a", "b"].map { try ReportedDetector(name: $0, runs: [run]) }
        let report = try DetectionReport(variants, dataset: Self.dataset(test: 1))
        #expect(report.results(nil).tables[0].highlightedRow == 0)
        #expect(report.report(program: "p", date: "d").subtitle?.hasPrefix("2 variants; the best, a: ") == true)
        let without = try ReportedDetector(
            name: "n", runs: [runs.detector("n", Self.figures(0, objects: 0), Self.direct)])
        let nothing = try DetectionReport([without], dataset: Self.dataset(test: 1))
        #expect(nothing.report(program: "p", date: "d").subtitle == "n: no objects to find on the test images.")
        #expect(nothing.section(nothing.variants[0]).plots(LinePlot.self).isEmpty)
    }

    /// Images are at most 256 pixels long in reports, and boxes are scaled with them.
    @Test(arguments: [64, 256, 512]) func imagesAndBoxesAreScaled(side: Int) throws {
        let dataset = Self.dataset(side: side, test: 2)
        let run = try runs.detector("a", Self.figures(), Self.direct)
        let report = try DetectionReport([ReportedDetector(name: "a", runs: [run])], dataset: dataset)
        let scale = side > 256 ? 0.5 : 1
        for (pair, sample) in zip(report.variants[0].images, dataset.test) {
            #expect(pair.image.width == Int(Double(side) * scale) && pair.image.channels == 3)
            #expect(abs(Double(pair.image.height) - Double(sample.height) * scale) <= 0.5)
            #expect(pair.truths.count == sample.boxes.count && !pair.truths.isEmpty)
            for (mark, truth) in zip(pair.truths, sample.boxes) {
                #expect(
                    agree(
                        [mark.x, mark.y, mark.width, mark.height],
                        [truth.box.left, truth.box.top, truth.box.width, truth.box.height].map { $0 * scale }))
                let name = Self.names[truth.label]
                #expect(mark.text == (truth.isDifficult ? "(\(name))" : name))
            }
        }
    }

    @Test func otherDataIsRefused() throws {
        let run = try runs.detector("a", Self.figures(), Self.direct)
        let names = Array(Self.names.dropLast())
        let fewer = try runs.detector(
            "b", DetectionFigures([], classNames: names, loss: 0, spikeRates: nil), Self.direct)
        let variants = try [ReportedDetector(name: "a", runs: [run]), ReportedDetector(name: "b", runs: [fewer])]
        #expect(
            message { _ = try DetectionReport(variants, dataset: Self.dataset(test: 1)) }?
                .contains("or on other classes; report on them one after the other") == true)
    }
}
