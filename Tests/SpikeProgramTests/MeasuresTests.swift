import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeReports
import Testing

@testable import SpikeTuning
@testable import spike

/// What comparisons and searches print and draw, by hand.
@Suite struct MeasuresTests {
    @Test func measuresAreThoseOfTheirDefinitions() throws {
        let signal = Signal(values: [1, 3, 2, 2, 0, 6], channelCount: 3, channelOffsets: [1e9, 0, -5])
        #expect(variances(signal) == [1, 0, 9] && variance(signal) == 10.0 / 3)
        #expect(variances(Signal(channels: [[]])) == [0] && variances(Signal(channels: [[7]])) == [0])
        #expect(mean([1, 2, 6]) == 3 && mean([5]) == 5 && mean([]) == 0)
        #expect(signalToNoise(variance: 200, meanSquaredError: 2) == 20)
        #expect(signalToNoise(variance: 1, meanSquaredError: 10) == -10)
        #expect(signalToNoise(variance: 0, meanSquaredError: 1) == nil)
        #expect(signalToNoise(variance: 1, meanSquaredError: 0) == nil)
        #expect(signalToNoise(variance: 1e-3, meanSquaredError: 1e-3) == 0)
        // The first unit has one sign of four, the second two ups and two downs, the third none.
        let train = SpikeTrain(signs: [0, 1, 0, 0, 1, -1, -1, 1, 0, 0, 0, 0], unitCount: 3)
        let bits = 2 + 3 * log2(4.0 / 3) + 4
        #expect(abs(informationBits(train) - bits) < 1e-12)
        let graded = SpikeTrain(amplitudes: [2, -3, 0, 0], unitCount: 1)
        #expect(abs(informationBits(graded) - 70) < 1e-12)
        #expect(informationBits(SpikeTrain(signs: [0, 0], unitCount: 1)) == 0)
    }

    private func trial(_ spikes: Int, _ error: Double, _ objective: Double? = nil) -> Trial {
        Trial(
            parameters: [Trial.Parameter(name: "threshold", value: 0.5)], objective: objective ?? error,
            meanSquaredError: error, spikeCount: spikes)
    }

    private func result(_ channels: [[Trial]]) throws -> TuningResult {
        TuningResult(
            codec: try StepForward().codec,
            channels: channels.map { trials in
                let best = trials.indices.min { trials[$0].objective < trials[$1].objective } ?? 0
                return ChannelTuning(trials: trials, bestIndex: best)
            })
    }

    /// Twelve limits in equal ratios from the fewest spikes to the most: from 1 to 2048, they are the powers of 2.
    @Test func tradeOffsAreTheBestWithinTheirLimits() throws {
        let one = try result([[trial(1, 9), trial(2048, 1), trial(4, 4), trial(5, 3), trial(0, 0.5), trial(3, 9)]])
        let curve = one.tradeOff(sampleCount: 10)
        #expect(curve.map(\.meanSquaredError) == [9, 4, 3, 1])
        for (found, expected) in zip(curve.map(\.spikesPerSample), [0.1, 0.4, 0.5, 204.8]) {
            #expect(abs(found - expected) < 1e-12)
        }
        // A channel that needs at least 2 spikes keeps the curve from beginning with 1.
        let two = try result([[trial(1, 9), trial(8, 1)], [trial(2, 5), trial(8, 7), trial(3, .infinity)]])
        #expect(two.tradeOff(sampleCount: 4).map(\.meanSquaredError) == [7, 3])
        #expect(two.tradeOff(sampleCount: 4).map(\.spikesPerSample) == [0.375, 1.25] as [Double])
        // From 2 to 4096: no limit lies between 9 and 16.
        let wide = try result([[trial(1, 9), trial(9, 6), trial(16, 4)], [trial(2, 5), trial(4096, 0.5)]])
        #expect(wide.tradeOff(sampleCount: 2).map(\.meanSquaredError) == [7, 4.5, 2.25])
        #expect(wide.tradeOff(sampleCount: 2).map(\.spikesPerSample) == [0.75, 4.5, 1028] as [Double])
        #expect(try result([[trial(3, 1), trial(3, 2)]]).tradeOff(sampleCount: 4).isEmpty)
        #expect(try result([[trial(0, 1)], [trial(1, 1), trial(2, 1)]]).tradeOff(sampleCount: 4).isEmpty)
    }

    @Test func historiesShowTheRootOfTheError() throws {
        let signal = Signal(channels: [[1, 2], [3, 4]], channelNames: ["a", "b"], unit: "mV")
        let one = TuningHistory(try result([[trial(1, 9), trial(1, 4), trial(1, 1, .infinity)]]), title: nil)
        let plot = try #require(one.plot as? TuningPlot)
        #expect(plot.title == "Tuning step-forward" && plot.objectives == [3, 2, .infinity])
        #expect(plot.objective == AxisLabel("RMSE"))
        let trials = [[trial(1, 9), trial(1, 16), trial(1, 4)], [trial(1, 1, .infinity), trial(1, 25), trial(1, 36)]]
        let two = try #require(TuningHistory(try result(trials), of: signal).plot as? LinePlot)
        #expect(two.series.map(\.name) == ["a", "b"] && two.yLabel == AxisLabel("best RMSE so far", unit: "mV"))
        #expect(two.series.map(\.x) == [[1, 2, 3], [2, 3]] && two.series.map(\.y) == [[3, 3, 2], [5, 5]])
        #expect(two.yScale == .logarithmic)
        let exact = TuningHistory(try result([[trial(1, 0)], [trial(1, 1)]]), title: "t")
        let flat = try #require(exact.plot as? LinePlot)
        #expect(flat.yScale == .linear && flat.title == "t" && flat.series.map(\.name) == ["channel 0", "channel 1"])
    }

    @Test func entriesMeasureTheirSpikes() throws {
        let signal = Signal(channels: [[0, 1, 1, 1, 0], [0, 0, 0, 0, 0]], samplingRate: 10)
        let entry = try ComparisonEntry(StepForward(threshold: 0.5).codec, tuning: nil, of: signal, threads: 1)
        let (spikes, error) = (Double(entry.encoded.spikes.spikeCount), entry.rmse * entry.rmse)
        #expect(spikes > 0 && entry.spikesPerSample == spikes / 10 && entry.spikesPerSecond == spikes)
        #expect(entry.sparsity == 1 - spikes / 10)
        let bits = informationBits(entry.encoded.spikes)
        #expect(entry.bitsPerSample == bits / 10 && abs(entry.bitsPerSecond! - bits * 2) < 1e-12)
        let ratio = 10 * log10(0.12 / error)
        #expect(abs(try #require(entry.snr) - ratio) < 1e-9)
        let plain = try ComparisonEntry(
            StepForward().codec, tuning: nil, of: Signal(channels: [[0, 1]]), threads: 1)
        #expect(plain.spikesPerSecond == nil && plain.bitsPerSecond == nil)
    }

    @Test func tablesRoundAsTheyState() throws {
        let rows: [[Float]] = [7, 8].map { (step: Int) in
            (0..<300).map { (sample: Int) in Float(sample * step % 50) / 7 }
        }
        let signal = Signal(channels: rows, samplingRate: 10, unit: "mV", startTime: 3)
        let comparison = try Comparison(
            of: signal, evaluations: 20, timeLimit: nil, spikesPerSecond: nil, seed: 1, threads: 2
        ) { _ in }
        #expect(comparison.entries.map(\.name).sorted() == Codec.names.sorted())
        #expect(comparison.entries.map(\.rmse) == comparison.entries.map(\.rmse).sorted())
        #expect(comparison.seconds > 0 && comparison.seconds < 600)
        let table = comparison.table
        #expect(table.rows.count == comparison.entries.count)
        for (index, (entry, row)) in zip(comparison.entries, table.rows).enumerated() {
            let isGraded = entry.encoded.spikes.amplitudes != nil
            #expect(row[0] == "\(index + 1)" && row[1] == entry.name + (isGraded ? " (graded)" : ""))
            #expect(row[2] == readable(entry.rmse, digits: 3))
            #expect(row[3] == entry.snr.map { readable($0, digits: 3) } ?? "–")
            #expect(row[4] == readable(entry.spikesPerSecond!, digits: 3))
            #expect(row[5] == readable(100 * entry.sparsity, digits: 3) + " %")
            #expect(row[6] == readable(entry.bitsPerSecond!, digits: 3))
            #expect(row[7] == readable(entry.encodeNanoseconds, digits: 2))
            #expect(row[8] == readable(entry.decodeNanoseconds, digits: 2))
        }
        let best = try #require(comparison.bestPlainIndex)
        #expect(comparison.entries[best].encoded.spikes.amplitudes == nil && table.highlightedRow == best)
        #expect(comparison.entries[..<best].allSatisfy { $0.encoded.spikes.amplitudes != nil })
        #expect(comparison.text.split(separator: "\n")[0].contains("RMSE / mV"))
        let html = comparison.report(title: "t", nil, command: ShellCommand(["spike"])).html
        #expect(html.contains("2 channels × 300 samples at 10 Hz, 30 s from 3.0 s on"))
        // 50 samples take longer than 4 s.
        #expect(html.contains("Traces of 2 channels, 50 samples: original"))
        #expect(html.contains("1. \(comparison.entries[0].name)"))
        let tuned = comparison.entries.count { $0.tuning != nil }
        #expect(html.contains("\(tuned) codecs were tuned") && tuned > 3)
        let document = try #require(
            JSONSerialization.jsonObject(
                with: Data(try comparison.json(nil, nil, command: ShellCommand(["spike"])).utf8)) as? [String: Any])
        let codecs = try #require(document["codecs"] as? [[String: Any]])
        #expect(codecs.map { $0["rank"] as? Int } == Array(1...codecs.count))
        #expect(codecs.map { $0["isTuned"] as? Bool } == comparison.entries.map { $0.tuning != nil })
    }

    /// 1500 samples without a sampling rate, and 4 s with a high one.
    @Test func reportsShowTheBeginning() throws {
        func html(_ count: Int, _ rate: Double?) throws -> String {
            let signal = Signal(channels: [(0..<count).map { Float($0 % 40) }], samplingRate: rate)
            let comparison = try Comparison(
                of: signal, evaluations: 2, timeLimit: nil, spikesPerSecond: nil, seed: 1, threads: 2
            ) { _ in }
            return comparison.report(title: "t", nil, command: ShellCommand(["spike"])).html
        }
        let plain = try html(1501, nil)
        #expect(plain.contains("1 channel, 1500 samples:") && plain.contains("of which 640 are shown"))
        #expect(plain.contains("1 channel × 1501 samples") && plain.contains("spikes per sample and channel"))
        #expect(try html(1500, nil).contains("1 channel, 1500 samples:"))
        let fast = try html(500, 100)
        #expect(fast.contains("1 channel, 400 samples:") && fast.contains("spikes per second and channel"))
        #expect(try html(400, 100).contains("1 channel, 400 samples:"))
        let short = try html(40, 100)
        #expect(!short.contains("of which") && short.contains("40 samples at 100 Hz, 0.4 s<"))
    }
}
