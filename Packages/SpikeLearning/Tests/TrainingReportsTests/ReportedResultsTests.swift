import Foundation
import SpikeDatasets
import SpikeReports
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining
@testable import TrainingReports

@Suite(.leavesNothing) struct ReportedResultsTests {
    private let runs: WrittenRuns

    init() throws { runs = try WrittenRuns() }

    private func variant(_ name: String, _ runs: TrainedRun...) throws -> ReportedVariant {
        try ReportedVariant(name: name, runs: runs)
    }

    /// Variant a has two seeds with accuracies of 70 % and 50 %, b one of 60 %.
    private func pair() throws -> [ReportedVariant] {
        try [
            variant(
                "a", runs.classifier("a", .init(earlier: [0.9], training: 0.8, seconds: 90)),
                runs.classifier(
                    "a", seed: 2, .init(earlier: [0.2], confusion: [[2, 3], [2, 3]], training: 0.9, seconds: 150))),
            variant(
                "b",
                runs.classifier("b", .init(earlier: [0.1], confusion: [[3, 2], [2, 3]], training: 1, seconds: 30)) {
                    $0.encoding = .direct
                }),
        ]
    }

    @Test func theTableHoldsTheFigures() throws {
        let report = try TrainingReport(pair(), dataset: nil)
        let table = try #require(report.results(nil).tables.first)
        let counts = report.variants.map { readable(Double($0.parameterCount), digits: 10) }
        #expect(
            table.rows == [
                ["a", "60.00 ± 14.14", "70.00", "85.00", counts[0], "2"],
                ["b", "60.00", "60.00", "100.00", counts[1], "0.5"],
            ])
        #expect(table.columns.map(\.title).last == "minutes" && table.columns.count == 6)
        #expect(table.columns.map(\.kind) == [.text] + Array(repeating: .number, count: 5))
        // The first of equal variants is the best.
        #expect(table.highlightedRow == 0)
        func subtitle(_ variants: [ReportedVariant]) throws -> String? {
            try TrainingReport(variants, dataset: nil).report(program: "p", date: "d").subtitle
        }
        #expect(try subtitle(pair()) == "2 variants; the best, a, finds the class of 60.00 % of the test images.")
        let (a, b) = try (pair()[0], pair()[1])
        #expect(try subtitle([a]) == "a, 2 seeds: finds the class of 60.00 % of the test images.")
        #expect(try subtitle([b]) == "b, 1 seed: finds the class of 60.00 % of the test images.")
        let better = try variant("c", runs.classifier("c", .init(confusion: [[5, 0], [1, 4]])))
        #expect(
            try subtitle([b, better])
                == "2 variants, 1 seed each; the best, c, finds the class of 90.00 % of the test images.")
        #expect(try TrainingReport([b, better], dataset: nil).results(nil).tables[0].highlightedRow == 1)
        #expect(try TrainingReport([b], dataset: nil).results(nil).tables[0].highlightedRow == nil)
    }

    @Test func seedsAreExplained() throws {
        let explanation = "its mean ± sample standard deviation (n − 1) over seeds."
        let variants = try pair()
        #expect(try TrainingReport(variants, dataset: nil).results(nil).paragraphs[0].contains(explanation))
        #expect(try !TrainingReport([variants[1]], dataset: nil).results(nil).paragraphs[0].contains(explanation))
    }

    @Test func curvesAreThoseOfTheEpochs() throws {
        let section = try TrainingReport(pair(), dataset: nil).results(nil)
        let plots = section.plots(LinePlot.self).map(\.plot)
        #expect(plots.map(\.title) == ["Accuracy", "Loss"])
        let accuracy = plots[0].series
        #expect(accuracy.map(\.name) == ["", "", "a", "b", "", ""])
        #expect(accuracy.map(\.isDashed) == [false, false, false, false, true, true])
        #expect(accuracy.map { $0.weight == .thin } == [true, true, false, false, false, false])
        #expect(accuracy.map(\.colour) == [0, 0, 0, 1, 0, 1])
        #expect(accuracy.allSatisfy { $0.x == [1, 2] })
        let values: [[Double]] = [[90, 70], [20, 50], [55, 60], [10, 60], [85, 85], [100, 100]]
        for (line, wanted) in zip(accuracy, values) { #expect(agree(line.y, wanted), "\(line.y)") }
        #expect(agree(plots[1].series[0].y, [2.1, 2.3]) && agree(plots[1].series[4].y, [2, 2]))
        #expect(plots.allSatisfy { $0.note?.contains("thin: single seeds; thick: their mean") == true })
        let single = try TrainingReport([pair()[1]], dataset: nil).results(nil).plots(LinePlot.self)
        #expect(single.allSatisfy { $0.plot.note?.contains("thin") == false && $0.plot.series.count == 2 })
    }

    @Test(arguments: [6, 7]) func manyVariantsHaveTwoPlots(count: Int) throws {
        let run = try runs.classifier("a")
        let variants = try (0..<count).map { try variant("\($0)", run) }
        let plots = try TrainingReport(variants, dataset: nil).results(nil).plots(LinePlot.self).map(\.plot)
        #expect(
            plots.map(\.title)
                == (count == 6
                    ? ["Accuracy", "Loss"]
                    : ["Accuracy", "Loss"].flatMap { ["\($0) on test images", "\($0) on training images"] }))
        if count > 6 {
            #expect(plots[0].series.map(\.name) == (0..<count).map { "\($0)" })
            #expect(plots[0].series.allSatisfy { $0.isDashed == nil && $0.weight == .usual })
            #expect(agree(plots[0].series[0].y, [70]) && agree(plots[1].series[0].y, [50]))
        }
    }

    @Test(arguments: [40, 41]) func longCurvesHaveNoMarks(count: Int) throws {
        let run = try runs.classifier("a", .init(earlier: Array(repeating: 0.5, count: count - 1)))
        let plots = try TrainingReport([variant("a", run)], dataset: nil).results(nil).plots(LinePlot.self)
        #expect(plots.flatMap(\.plot.series).allSatisfy { ($0.style == .markedLine) == (count == 40) })
    }

    @Test func whatMakesFiguresDoubtfulIsSaid() throws {
        let silent = LayerSpikeRate(name: "neurons", neurons: 5, rate: 0)
        let doubtful = try runs.classifier(
            "a", seed: 7,
            .init(confusion: [[0, 0], [1, 4]], rates: [silent, LayerSpikeRate(name: "m", neurons: 2, rate: 0.5)]))
        let texts = try TrainingReport([variant("a", doubtful)], dataset: nil).results(nil).paragraphs
        #expect(
            texts.contains { $0.hasPrefix("a, seed 7, on the test images: layers that never fire: neurons") },
            "\(texts)")
        #expect(texts.contains { $0.hasPrefix("Of the test images: ") && $0.contains("above") }, "\(texts)")
        let one = try runs.classifier("one", .init(confusion: [[5]]), classNames: ["all"])
        let alone = try TrainingReport([variant("one", one)], dataset: nil).results(nil).paragraphs
        #expect(
            alone.last == "There is one class only, all: whatever a network answers, its accuracy says nothing.",
            "\(alone)")
        let sound = try TrainingReport(
            [variant("b", runs.classifier("b"))], dataset: nil)
        #expect(sound.results(nil).paragraphs.count == 1, "\(sound.results(nil).paragraphs)")
    }

    @Test func convolutionsThatDoNotLearnAreNamed() throws {
        func isFrozen(_ encoding: TrainingConfiguration.Encoding, convolution: Bool, surrogate: Bool) throws -> Bool {
            let run = try runs.classifier("\(encoding)-\(convolution)-\(surrogate)") {
                ($0.encoding, $0.convolution, $0.surrogate) = (encoding, convolution, surrogate)
            }
            let report = try TrainingReport([variant("x", run)], dataset: nil)
            let isSaid = report.results(nil).paragraphs[0].contains(
                "x kept the convolution in front as it was drawn at random")
            #expect(isSaid == report.encodingSection(report.variants[0]).paragraphs[0].contains("stayed as they were"))
            return isSaid
        }
        #expect(try isFrozen(.ttfs, convolution: true, surrogate: false))
        #expect(try !isFrozen(.ttfs, convolution: true, surrogate: true))
        #expect(try !isFrozen(.ttfs, convolution: false, surrogate: false))
        #expect(try !isFrozen(.direct, convolution: true, surrogate: false))
    }

    @Test func energyIsSetAgainstAccuracy() throws {
        let report = try TrainingReport(pair(), dataset: WrittenRuns.dataset())
        let section = report.results(nil)
        let energies = report.variants.map { $0.analysis!.energy.energy * 1e-6 }
        let (plot, caption) = try #require(section.plots(ScatterPlot.self).first)
        #expect(plot.series.map(\.name) == ["a", "b"] && plot.series.allSatisfy { $0.points.count == 1 })
        for (series, energy) in zip(plot.series, energies) {
            #expect(agree([series.points[0].x, series.points[0].y], [energy, 60]))
        }
        #expect(caption.contains("over 20 test images."))
        let without = report.variants.map { readable($0.analysis!.energy.energyWithoutSpikesOnce * 1e-6, digits: 3) }
        #expect(without.allSatisfy { caption.contains($0) } && caption.hasSuffix(" µJ."))
        let table = section.tables[0]
        #expect(table.columns[5].title == "energy / µJ" && table.columns.count == 7)
        #expect(table.rows.map { $0[5] } == energies.map { readable($0, digits: 3) })
    }

    @Test func settingsThatDifferHaveATable() throws {
        let (a, b) = try (pair()[0], pair()[1])
        let section = try TrainingReport([a, b], dataset: nil).settings
        #expect(section.tables.map { $0.columns.map(\.title) } == [["variant", "encoding"]])
        #expect(section.tables[0].rows == [["a", "phase"], ["b", "direct"]])
        #expect(
            section.summaries == [
                "What all have in common", "a, seed 1: the whole run", "a, seed 2: the whole run",
                "b, seed 1: the whole run",
            ])
        let common = section.facts[0].map(\.name)
        #expect(!common.contains("encoding") && common.contains("steps"))
        #expect(section.facts[2].contains(ReportFact("encoding", "phase")))
        #expect(
            section.facts[1].prefix(4) == [
                ReportFact("seed", "1"), ReportFact("data set", "halves"), ReportFact("training images", "1000"),
                ReportFact("test images", "10"),
            ])
        let same = try TrainingReport([a, variant("again", a.runs[0])], dataset: nil).settings
        #expect(same.tables.isEmpty && same.paragraphs == ["All variants have the same settings."])
        let single = try TrainingReport([b], dataset: nil).settings
        #expect(single.tables.isEmpty && single.paragraphs.isEmpty && single.summaries[0] == "All settings")
    }

    @Test func confusionsOfSeedsAreAdded() throws {
        let report = try TrainingReport(pair(), dataset: nil)
        let map = try #require(report.encodingSection(report.variants[0]).plots(HeatMap.self).first?.plot)
        #expect(map.values == [[5, 5], [3, 7]] && map.rows.names == ["above", "below"] && map.marksDiagonal)
        #expect(map.note == "numbers of test images, 2 seeds together")
        #expect(report.encodingSection(report.variants[1]).plots(HeatMap.self)[0].plot.note == "numbers of test images")
    }

    @Test func mistakesAmongManyClassesAreListed() throws {
        func blocks(_ count: Int) throws -> ReportSection {
            // Class 0 is taken for 2 twice and for 1 once, and so on; of class 3, three quarters are right.
            var confusion = (0..<count).map { truth in (0..<count).map { $0 == truth ? 3 : 0 } }
            (confusion[0][0], confusion[0][2], confusion[0][1], confusion[3][4], confusion[2][0]) = (1, 2, 1, 1, 1)
            let run = try runs.classifier(
                "many-\(count)", .init(confusion: confusion), classNames: (0..<count).map { "class \($0)" })
            return ReportSection(
                "",
                try TrainingReport([variant("v", run)], dataset: nil).confusion(
                    TrainingReport([variant("v", run)], dataset: nil).variants[0]))
        }
        #expect(try blocks(25).tables.isEmpty && blocks(25).plots(HeatMap.self).count == 1)
        let section = try blocks(26)
        #expect(section.plots(HeatMap.self).isEmpty)
        #expect(section.paragraphs == ["The most frequent mistakes among 26 classes:"])
        #expect(
            section.tables.first?.rows == [
                ["class 0", "class 2", "2", "50.00"], ["class 0", "class 1", "1", "25.00"],
                ["class 2", "class 0", "1", "25.00"], ["class 3", "class 4", "1", "25.00"],
            ])
    }

    @Test func variantsOfOneNameAreNumbered() throws {
        for steps in 2...4 { _ = try runs.classifier("p", seed: UInt64(steps)) { $0.steps = steps } }
        _ = try runs.classifier("p", seed: 9) { $0.steps = 2 }
        let variants = try ReportedVariant.read([runs.folder.path])
        #expect(Set(variants.map(\.name)) == ["p", "p (2)", "p (3)"] && variants.count == 3)
        #expect(variants.map(\.runs.count).sorted() == [1, 1, 2])
        var skipped: [String] = []
        let run = runs.folder.file("p-seed-3")
        try FileManager.default.copyItem(atPath: run, toPath: runs.folder.file("q"))
        let again = try ReportedVariant.read([run, run, runs.folder.file("q")], skip: { skipped.append($0) })
        #expect(again.count == 1 && again[0].runs.count == 1)
        #expect(skipped == ["\(runs.folder.file("q")): repeats \(run), with the same settings and seed 3"])
    }

    @Test func figuresOfOtherEpochsAreRefused() throws {
        let run = try runs.classifier("a", .init(earlier: [0.5]))
        let metrics = RunPaths(run.folder).metrics
        let lines = try String(contentsOfFile: metrics, encoding: .utf8).split(separator: "\n")
        try "\(lines[0])\n".write(toFile: metrics, atomically: true, encoding: .utf8)
        func complaint() -> String? { message { _ = try ReportedVariant(name: "a", folders: [run.folder]) } }
        #expect(complaint()?.contains("has the figures of 1 of 2 epochs; without them there is no report") == true)
        for (name, value) in [("testLoss", "2.5"), ("testAccuracy", "0.25")] {
            let changed = lines[1].replacing(try Regex("\"\(name)\":[0-9.]+"), with: "\"\(name)\":\(value)")
            try "\(lines[0])\n\(changed)\n".write(toFile: metrics, atomically: true, encoding: .utf8)
            #expect(complaint()?.contains("metrics.jsonl and evaluation.json are of different runs") == true, "\(name)")
        }
        try lines.map { "\($0)\n" }.joined().write(toFile: metrics, atomically: true, encoding: .utf8)
        #expect(complaint() == nil)
    }
}
