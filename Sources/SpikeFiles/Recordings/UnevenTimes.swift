extension NumberTable {
    /// The error that the times are uneven.
    func unevenTime(_ columns: TableColumns) -> FileError? {
        guard let (_, times, sample) = columns.uneven else { return nil }
        let steps = (1..<times.values.count).map { times.step(before: $0) }
        let step = steps[sample - 1]
        guard steps.contains(where: { $0 > 0 }) else {
            return .malformed(
                path: path, place: "line \(line(ofRow: sample))",
                problem:
                    "\(columns.label(columns.uneven!.column)) is taken for the time and does not rise; choose the columns "
                    + "that are channels by --columns, or give --sampling-rate to pass over the times")
        }
        let median = steps.sorted()[(times.values.count - 1) / 2]
        let other = median == step ? steps.reduce(0, +) / Double(steps.count) : median
        // The steps are written with as many digits as are needed to tell them apart.
        let digits = (4...17).first { digits in
            RecordingSummary.number(step, digits: digits) != RecordingSummary.number(other, digits: digits)
        }
        let texts = [step, other].map { RecordingSummary.number($0, digits: digits ?? 17) }
        return .malformed(
            path: path, place: "line \(line(ofRow: sample))",
            problem: "the time goes on by \(texts[0]) s, elsewhere by \(texts[1]) s; "
                + "resample to even steps, or give --sampling-rate to pass over the times")
    }
}
