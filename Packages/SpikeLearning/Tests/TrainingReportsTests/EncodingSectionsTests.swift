import SpikeDatasets
import SpikeReports
import SpikingLayers
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining
@testable import TrainingReports

@Suite(.leavesNothing) struct EncodingSectionsTests {
    private let runs: WrittenRuns

    init() throws { runs = try WrittenRuns() }

    private func report(_ runs: TrainedRun..., dataset: ImageDataset? = nil) throws -> TrainingReport {
        try TrainingReport(
            runs.enumerated().map { try ReportedVariant(name: "v\($0)", runs: [$1]) },
            dataset: dataset ?? WrittenRuns.dataset())
    }

    /// Three channels, those of the pixels.
    private func pixels(
        _ name: String, _ encoding: TrainingConfiguration.Encoding = .phase, steps: Int,
        weights: (inout [String: Tensor]) throws -> Void = { _ in }
    ) throws -> TrainedRun {
        try runs.classifier(
            name, change: { ($0.encoding, $0.convolution, $0.steps) = (encoding, false, steps) }, weights: weights)
    }

    @Test func theExampleIsTheFirstImage() throws {
        let run = try pixels("a", steps: 3)
        let dataset = try WrittenRuns.dataset()
        let analysis = try #require(report(run).variants[0].analysis)
        #expect(analysis.example.height == 4 && analysis.example.width == 4)
        let spikes = try run.network().encode(dataset.test.images.sliced(0, 0..<1).to(.float32) / 255)
        for step in 0..<3 {
            for channel in 0..<3 {
                #expect(
                    try analysis.example.spikes[step][channel]
                        == spikes[step][0][channel].contiguous().elements(as: Float.self))
            }
        }
        #expect(analysis.parameterCount == (try run.network().parameterCount))
        #expect(analysis.thresholds == [[1, 1, 1], [0.5, 0.5, 0.5], [0.25, 0.25, 0.25]])
        #expect(analysis.initialThresholds == [1, 0.5, 0.25] && analysis.energy.imageCount == 20)
    }

    @Test func theImageOverTimeHasARowPerVariant() throws {
        let report = try report(pixels("a", steps: 2), pixels("b", steps: 10), pixels("c", .direct, steps: 3))
        let section = try #require(report.imageInSpikes.first)
        let (plot, caption) = try #require(section.plots(MapGrid.self).first)
        #expect(plot.rowNames == ["v0", "v1", "v2"] && caption.contains("The first test image (above)"))
        #expect(plot.columnNames == ["image"] + (0..<8).map { "t = \($0)" })
        #expect(
            plot.cells.map { $0.map { $0 == .empty } } == [
                [false, false, false] + Array(repeating: true, count: 6),
                [true] + Array(repeating: false, count: 8),
                [true, false, false, false] + Array(repeating: true, count: 5),
            ])
        guard case .image(let image) = plot.cells[0][0] else {
            Issue.record("no image")
            return
        }
        #expect(image == report.example?.image && image.channels == 3 && image.height == 8 && image.width == 8)
        // The share of the channels that fire, relative to the greatest share of all.
        let all = report.variants.map { $0.analysis!.example.spikes }
        func shares(_ channels: [[Float]]) -> [Float] {
            channels[0].indices.map { place in channels.map { $0[place] }.reduce(0, +) / Float(channels.count) }
        }
        let greatest = all.flatMap { $0.prefix(8).flatMap(shares) }.max()!
        #expect(greatest > 0)
        for (row, spikes) in all.enumerated() {
            for (step, channels) in spikes.prefix(8).enumerated() {
                let example = report.variants[row].analysis!.example
                let map = MapGrid.Map(
                    height: example.height, width: example.width, values: shares(channels).map { $0 / greatest })
                #expect(plot.cells[row][step + 1] == .map(map), "\(row) \(step)")
            }
        }
        #expect(plot.note?.hasSuffix("the full one is \(readable(Double(greatest) * 100, digits: 3)) %") == true)
    }

    @Test(arguments: [(2, false), (3, false), (4, true), (9, true)])
    func theLongerSideOfTheMapsIsAcross(steps: Int, isTimeAcross: Bool) throws {
        let report = try report(pixels("a", steps: steps))
        let (plot, caption) = try #require(
            report.encodingSection(report.variants[0]).plots(MapGrid.self).first)
        let times = (0..<min(steps, 8)).map { "t = \($0)" }
        #expect((isTimeAcross ? plot.columnNames : plot.rowNames) == times)
        let codes = try #require(report.variants[0].analysis?.codes)
        let order = (0..<3).sorted { (codes.entropy(of: $1), $0) < (codes.entropy(of: $0), $1) }
        #expect((isTimeAcross ? plot.rowNames : plot.columnNames) == order.map { "channel \($0)" })
        #expect(caption == "All channels. A coloured place is a spike." + (steps > 8 ? " The first 8 steps." : ""))
        let spikes = report.variants[0].analysis!.example.spikes
        for step in times.indices {
            for (place, channel) in order.enumerated() {
                let cell = isTimeAcross ? plot.cells[place][step] : plot.cells[step][place]
                #expect(cell == .map(.init(height: 4, width: 4, values: spikes[step][channel])))
            }
        }
    }

    @Test func eightChannelsAreShown() throws {
        let run = try runs.classifier("a") { $0.encoderChannels = 9 }
        let report = try report(run)
        let (plot, caption) = try #require(report.encodingSection(report.variants[0]).plots(MapGrid.self).first)
        #expect(plot.columnNames.count == 8 && plot.rowNames.count == 3)
        #expect(caption.hasPrefix("The 8 channels of 9 whose codes have the most entropy. A coloured place"))
    }

    @Test func thresholdsThatChangedHaveTwoPlots() throws {
        let fresh = try pixels("fresh", steps: 3)
        let trained = try pixels("trained", steps: 3) { state in
            let name = try #require(state.keys.first { $0.hasSuffix("log_threshold") })
            state[name] = try Tensor([0, 0.5, -0.25] as [Float])
        }
        let report = try report(fresh, trained, pixels("direct", .direct, steps: 3))
        let plots = report.variants.map { report.encodingSection($0).plots(LinePlot.self) }
        #expect(
            plots.map { $0.map(\.plot.title) } == [
                ["Thresholds over time"], ["Thresholds over time", "What training changed"], [],
            ])
        #expect(plots[0][0].caption.hasSuffix(" They are as they were.") && !plots[1][0].caption.hasSuffix("were."))
        for (plot, _) in plots[1] {
            #expect(plot.series.map(\.name) == Array(repeating: "a channel", count: 3) + ["where training began"])
            #expect(plot.series.map(\.isDashed) == [false, false, false, true])
            #expect(plot.series.map(\.colour) == [0, 0, 0, 1])
            #expect(plot.series.map(\.weight) == [.thin, .thin, .thin, .usual])
            #expect(plot.series.allSatisfy { $0.x == [0, 1, 2] })
        }
        let (values, changes) = (plots[1][0].plot.series.map(\.y), plots[1][1].plot.series.map(\.y))
        #expect(values[3] == [1, 0.5, 0.25] && values[0] == [1, 0.5, 0.25] && changes[3] == [0, 0, 0])
        // e^0.5 = 1.64872 and e^−0.25 = 0.77880, at each step.
        for (step, factor) in [1, 0.5, 0.25].enumerated() {
            #expect(abs(values[1][step] - 1.64872 * factor) < 1e-4 && abs(values[2][step] - 0.77880 * factor) < 1e-4)
            #expect(abs(changes[1][step] - 64.872) < 1e-2 && abs(changes[2][step] + 22.120) < 1e-2)
        }
    }

    @Test func factsAndCodesAreThoseOfTheChannels() throws {
        let report = try report(pixels("a", steps: 3))
        let entry = report.variants[0]
        let codes = try #require(entry.analysis?.codes)
        let section = report.encodingSection(entry)
        let values = Dictionary(uniqueKeysWithValues: section.facts[0].map { ($0.name, $0.value) })
        let counts = (0..<3).map { codes.counts(of: $0) }
        let neurons = 20 * 4 * 4
        var (spikes, sums) = (0, [Int: Int]())
        for (code, count) in counts.flatMap({ $0 }) {
            spikes += code.nonzeroBitCount * count
            sums[code, default: 0] += count
        }
        let rate = Double(spikes) / Double(3 * 3 * neurons)
        #expect(rate > 0 && values["spikes per neuron and step"] == readable(rate, digits: 3))
        #expect(values["channels"] == "3" && values["silent channels"] == "0")
        #expect(
            values["codes per channel, mean"]
                == readable(Double(counts.map(\.count).reduce(0, +)) / 3, digits: 3))
        #expect(values["energy an image"] == readable(entry.analysis!.energy.energy * 1e-6, digits: 3) + " µJ")

        let (map, caption) = try #require(section.plots(HeatMap.self).first { $0.plot.title == "Codes in use" })
        let order = sums.keys.sorted { (sums[$1]!, $0) < (sums[$0]!, $1) }
        func text(_ code: Int) -> String { (0..<3).map { code >> (2 - $0) & 1 == 1 ? "1" : "0" }.joined() }
        #expect(map.columns.names == order.map(text) && map.rows.names == ["0", "1", "2"])
        for channel in 0..<3 {
            #expect(agree(map.values[channel], order.map { Double(counts[channel][$0] ?? 0) / Double(neurons) }))
            #expect(map.rowNotes[channel].hasPrefix("\(counts[channel].count) · "))
        }
        #expect(caption.hasPrefix("\(order.count) codes of 8 in use, over 500 test images at most."))
        let rows = try #require(section.tables.first).rows
        #expect(rows.count == min(6, order.count) && rows.map { $0[0] } == order.prefix(6).map(text))
        for (row, code) in zip(rows, order) {
            #expect(row[1] == percent(Double(sums[code]!) / Double(3 * neurons)))
            #expect(row[2] == "\(counts.count { $0[code] != nil })")
        }
    }

    @Test func manyCodesAreCutShort() throws {
        let report = try report(pixels("a", steps: 8))
        let section = report.encodingSection(report.variants[0])
        let (map, caption) = try #require(section.plots(HeatMap.self).first { $0.plot.title == "Codes in use" })
        let used = SpikePatterns(try #require(report.variants[0].analysis?.codes)).patterns
        #expect(used.count > 16 && map.columns.names == used.prefix(16).map(\.text))
        #expect(
            caption
                == "\(used.count) codes of 256 in use, over 500 test images at most; the most frequent 16 are shown.")
        #expect(section.tables[0].rows.count == 6)
    }

    @Test func silentChannelsAreCounted() throws {
        let report = try report(
            pixels("a", steps: 3) { state in
                let name = try #require(state.keys.first { $0.hasSuffix("log_threshold") })
                // A threshold of e⁵ is never reached.
                state[name] = try Tensor([0, 5, 0] as [Float])
            })
        let facts = report.encodingSection(report.variants[0]).facts[0]
        #expect(facts.contains(ReportFact("silent channels", "1")))
    }

    @Test func theEncodingIsDescribed() throws {
        func text(_ encoding: TrainingConfiguration.Encoding) throws -> String {
            let report = try TrainingReport(
                [ReportedVariant(name: "v", runs: [pixels("\(encoding)", encoding, steps: 3)])], dataset: nil)
            return report.encodingSection(report.variants[0]).paragraphs[0]
        }
        #expect(try text(.direct).hasPrefix("Direct encoding has no encoder"))
        #expect(
            try text(.rate)
                == "A spike at every step whose threshold the value reaches. The encoder sees the pixels themselves.")
        #expect(try text(.phase).contains("it takes the threshold away."))
        #expect(try text(.ttfs).hasPrefix("One spike at most, at the first step"))
        let seeds = try [3, 4].map { try runs.classifier("s", seed: $0) }
        let report = try TrainingReport([ReportedVariant(name: "v", runs: seeds)], dataset: nil)
        #expect(
            report.encodingSection(report.variants[0]).paragraphs[0].hasSuffix(
                " Spikes and thresholds are those of seed 3."))
    }
}
