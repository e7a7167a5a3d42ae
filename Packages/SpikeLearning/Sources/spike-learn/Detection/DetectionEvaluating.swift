import SpikeCommandLine
import SpikeTraining
import SpikingLayers

extension EvaluateCommand {
    /// Evaluates detectors, as `run` evaluates classifiers.
    func evaluateDetectors(_ options: RunOptions) throws {
        if shuffleTime {
            throw CommandError("--shuffle-time: is for classifiers; leave it out")
        }
        let device = try runtime.apply().device
        let line = ProgressLine()
        var reports: [DetectorEvaluation] = []
        for (run, dataset) in try options.detectors(line) {
            let images = try run.testImages(
                of: dataset, limit: limitTest, allowsChangedData: options.source.allowChangedData, note: line.note)
            let figures = try run.evaluate(
                on: images, device: device,
                progress: { line.update("\(run.folder): batch \($0)/\($1)") })
            reports.append(DetectorEvaluation(run, on: dataset.name, figures))
        }
        line.clear()
        print(try options.output(reports, json: json, text: \.text, table: DetectorEvaluation.table))
    }
}

/// The results of `spike evaluate` for a run of a detector, in the form that `--json` prints.
struct DetectorEvaluation: Encodable {
    let folder: String
    /// The encoding; `nil` for a network without spikes.
    let encoding: String?
    let model: String
    let seed: UInt64
    let dataset: String
    let steps: Int
    let figures: DetectionFigures

    init(_ run: DetectionRun, on dataset: String, _ figures: DetectionFigures) {
        let configuration = run.record.configuration
        folder = run.folder
        encoding = configuration.hasSpikes ? configuration.encoding.rawValue : nil
        model = configuration.model
        seed = run.record.seed
        self.dataset = dataset
        steps = configuration.hasSpikes ? configuration.steps : 1
        self.figures = figures
    }

    private enum CodingKeys: String, CodingKey {
        case folder, encoding, model, seed, dataset, steps
    }

    func encode(to encoder: any Encoder) throws {
        try figures.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(folder, forKey: .folder)
        try values.encodeIfPresent(encoding, forKey: .encoding)
        try values.encode(model, forKey: .model)
        try values.encode(seed, forKey: .seed)
        try values.encode(dataset, forKey: .dataset)
        try values.encode(steps, forKey: .steps)
    }

    private static func percentage(_ share: Double?) -> String { share.map { decimal($0 * 100, 2) } ?? "–" }

    var text: String {
        let heading =
            "\(folder): \(encoding.map { "\($0), " } ?? "")\(model), T = \(steps), seed \(seed), "
            + "\(grouped(figures.images)) test images of \(dataset)"
        let totals = TextTable(
            header: ["mAP50 %", "mAP50-95 %", "VOC 2007 %", "VOC 2010 %", "loss"],
            rows: [
                [figures.mAP50, figures.mAP5095, figures.mAPVOC07, figures.mAPVOC10].map(Self.percentage)
                    + [decimal(figures.loss, 4)]
            ], textColumns: 0)
        let classes = TextTable(
            header: ["class", "objects", "detections", "AP50 %", "AP50-95 %"],
            rows: figures.classes.map { one in
                let hasObjects = one.objects > 0
                return [
                    one.name, grouped(one.objects), grouped(one.detections),
                    Self.percentage(hasObjects ? one.precision50 : nil),
                    Self.percentage(hasObjects ? one.precision5095 : nil),
                ]
            }, textColumns: 1)
        var blocks = [heading, totals.text, classes.text, confusionText]
        if let rates = figures.spikeRates {
            let table = TextTable(
                header: ["layer", "neurons", "spikes per neuron and step"],
                rows: rates.map { [$0.name, grouped($0.neurons), decimal($0.rate, 4)] }, textColumns: 1)
            blocks += [table.text] + rates.remarks
        }
        return blocks.joined(separator: "\n\n")
    }

    private var confusionText: String {
        let names = figures.classes.map(\.name)
        guard names.count <= 20 else { return "the confusion of \(names.count) classes is printed with --json" }
        let rows = figures.confusion.enumerated().map { truth, found in
            [truth < names.count ? "\(truth)" : "", truth < names.count ? names[truth] : "no object"]
                + found.enumerated().map { $0 == names.count && truth == names.count ? "" : grouped($1) }
        }
        return TextTable(
            header: ["", "object"] + names.indices.map { "→ \($0)" } + ["not found"], rows: rows, textColumns: 2
        ).text + "\nobjects by the class that they were found as, at a score of 0.25 and an overlap of 0.5"
    }

    /// A table with one row per run.
    static func table(_ reports: [DetectorEvaluation]) -> String {
        TextTable(
            header: ["run", "encoding", "model", "seed", "images", "mAP50 %", "mAP50-95 %", "loss"],
            rows: reports.map { report in
                [
                    report.folder, report.encoding ?? "–", report.model, "\(report.seed)",
                    grouped(report.figures.images), percentage(report.figures.mAP50),
                    percentage(report.figures.mAP5095), decimal(report.figures.loss, 4),
                ]
            }, textColumns: 3
        ).text
    }
}
