extension SampleTimes {
    /// A description of the flaws of uneven times, for a warning: the samples, counted from 0, where times fall or have
    /// gaps; `nil` for even times.
    var flaw: String? {
        guard !isEven else { return nil }
        let steps = (1..<values.count).map { step(before: $0) }
        func text(_ seconds: Double) -> String { RecordingSummary.number(seconds, digits: 6) }
        func list(_ samples: [Int]) -> String {
            RecordingSummary.list(samples.map { "after sample \($0)" }, limit: 3)
        }
        let falls = steps.indices.filter { steps[$0] < 0 }
        if falls.count == steps.count { return "falls from row to row: the recording may be the wrong way round" }
        if !falls.isEmpty { return "falls \(list(falls))" }
        let median = steps.sorted()[steps.count / 2]
        let gaps = steps.indices.filter { steps[$0] > 1.5 * median }
        guard median > 0, !gaps.isEmpty, gaps.count * 10 <= steps.count else {
            return "is uneven: its steps are \(text(steps.min()!)) to \(text(steps.max()!)) s"
        }
        let longest = text(steps.max()!)
        return gaps.count == 1
            ? "has a gap of \(longest) s \(list(gaps))" : "has gaps of up to \(longest) s, \(list(gaps))"
    }
}
