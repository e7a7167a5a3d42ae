import Foundation
import SpikeReports
import SpikeTraining
import SpikingLayers
import TorchTensors

extension TrainingReport {
    /// The largest number of time steps shown; more would not fit a readable image.
    private static let stepLimit = 8

    /// A section that shows the example as each variant's first spikes; empty without a data set.
    var imageInSpikes: [ReportSection] {
        guard let example else { return [] }
        let shares = variants.map { entry in
            entry.analysis!.example.spikes.prefix(Self.stepLimit).map { channels in
                channels[0].indices.map { place in
                    channels.reduce(0) { $0 + $1[place] } / Float(channels.count)
                }
            }
        }
        let steps = shares.map(\.count).max()!
        let largest = shares.joined().joined().max() ?? 0
        let cells = variants.indices.map { index -> [MapGrid.Cell] in
            let maps = shares[index].map { share -> MapGrid.Cell in
                .map(
                    MapGrid.Map(
                        height: variants[index].analysis!.example.height,
                        width: variants[index].analysis!.example.width,
                        values: share.map { largest > 0 ? $0 / largest : 0 }))
            }
            return [index == 0 ? .image(example.image) : .empty] + maps
                + Array(repeating: .empty, count: steps - maps.count)
        }
        let plot = MapGrid(
            title: "An image over time", rowNames: variants.map(\.name),
            columnNames: ["image"] + (0..<steps).map { "t = \($0)" }, cells: cells,
            note: "colour: share of the channels that fire at a place; the full one is "
                + "\(readable(Double(largest) * 100, digits: 3)) %")
        return [
            ReportSection(
                "An image in spikes",
                [
                    .figure(
                        plot,
                        caption:
                            "The first test image (\(example.className)), and the first spikes that each network "
                            + "makes of it, step by step.")
                ])
        ]
    }

    func encodingSection(_ entry: Entry) -> ReportSection {
        ReportSection(entry.name, encodingBlocks(entry) + confusion(entry))
    }

    private func encodingBlocks(_ entry: Entry) -> [ReportBlock] {
        var blocks: [ReportBlock] = [.paragraph(description(entry))]
        guard let analysis = entry.analysis else { return blocks }
        var facts = [ReportFact("energy an image", readable(analysis.energy.energy * 1e-6, digits: 3) + " µJ")]
        let patterns = analysis.codes.map(SpikePatterns.init)
        if let codes = analysis.codes, let patterns {
            let channels = 0..<codes.channelCount
            let silent = channels.count { channel in codes.counts(of: channel).keys.allSatisfy { $0 == 0 } }
            facts += [
                ReportFact("spikes per neuron and step", readable(patterns.spikeRate, digits: 3)),
                ReportFact("channels", "\(codes.channelCount)"), ReportFact("silent channels", "\(silent)"),
                ReportFact(
                    "codes per channel, mean",
                    readable(mean(channels.map { Double(codes.distinctCount(of: $0)) }), digits: 3)),
                ReportFact("entropy per channel, mean", bits(mean(channels.map(codes.entropy)))),
            ]
        }
        blocks.append(.keyValues(facts))
        blocks += thresholds(analysis)
        blocks.append(spikeMaps(analysis))
        if let codes = analysis.codes, let patterns { blocks += codeFigures(codes, patterns.patterns) }
        return blocks
    }

    private func bits(_ entropy: Double) -> String { String(format: "%.2f bit", entropy) }

    private func description(_ entry: Entry) -> String {
        let configuration = entry.configuration
        let seed =
            entry.variant.runs.count > 1 ? " Spikes and thresholds are those of seed \(entry.result.seeds[0])." : ""
        switch configuration.encoding {
        case .direct:
            return
                "Direct encoding has no encoder: the first layer's neurons see the same currents at every step. What "
                + "follows shows their spikes." + seed
        case .rate, .phase, .ttfs:
            let code =
                switch configuration.encoding {
                case .rate: "A spike at every step whose threshold the value reaches."
                case .phase: "A spike at every step whose threshold the value reaches; it takes the threshold away."
                default: "One spike at most, at the first step whose threshold the value reaches."
                }
            let front = configuration.convolution ? "" : " The encoder sees the pixels themselves."
            let frozen =
                entry.hasFrozenConvolution
                ? " No gradient passes its spikes, so thresholds and the convolution in front stayed as they were." : ""
            return code + front + frozen + seed
        }
    }

    /// Plots of the thresholds, and of their change in training if they changed; empty if neurons encode.
    private func thresholds(_ analysis: EncodingAnalysis) -> [ReportBlock] {
        guard let thresholds = analysis.thresholds, let initial = analysis.initialThresholds else { return [] }
        let steps = thresholds.indices.map(Double.init)
        func plot(
            _ title: String, _ label: AxisLabel, _ scale: AxisScale,
            _ value: (_ threshold: Double, _ step: Int) -> Double
        ) -> LinePlot {
            func line(_ name: String, _ values: [Double], isStart: Bool) -> LineSeries {
                LineSeries(
                    name: name, x: steps, y: values.enumerated().map { value($1, $0) }, style: .markedLine,
                    colour: isStart ? 1 : 0, weight: isStart ? .usual : .thin, isDashed: isStart)
            }
            let channels = thresholds[0].indices.map { channel in
                line("a channel", thresholds.map { $0[channel] }, isStart: false)
            }
            return LinePlot(
                title: title, x: "t", y: label, yScale: scale, xCountsWhole: true,
                series: channels + [line("where training began", initial, isStart: true)])
        }
        let isChanged = thresholds.enumerated().contains { step, row in row.contains { $0 != initial[step] } }
        let absolute = ReportBlock.figure(
            plot("Thresholds over time", "threshold", .logarithmic) { threshold, _ in threshold },
            caption: "The threshold of each channel at each step; training began at 1, halved at each step."
                + (isChanged ? "" : " They are as they were."))
        guard isChanged else { return [absolute] }
        return [
            absolute,
            .figure(
                plot("What training changed", AxisLabel("threshold, change", unit: "%"), .linear) { threshold, step in
                    (threshold / initial[step] - 1) * 100
                }, caption: "The same thresholds, beside those where training began."),
        ]
    }

    /// A plot of the example's spikes in the channels whose codes have the highest entropy.
    private func spikeMaps(_ analysis: EncodingAnalysis) -> ReportBlock {
        let channelCount = analysis.example.spikes[0].count
        let order = (0..<channelCount).map { (channel: $0, entropy: analysis.codes?.entropy(of: $0) ?? 0) }
            .sorted { ($1.entropy, $0.channel) < ($0.entropy, $1.channel) }
        let shown = order.prefix(8).map(\.channel)
        let spikes = analysis.example.spikes.prefix(Self.stepLimit)
        func cell(_ step: Int, _ channel: Int) -> MapGrid.Cell {
            .map(
                MapGrid.Map(
                    height: analysis.example.height, width: analysis.example.width, values: spikes[step][channel]))
        }
        let (steps, channels) = (spikes.indices.map { "t = \($0)" }, shown.map { "channel \($0)" })
        let title = "Spikes of the image by channel"
        // The longer dimension becomes the columns.
        let plot =
            shown.count < spikes.count
            ? MapGrid(
                title: title, rowNames: channels, columnNames: steps,
                cells: shown.map { channel in spikes.indices.map { cell($0, channel) } })
            : MapGrid(
                title: title, rowNames: steps, columnNames: channels,
                cells: spikes.indices.map { step in shown.map { cell(step, $0) } })
        let which =
            shown.count < channelCount
            ? "The \(shown.count == 1 ? "channel" : "\(shown.count) channels") of \(channelCount) whose codes have the most entropy."
            : "All channels."
        let part =
            spikes.count < analysis.example.spikes.count
            ? " The first \(spikes.count == 1 ? "step" : "\(spikes.count) steps")." : ""
        return .figure(plot, caption: "\(which) A coloured place is a spike.\(part)")
    }

    private func codeFigures(_ codes: CodesInUse, _ patterns: [SpikePatterns.Pattern]) -> [ReportBlock] {
        let possible = codes.steps < 31 ? 1 << codes.steps : Int.max
        let shown = Array(patterns.prefix(16))
        let table = ReportTable(
            columns: [
                .init("code", help: "One digit per step: 1 for a spike"),
                .init("share / %", .number, help: "Of the neurons of all channels"), .init("channels", .number),
            ],
            rows: patterns.prefix(6).map { pattern in
                [pattern.text, percent(pattern.share), "\(pattern.shares.count { $0 > 0 })"]
            })
        let map = HeatMap(
            title: "Codes in use", rows: .init("channel", names: (0..<codes.channelCount).map(String.init)),
            columns: .init("code, the first step first", names: shown.map(\.text)),
            values: (0..<codes.channelCount).map { channel in shown.map { $0.shares[channel] } }, fullValue: 1,
            rowNotes: (0..<codes.channelCount).map { channel in
                "\(codes.distinctCount(of: channel)) · \(bits(codes.entropy(of: channel)))"
            },
            note: "colour: the root of a code's share in its channel · right: how many codes, and their entropy")
        return [
            .figure(
                map,
                caption:
                    "\(counted(patterns.count, "code")) of \(possible) in use, over \(EncodingAnalysis.imageLimits.codes) "
                    + "test images at most"
                    + (patterns.count > shown.count ? "; the most frequent \(shown.count) are shown." : ".")),
            .table(table),
        ]
    }
}
