/// How a variant did on the test images, over seeds.
public struct VariantResult: Codable, Sendable, Hashable {
    public let name: String
    public let seeds: [UInt64]
    /// After the last epoch, one for each seed, 0...1.
    public let accuracies: [Double]
    /// Of the best epoch, chosen by the test images themselves, and so too good by a little; one for each seed.
    public let bestAccuracies: [Double]
    /// Of training, one for each seed.
    public let seconds: [Double]
    /// Of `accuracies`.
    public let mean: Double
    /// The sample standard deviation of `accuracies`, dividing by n − 1; nil for one seed.
    public let standardDeviation: Double?
    public let bestMean: Double

    /// Traps unless there is a run, and an epoch in each.
    ///
    /// - Parameter runs: The figures of the epochs of each seed's run.
    public init(name: String, runs: [(seed: UInt64, epochs: [EpochMetrics])]) {
        precondition(!runs.isEmpty && runs.allSatisfy { !$0.epochs.isEmpty }, "VariantResult: no epoch in \(name)")
        self.name = name
        seeds = runs.map(\.seed)
        accuracies = runs.map { $0.epochs.last!.testAccuracy }
        bestAccuracies = runs.map { $0.epochs.map(\.testAccuracy).max()! }
        seconds = runs.map { $0.epochs.last!.seconds }
        let count = Double(runs.count)
        let mean = accuracies.reduce(0, +) / count
        self.mean = mean
        bestMean = bestAccuracies.reduce(0, +) / count
        standardDeviation =
            runs.count < 2
            ? nil : (accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
    }
}
