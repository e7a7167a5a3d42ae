import SpikeReports
import TorchTensors

extension TrainingReport {
    /// The largest number of classes shown as a matrix; more would not fit a readable image.
    private static let classLimit = 25

    /// The confusion of classes, summed over all seeds: a matrix, or a table of the most frequent mistakes.
    func confusion(_ entry: Entry) -> [ReportBlock] {
        let names = entry.variant.runs[0].description.classNames
        let runs = entry.variant.runs.map(\.evaluation.confusion)
        let counts = names.indices.map { truth in
            names.indices.map { answer in runs.reduce(0) { $0 + $1[truth][answer] } }
        }
        let seeds = runs.count > 1 ? ", \(runs.count) seeds together" : ""
        if names.count <= Self.classLimit {
            return [
                .figure(
                    HeatMap(
                        title: "What was taken for what", rows: .init("class", names: names),
                        columns: .init("answer", names: names), values: counts.map { $0.map(Double.init) },
                        texts: .values, marksDiagonal: true, note: "numbers of test images\(seeds)"),
                    caption: "Right answers lie on the diagonal.")
            ]
        }
        var mistakes: [(truth: Int, answer: Int, count: Int)] = []
        for (truth, row) in counts.enumerated() {
            for (answer, count) in row.enumerated() where answer != truth && count > 0 {
                mistakes.append((truth, answer, count))
            }
        }
        mistakes.sort { ($1.count, $0.truth, $0.answer) < ($0.count, $1.truth, $1.answer) }
        return [
            .paragraph("The most frequent mistakes among \(counted(names.count, "class", plural: "classes"))\(seeds):"),
            .table(
                ReportTable(
                    columns: [
                        .init("class"), .init("answer"), .init("images", .number), .init("share / %", .number),
                    ],
                    rows: mistakes.prefix(20).map { mistake in
                        let total = counts[mistake.truth].reduce(0, +)
                        return [
                            names[mistake.truth], names[mistake.answer], "\(mistake.count)",
                            percent(Double(mistake.count) / Double(total)),
                        ]
                    })),
        ]
    }
}
