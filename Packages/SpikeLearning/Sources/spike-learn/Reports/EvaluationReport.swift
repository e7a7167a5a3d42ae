import SpikeCommandLine
import SpikeDatasets
import SpikeTraining
import SpikingLayers
import TorchTensors

/// The results of `spike evaluate` for one run, in the form that `--json` prints.
struct EvaluationReport: Encodable {
    struct Shuffled: Encodable {
        /// What was shuffled, `each-neuron` or `whole-steps`.
        let shuffling: String
        let seed: UInt64
        /// The accuracy after each shuffling, 0...1.
        let accuracies: [Double]
        let accuracy: Double
        let standardDeviation: Double?
        /// The change of accuracy against spikes in their own order, in percentage points.
        let changeInPoints: Double
    }

    let folder: String
    let encoding: String
    let model: String
    let seed: UInt64
    let dataset: String
    let steps: Int
    let images: Int
    /// The share of images whose class was found, 0...1.
    let accuracy: Double
    let loss: Double
    let classNames: [String]
    /// The number of images by class and answer, [truth][answer].
    let confusion: [[Int]]
    let spikeRates: [LayerSpikeRate]
    let shuffled: Shuffled?

    init(_ run: TrainedRun, on dataset: String, _ result: RunEvaluation, _ order: Shuffles?) {
        let configuration = run.description.configuration
        folder = run.folder
        encoding = configuration.encoding.rawValue
        model = configuration.model
        seed = run.description.seed
        self.dataset = dataset
        steps = configuration.steps
        images = result.evaluation.count
        accuracy = result.evaluation.accuracy
        loss = result.evaluation.loss
        classNames = run.description.classNames
        confusion = result.evaluation.confusion
        spikeRates = result.spikeRates
        let plain = accuracy
        shuffled = result.shuffled.flatMap { shuffled in
            order.map {
                Shuffled(
                    shuffling: $0.shuffling == .eachNeuron ? "each-neuron" : "whole-steps", seed: $0.seed,
                    accuracies: shuffled.accuracies, accuracy: shuffled.mean,
                    standardDeviation: shuffled.standardDeviation, changeInPoints: (shuffled.mean - plain) * 100)
            }
        }
    }

    /// The mean number of spikes per neuron and time step, over all layers.
    private var meanRate: Double {
        let neurons = spikeRates.reduce(0) { $0 + $1.neurons }
        return spikeRates.reduce(0) { $0 + $1.rate * Double($1.neurons) } / Double(max(neurons, 1))
    }

    var text: String {
        var blocks = [
            [
                "\(folder): \(encoding), \(model), T = \(steps), seed \(seed), \(grouped(images)) test images of "
                    + dataset,
                "accuracy  \(decimal(accuracy * 100, 2)) %", "loss      \(decimal(loss, 4))",
            ].joined(separator: "\n")
        ]
        if let shuffled {
            let unit = shuffled.shuffling == "each-neuron" ? "each neuron's spikes" : "whole steps"
            blocks[0] +=
                "\nshuffled  \(shuffled.percentage) %, \(signed(shuffled.changeInPoints, 2)) points: \(unit) in random "
                + "order over time, \(counted(shuffled.accuracies.count, "time")), seed \(shuffled.seed)"
        }
        blocks.append(confusionText)
        let rates = TextTable(
            header: ["layer", "neurons", "spikes per neuron and step"],
            rows: spikeRates.map { [$0.name, grouped($0.neurons), decimal($0.rate, 4)] }
                + [["all", grouped(spikeRates.reduce(0) { $0 + $1.neurons }), decimal(meanRate, 4)]],
            textColumns: 1)
        blocks.append(rates.text)
        blocks += remarks
        if shuffled?.standardDeviation != nil { blocks.append(Self.deviationNote) }
        return blocks.joined(separator: "\n\n")
    }

    private static let deviationNote = "±: sample standard deviation (n − 1) over the shuffles"

    /// Remarks on what makes the figures unreliable.
    private var remarks: [String] {
        var remarks = spikeRates.remarks
        if classNames.count == 1 {
            remarks.append("There is one class only: whatever the network answers, its accuracy says nothing.")
        } else if let text = ImageDataset.remark(
            classes: confusion.indices.filter { confusion[$0].allSatisfy { $0 == 0 } }.map { classNames[$0] })
        {
            remarks.append("Of these images: \(text).")
        }
        return remarks
    }

    /// The confusion matrix for up to 20 classes, otherwise the most frequent mistakes.
    private var confusionText: String {
        if classNames.count <= 20 {
            let rows = confusion.enumerated().map { truth, answers in
                ["\(truth)", classNames[truth]] + answers.map(grouped)
            }
            return TextTable(
                header: ["", "class"] + classNames.indices.map { "→ \($0)" }, rows: rows, textColumns: 2
            ).text
                + "\na row for each class, with the numbers of its images that the network took for class 0, 1, …"
        }
        var mistakes: [(truth: Int, answer: Int, count: Int)] = []
        for (truth, answers) in confusion.enumerated() {
            for (answer, count) in answers.enumerated() where answer != truth && count > 0 {
                mistakes.append((truth, answer, count))
            }
        }
        // Mistakes with equal counts are in the order of classes.
        mistakes.sort { ($1.count, $0.truth, $0.answer) < ($0.count, $1.truth, $1.answer) }
        return TextTable(
            header: ["truth", "answer", "images"],
            rows: mistakes.prefix(10).map { [classNames[$0.truth], classNames[$0.answer], grouped($0.count)] },
            textColumns: 2
        ).text + "\nthe most frequent mistakes; all of them with --json"
    }

    /// A table with one row per run.
    static func table(_ reports: [EvaluationReport]) -> String {
        let isShuffled = reports.contains { $0.shuffled != nil }
        let rows = reports.map { report in
            [report.folder, report.encoding, report.model, "\(report.seed)", grouped(report.images)]
                + [decimal(report.accuracy * 100, 2), decimal(report.loss, 4), decimal(report.meanRate, 4)]
                + (report.shuffled.map { [$0.percentage, signed($0.changeInPoints, 2)] } ?? [])
        }
        return TextTable(
            header: [
                "run", "encoding", "model", "seed", "images", "accuracy %", "loss", "spikes per neuron and step",
            ] + (isShuffled ? ["shuffled %", "points"] : []),
            rows: rows, textColumns: 3
        ).text + (reports.contains { $0.shuffled?.standardDeviation != nil } ? "\n\n\(deviationNote)" : "")
            + reports.flatMap { report in report.remarks.map { "\n\n\(report.folder): \($0)" } }.joined()
    }
}

extension EvaluationReport.Shuffled {
    /// The accuracy in per cent, such as `71.20 ± 0.31`.
    var percentage: String {
        decimal(accuracy * 100, 2) + (standardDeviation.map { " ± \(decimal($0 * 100, 2))" } ?? "")
    }
}
