import SpikeTraining

/// A named configuration of a detector and its runs, one per seed.
public struct ReportedDetector {
    /// The name, such as `phase`.
    public let name: String
    /// The runs, at least one, all with the same configuration and classes.
    public let runs: [DetectionRun]

    /// Creates a variant from its runs. Traps if there are none.
    ///
    /// - Parameters:
    ///   - name: The name, such as `phase`.
    ///   - runs: The runs, at least one.
    /// - Throws: `TrainingError` if the runs differ in settings or data, or figures of epochs are missing.
    public init(name: String, runs: [DetectionRun]) throws {
        precondition(!runs.isEmpty, "ReportedDetector: there is no run of \(name)")
        for run in runs {
            guard run.isComparable(to: runs[0]) else {
                throw TrainingError(
                    "\(run.folder): its settings are not those of \(runs[0].folder), of the same variant; rename one")
            }
            guard run.epochs.count == run.record.configuration.epochs else {
                throw TrainingError(
                    "\(run.folder)/metrics.jsonl: has the figures of \(run.epochs.count) of "
                        + "\(run.record.configuration.epochs) epochs; remove the run's folder and train again")
            }
        }
        self.name = name
        self.runs = runs
    }

    /// Groups runs into variants: runs that differ in the seed only are one variant, named after its encoding, or after
    /// the model if it has no spikes. Variants of the same name get numbers.
    ///
    /// - Throws: As `init(name:runs:)` does.
    public static func grouped(_ runs: [DetectionRun]) throws -> [ReportedDetector] {
        var groups: [[DetectionRun]] = []
        for run in runs {
            if let index = groups.firstIndex(where: { $0[0].isComparable(to: run) }) {
                groups[index].append(run)
            } else {
                groups.append([run])
            }
        }
        var taken: [String: Int] = [:]
        return try groups.map { group in
            let configuration = group[0].record.configuration
            let name = configuration.hasSpikes ? configuration.encoding.rawValue : configuration.model
            taken[name, default: 0] += 1
            return try ReportedDetector(name: taken[name]! > 1 ? "\(name) (\(taken[name]!))" : name, runs: group)
        }
    }

    /// The results over the seeds.
    public var result: Result { Result(name: name, runs: runs) }

    /// The results of a variant over several seeds, in the form of `results.json`.
    public struct Result: Codable, Sendable, Hashable {
        /// The name of the variant.
        public let name: String
        /// The seeds of the runs.
        public let seeds: [UInt64]
        /// The mAP50 of each run after its last epoch, 0...1; `nil` without objects.
        public let mAP50: [Double?]
        /// The training time of each run in seconds.
        public let seconds: [Double]
        /// The mean of `mAP50`; `nil` without objects.
        public let mean: Double?
        /// The sample standard deviation of `mAP50`, with n − 1 in the denominator; `nil` for fewer than two seeds.
        public let standardDeviation: Double?

        init(name: String, runs: [DetectionRun]) {
            self.name = name
            seeds = runs.map(\.record.seed)
            mAP50 = runs.map(\.figures.mAP50)
            seconds = runs.map { $0.epochs.last?.seconds ?? 0 }
            let values = mAP50.compactMap { $0 }
            let mean = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
            self.mean = mean
            standardDeviation =
                values.count < 2
                ? nil
                : (values.reduce(0) { $0 + ($1 - mean!) * ($1 - mean!) } / Double(values.count - 1)).squareRoot()
        }
    }
}

extension DetectionRun {
    /// Whether two runs have the same settings and data, so that they can differ only in their seeds.
    fileprivate func isComparable(to other: DetectionRun) -> Bool {
        record.configuration == other.record.configuration && isOfSameData(as: other)
    }

    /// Whether two runs agree in the data set's name and the classes.
    func isOfSameData(as other: DetectionRun) -> Bool {
        record.datasetName == other.record.datasetName && record.classNames == other.record.classNames
    }
}
