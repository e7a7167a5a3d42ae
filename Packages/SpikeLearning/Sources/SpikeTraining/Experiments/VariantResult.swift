/// The results of a variant on the test images, over several seeds.
public struct VariantResult: Codable, Sendable, Hashable {
    /// The name of the variant.
    public let name: String
    /// The seeds of the runs.
    public let seeds: [UInt64]
    /// The accuracy of each run after its last epoch, 0...1.
    public let accuracies: [Double]
    /// The accuracy of each run in its best epoch, 0...1. The best epoch is chosen by the test images themselves, so
    /// this figure is slightly too high.
    public let bestAccuracies: [Double]
    /// The training time of each run in seconds.
    public let seconds: [Double]
    /// The mean of `accuracies`.
    public let mean: Double
    /// The sample standard deviation of `accuracies`, with n − 1 in the denominator; `nil` for one seed.
    public let standardDeviation: Double?
    /// The mean of `bestAccuracies`.
    public let bestMean: Double

    /// Computes the results of a variant. Traps if there are no runs, or if a run has no epochs.
    ///
    /// - Parameters:
    ///   - name: The name of the variant.
    ///   - runs: The seed of each run, and the metrics of its epochs.
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
