import Foundation
import SpikeEncoding
import SpikeGym
import SpikeReports
import TorchTensors

/// A report on a training run as one HTML page: learning curve, evaluation, spikes of an episode, and settings.
public struct AgentReport {
    private let run: AgentRun
    private let records: AgentRecords
    private let evaluation: AgentEvaluation
    private let episode: AgentEpisode
    private let featureNames: [String]
    private let command: String
    private let program: String

    /// The number of observations whose spikes are drawn.
    private static let shownSteps = 25

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - run: The run to report on.
    ///   - records: The figures of the run.
    ///   - evaluation: The evaluation of the weights that were kept.
    ///   - episode: The episode whose spikes are drawn.
    ///   - featureNames: The names of the features, one per feature, or empty.
    ///   - command: The command that made the run.
    ///   - program: The name and version of the program that makes the report.
    public init(
        _ run: AgentRun, _ records: AgentRecords, _ evaluation: AgentEvaluation, _ episode: AgentEpisode,
        featureNames: [String], command: String, program: String
    ) {
        self.run = run
        self.records = records
        self.evaluation = evaluation
        self.episode = episode
        self.featureNames = featureNames
        self.command = command
        self.program = program
    }

    private var configuration: AgentConfiguration { run.configuration }

    /// The report as an HTML document.
    public var html: String {
        Report(
            title: "A spiking agent in \(configuration.environment)",
            subtitle:
                "Mean return \(readable(evaluation.mean)) over \(counted(evaluation.returns.count, "episode")), seed \(run.seed)",
            program: program, date: Date.now.formatted(.iso8601.year().month().day()),
            sections: [learning, result, spikes, settings]
        ).html
    }

    private var learning: ReportSection {
        let curve = LinePlot(
            title: "Return over steps", x: AxisLabel("step"), y: AxisLabel("return"),
            series: [
                LineSeries(
                    name: "episode", x: records.episodes.map { Double($0.step) }, y: records.episodes.map(\.total),
                    style: .points),
                LineSeries(
                    name: "mean of the last 100", x: records.updates.map { Double($0.step) },
                    y: records.updates.map { $0.meanReturn ?? .nan }),
                LineSeries(
                    name: "evaluation", x: records.evaluations.map { Double($0.step) },
                    y: records.evaluations.map(\.meanReturn)),
            ])
        return ReportSection(
            "Learning",
            [
                .figure(
                    curve,
                    caption:
                        "Episodes of training explore; evaluations take the likeliest action, and the weights with "
                        + "the best one are kept."),
                .command(command),
            ])
    }

    private var result: ReportSection {
        let lengths = evaluation.lengths.map(Double.init).reduce(0, +) / Double(evaluation.lengths.count)
        return ReportSection(
            "Evaluation",
            [
                .keyValues([
                    ReportFact("mean return", readable(evaluation.mean)),
                    ReportFact("standard deviation", readable(evaluation.standardDeviation)),
                    ReportFact("lowest", readable(evaluation.returns.min() ?? 0)),
                    ReportFact("highest", readable(evaluation.returns.max() ?? 0)),
                    ReportFact("mean length", readable(lengths)),
                    ReportFact("input spikes a unit and step", readable(evaluation.inputRate, digits: 3)),
                    ReportFact("spikes per neuron and step", readable(evaluation.actorRate, digits: 3)),
                    ReportFact("training", "\(readable(records.updates.last?.seconds ?? 0, digits: 3)) s"),
                ])
            ])
    }

    private var spikes: ReportSection {
        let time = configuration.encoder.steps
        let shown = min(episode.rewards.count, Self.shownSteps)
        let window = 0...Double(shown * time)
        let raster = RasterPlot(
            title: "Encoded observations", spikes: episode.inputs,
            unitNames: configuration.encoder.unitNames(featureNames), window: window)
        let neurons = RasterPlot(
            title: "Neurons of the actor", spikes: episode.neurons, unitNames: Self.names(episode.widths),
            window: window)
        return ReportSection(
            "Spikes",
            [
                .paragraph(
                    "The first \(shown) of the \(episode.rewards.count) observations of an episode, which returned "
                        + "\(readable(episode.total)). Each is encoded over \(time) steps, after which the network "
                        + "starts afresh."),
                .figure(raster, caption: "What the network sees."),
                .figure(
                    neurons,
                    caption: "What it makes of it, layer after layer from the top; 1/10 is neuron 10 of layer 1."),
            ])
    }

    private static func names(_ widths: [Int]) -> [String] {
        widths.enumerated().flatMap { layer, width in (0..<width).map { "\(layer + 1)/\($0)" } }
    }

    private var settings: ReportSection {
        let encoder = configuration.encoder
        return ReportSection(
            "Settings",
            [
                .keyValues([
                    ReportFact("units", "\(encoder.unitCount)"), ReportFact("steps of time", "\(encoder.steps)"),
                    ReportFact("neurons", configuration.widths.map(String.init).joined(separator: ", ")),
                    ReportFact("decay", readable(configuration.decay)),
                    ReportFact("copies", "\(configuration.copies)"), ReportFact("horizon", "\(configuration.horizon)"),
                    ReportFact("epochs", "\(configuration.epochs)"),
                    ReportFact("minibatches", "\(configuration.minibatches)"),
                    ReportFact("learning rate", readable(configuration.learningRate)),
                    ReportFact("discount", readable(configuration.discount)),
                    ReportFact("trace decay", readable(configuration.traceDecay)),
                    ReportFact("clip", readable(configuration.clip)),
                    ReportFact("entropy weight", readable(configuration.entropyWeight)),
                    ReportFact("seed", "\(run.seed)"),
                ]),
                .table(
                    ReportTable(
                        columns: [
                            .init("feature"), .init("from", .number), .init("to", .number),
                            .init("largest step", .number, help: "Of the value scaled to 0…1"),
                        ],
                        rows: (0..<encoder.scaler.featureCount).map { feature in
                            [
                                featureNames.isEmpty ? "\(feature)" : featureNames[feature],
                                readable(encoder.scaler.minimum[feature]), readable(encoder.scaler.maximum[feature]),
                                encoder.scaler.largestSteps.map { readable($0[feature]) } ?? "–",
                            ]
                        })),
            ])
    }
}
