import CNLopt
import SpikeEncoding

/// The search of one channel's parameters.
///
/// It is a class, because NLopt passes a reference to it from call to call. Only one thread uses it.
final class ChannelSearch {
    private let codec: Codec
    private let channel: Int
    private let signal: Signal
    private let range: ValueRange
    private let tuner: Tuner
    private let deadline: ContinuousClock.Instant?
    private let progress: @Sendable (TuningProgress) -> Void

    private var dimensions: [SearchDimension] = []
    private var trials: [Trial] = []
    /// The optimizer's position of each trial; `nil` for the codec as it was given.
    private var positions: [[Double]?] = []
    private var bestIndex = 0
    private var failure: (any Error)?
    private var optimizer: nlopt_opt?

    init(
        codec: Codec, channel: Int, signal: Signal, range: ValueRange, tuner: Tuner, deadline: ContinuousClock.Instant?,
        progress: @escaping @Sendable (TuningProgress) -> Void
    ) {
        self.codec = codec
        self.channel = channel
        self.signal = signal
        self.range = range
        self.tuner = tuner
        self.deadline = deadline
        self.progress = progress
    }

    func run() throws -> ChannelTuning {
        dimensions = try codec.searchSpace(channel: signal, range: range)
        _ = evaluate(codec.parameters(ofChannel: channel), position: nil)
        if !dimensions.isEmpty {
            nlopt_srand(UInt(truncatingIfNeeded: tuner.seed &+ UInt64(channel) &* 0x9E37_79B9_7F4A_7C15))
            let global = dimensions.count == 1 ? NLOPT_GN_DIRECT_L : NLOPT_GN_CRS2_LM
            search(global, until: 1 + (tuner.evaluations - 1) * 3 / 4)
            polish()
        }
        if let failure { throw failure }
        try requireSuccess()
        return ChannelTuning(trials: trials, bestIndex: bestIndex)
    }

    private func requireSuccess() throws(TuningError) {
        guard !trials[bestIndex].objective.isFinite else { return }
        if case .meanSquaredErrorWithin(let limit) = tuner.objective {
            let fewest = trials.map { spikesPerSecond($0.spikeCount) }.min() ?? 0
            throw .budgetNotReached(channel: channel, limit: limit, fewest: fewest)
        }
        throw .objectiveNeverFinite(channel: channel)
    }

    /// Runs local searches from the best position, each narrower than the one before, while trials are left.
    private func polish() {
        var step = 0.05
        while canContinue && step > 1e-7 {
            let before = trials.count
            search(NLOPT_LN_SBPLX, until: tuner.evaluations, step: step)
            if trials.count == before { return }
            step /= 4
        }
    }

    private var canContinue: Bool {
        failure == nil && trials.count < tuner.evaluations && (deadline.map { ContinuousClock.now < $0 } ?? true)
    }

    /// Runs an algorithm until `trialCount` trials have been made. Local algorithms start from the best position.
    private func search(_ algorithm: nlopt_algorithm, until trialCount: Int, step: Double? = nil) {
        guard canContinue, trials.count < trialCount else { return }
        guard let optimizer = nlopt_create(algorithm, UInt32(dimensions.count)) else { return }
        defer { nlopt_destroy(optimizer) }
        self.optimizer = optimizer
        nlopt_set_lower_bounds1(optimizer, 0)
        nlopt_set_upper_bounds1(optimizer, 1)
        nlopt_set_maxeval(optimizer, Int32(clamping: trialCount - trials.count))
        if let step {
            nlopt_set_initial_step1(optimizer, step)
            nlopt_set_xtol_abs1(optimizer, step / 50)
        }
        let context = Unmanaged.passUnretained(self).toOpaque()
        nlopt_set_min_objective(
            optimizer,
            { count, position, _, context in
                let search = Unmanaged<ChannelSearch>.fromOpaque(context!).takeUnretainedValue()
                return search.evaluate(Array(UnsafeBufferPointer(start: position, count: Int(count))))
            }, context)
        var position = positions[bestIndex] ?? dimensions.map { _ in 0.5 }
        var least = 0.0
        // Every trial is kept, so the optimizer's own answer and its reason to stop say nothing new.
        _ = nlopt_optimize(optimizer, &position, &least)
        self.optimizer = nil
    }

    private func evaluate(_ position: [Double]) -> Double {
        guard canContinue else {
            nlopt_force_stop(optimizer)
            return .greatestFiniteMagnitude
        }
        let parameters = zip(dimensions, position).map { dimension, position in
            Trial.Parameter(name: dimension.name, value: dimension.value(position))
        }
        return evaluate(parameters, position: position)
    }

    /// Makes a trial and returns a finite value for the optimizer to minimize.
    private func evaluate(_ parameters: [Trial.Parameter], position: [Double]?) -> Double {
        do {
            let candidate = codec.replacingParameters(with: [parameters.map(\.value)])
            let encoded = try candidate.encode(signal, ranges: [range], threads: 1)
            let decoded = try encoded.decode(threads: 1)
            let error = meanSquaredError(signal, decoded)
            let spikeCount = encoded.spikes.spikeCount
            var (objective, rank) = (error, error)
            switch tuner.objective {
            case .meanSquaredError: break
            case .meanSquaredErrorWithin(let limit):
                let excess = spikesPerSecond(spikeCount) / limit
                if excess > 1 {
                    objective = .infinity
                    rank = Objective.rank(ofExcess: excess, width: Double(range.width))
                }
            case .custom(let measure):
                objective = try measure(signal, encoded, decoded)
                rank = objective
            }
            if !objective.isFinite { objective = .infinity }
            trials.append(
                Trial(
                    parameters: parameters, objective: objective, meanSquaredError: error, spikeCount: spikeCount))
            positions.append(position)
            if objective < trials[bestIndex].objective { bestIndex = trials.count - 1 }
            progress(
                TuningProgress(
                    channel: channel, trial: trials.count, evaluations: tuner.evaluations,
                    best: trials[bestIndex].objective))
            return rank.isFinite ? rank : 1e300
        } catch {
            failure = error
            if let optimizer { nlopt_force_stop(optimizer) }
            return 1e300
        }
    }

    private func spikesPerSecond(_ spikeCount: Int) -> Double {
        Double(spikeCount) / Double(signal.sampleCount) * (signal.samplingRate ?? 1)
    }
}
