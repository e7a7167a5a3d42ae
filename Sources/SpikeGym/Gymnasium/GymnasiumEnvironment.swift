import Foundation

/// Environments of Gymnasium, in a Python process that this object starts and talks to over pipes.
///
/// Observations of type Discrete, MultiDiscrete or MultiBinary become features that are 0 or 1: for Discrete and
/// MultiDiscrete one feature per possible value, for MultiBinary one per element. The parts of a Tuple or Dict are
/// concatenated, in the order of `gymnasium.spaces.utils.flatten`.
///
/// Each step exchanges one message in each direction for all environments. An observation or reward that is NaN or
/// infinite is an error. The process ends with this object and with this program, however the latter ends; a process
/// that does not answer in time is killed.
public final class GymnasiumEnvironment: VectorEnvironment {
    public let name: String
    public let count: Int
    public let observationSpace: BoxSpace
    public let actionSpace: ActionSpace
    /// The names of the features, such as `goal[1]` in a Dict or `hand=7` for a Discrete in it. Empty for a Box, whose
    /// features Gymnasium does not name.
    public let featureNames: [String]
    /// The options that the process is run with.
    public let options: GymnasiumOptions
    /// The number of times that the process was restarted.
    public private(set) var restartCount = 0

    private var process: ChildProcess?
    /// The error after which the environment cannot be used any more.
    private var failure: EnvironmentError?
    /// The seed of the last reset that had one.
    private var seed: UInt64?
    private var observations: [Float] = []
    private var check: FiniteCheck

    /// The process's identifier, for tests that kill it.
    var processIdentifier: pid_t? { process?.identifier }

    /// Starts Python and makes the environments. Traps unless `count` is within 1...2²⁰.
    ///
    /// - Parameters:
    ///   - name: The environment's name as `gymnasium.make` takes it, also in the form `module:Name-v0`.
    ///   - count: The number B of environments, 1...2²⁰.
    ///   - options: How Gymnasium's process is run.
    /// - Throws: `EnvironmentError` if Python or Gymnasium is missing or too old, Gymnasium cannot make the
    ///   environment, its spaces are not supported, or it does not start in time.
    public init(
        _ name: String, count: Int, options: GymnasiumOptions = GymnasiumOptions()
    ) throws(EnvironmentError) {
        precondition(0 < count && count <= 1 << 20, "GymnasiumEnvironment: count must be within 1...2^20, got \(count)")
        let (process, description) = try Self.start(name, count, options)
        self.name = name
        self.count = count
        self.options = options
        self.process = process
        observationSpace = description.observationSpace
        actionSpace = description.actionSpace
        featureNames = description.featureNames
        check = FiniteCheck(name, count: count, featureNames: featureNames)
    }

    deinit { close() }

    public func close() {
        process?.end()
        process = nil
        failure = failure ?? .closed(environment: name)
    }

    public func reset(seed: UInt64?) throws(EnvironmentError) -> [Float] {
        self.seed = seed ?? self.seed
        do throws(EnvironmentError) {
            observations = try requestReset(seed)
        } catch {
            try restart(after: error)
            observations = try requestReset(seed)
        }
        try check.begin(observations)
        return observations
    }

    /// Takes a step in every environment. If the environments fail and the options allow it, their process is restarted
    /// and all episodes are cut off.
    ///
    /// - Parameter actions: The actions of all environments. Traps if they do not belong to the action space, or before
    ///   the first reset.
    /// - Returns: The results of the step.
    /// - Throws: `EnvironmentError` if the environments fail and no restart is left, or a value is NaN or infinite.
    public func step(_ actions: Actions) throws(EnvironmentError) -> EnvironmentStep {
        precondition(!observations.isEmpty, "GymnasiumEnvironment: reset it before its first step")
        actions.check(actionSpace, batch: count)
        do throws(EnvironmentError) {
            let result = try requestStep(actions)
            observations = result.observations
            try check.advance(result)
            return result
        } catch {
            try restart(after: error)
        }
        let before = observations
        // New episodes, different from the earlier ones.
        observations = try requestReset(seed.map { $0 &+ UInt64(restartCount * count) })
        try check.begin(observations)
        return EnvironmentStep(
            observations: observations, reached: before, rewards: Array(repeating: 0, count: count),
            terminated: Array(repeating: false, count: count), truncated: Array(repeating: true, count: count),
            isRestarted: true)
    }

    /// Restarts the process after an error, or throws the error if the options do not allow a restart or the error is
    /// of a kind that a restart cannot help.
    private func restart(after error: EnvironmentError) throws(EnvironmentError) {
        switch error {
        case .failed, .ended, .timedOut: break
        default: throw error
        }
        guard case .restart(let limit) = options.endPolicy, restartCount < limit else {
            // An exception in Python leaves the process running: a reset may help.
            if case .failed = error { throw error }
            process?.end()
            process = nil
            failure = error
            throw error
        }
        restartCount += 1
        process?.end()
        process = nil
        let (process, description) = try Self.start(name, count, options)
        guard description.observationSpace == observationSpace, description.actionSpace == actionSpace else {
            throw .failed(environment: name, reason: "it has other spaces than before it was started anew")
        }
        self.process = process
    }

    private func requestReset(_ seed: UInt64?) throws(EnvironmentError) -> [Float] {
        var request = Request(.reset)
        request.append(UInt8(seed == nil ? 0 : 1))
        request.append(seed ?? 0)
        let size = observationSpace.count * count
        return try ask(request) { (reply) throws(Reply.Malformed) in try reply.floats(size) }
    }

    private func requestStep(_ actions: Actions) throws(EnvironmentError) -> EnvironmentStep {
        var request = Request(.step)
        switch actions {
        case .discrete(let values): for value in values { request.append(Int64(value)) }
        case .box(let values): request.append(values)
        }
        let (count, size) = (count, observationSpace.count * count)
        return try ask(request) { (reply) throws(Reply.Malformed) in
            let hasEnded = try reply.byte() != 0
            let rewards = try reply.doubles(count)
            let (terminated, truncated) = (try reply.booleans(count), try reply.booleans(count))
            let observations = try reply.floats(size)
            return EnvironmentStep(
                observations: observations, reached: hasEnded ? try reply.floats(size) : observations,
                rewards: rewards, terminated: terminated, truncated: truncated)
        }
    }

    private func ask<Value>(
        _ request: Request, _ read: (inout Reply) throws(Reply.Malformed) -> Value
    ) throws(EnvironmentError) -> Value {
        guard let process else { throw failure ?? .closed(environment: name) }
        return try process.ask(request, of: name, python: options.python, within: options.timeLimit, read)
    }

    /// The process's description of the environment that it made.
    private struct Description {
        let observationSpace: BoxSpace
        let actionSpace: ActionSpace
        let featureNames: [String]
    }

    private static func start(
        _ name: String, _ count: Int, _ options: GymnasiumOptions
    ) throws(EnvironmentError) -> (ChildProcess, Description) {
        let process: ChildProcess
        do throws(SystemError) {
            process = try ChildProcess(options.python, ["-c", GymnasiumScript.text], variables: options.variables)
        } catch {
            throw .noPython(interpreter: options.python, reason: error.reason)
        }
        var request = Request(.make)
        request.append(UInt32(count))
        request.append(name)
        let description = try process.ask(request, of: name, python: options.python, within: options.startTimeLimit) {
            (reply) throws(Reply.Malformed) in
            let (observations, actions) = (try reply.box(), try reply.actionSpace())
            var names: [String] = []
            for _ in 0..<(try reply.count()) { names.append(try reply.text()) }
            guard names.isEmpty || names.count == observations.count else { throw Reply.Malformed() }
            return Description(observationSpace: observations, actionSpace: actions, featureNames: names)
        }
        return (process, description)
    }
}

extension ChildProcess {
    /// Sends a request and reads the fields of its reply.
    ///
    /// - Throws: The error that the reply reports; or `ended` or `timedOut`, after which the process has ended.
    fileprivate func ask<Value>(
        _ request: Request, of name: String, python: String, within seconds: Double,
        _ read: (inout Reply) throws(Reply.Malformed) -> Value
    ) throws(EnvironmentError) -> Value {
        let deadline = Deadline(seconds: seconds)
        do {
            try write(request.framed, until: deadline)
            var head: UInt32 = 0
            try withUnsafeMutableBytes(of: &head) { try self.read(into: $0, until: deadline) }
            guard UInt32(littleEndian: head) <= 1 << 30 else { throw Reply.Malformed() }
            var body = [UInt8](repeating: 0, count: Int(UInt32(littleEndian: head)))
            try body.withUnsafeMutableBytes { try self.read(into: $0, until: deadline) }
            var reply = Reply(body)
            guard try reply.byte() == 0 else { throw try refusal(reply.text(), of: name, python: python) }
            let value = try read(&reply)
            try reply.end()
            return value
        } catch let error as EnvironmentError {
            throw error
        } catch Failure.timedOut {
            end()
            throw .timedOut(environment: name, seconds: seconds)
        } catch Failure.ended {
            let reason = outcome()
            throw .ended(environment: name, reason: reason + lastComplaint)
        } catch {
            end()
            throw .ended(environment: name, reason: "sent something else than was asked for, and was ended")
        }
    }

    /// The last line that the process wrote to standard error; in a traceback, this is the error itself.
    private var lastComplaint: String {
        let lines = String(decoding: complaints, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let last = lines.last(where: { !$0.allSatisfy(\.isWhitespace) }) else { return "" }
        let text = last.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : String($0) }.joined()
        return "; it said: " + text.trimmingCharacters(in: .whitespaces).prefix(300)
    }

    private func refusal(_ text: String, of name: String, python: String) -> EnvironmentError {
        let parts = text.split(separator: "\t", maxSplits: 1).map(String.init)
        let reason = parts.count > 1 ? parts[1] : text
        switch parts.first {
        case "missing": return .noGymnasium(interpreter: python)
        case "load": return .notMade(environment: name, reason: "Gymnasium does not load: \(reason)")
        case "outdated": return .outdated(interpreter: python, found: reason)
        case "make": return .notMade(environment: name, reason: reason)
        case "space": return .unsupportedSpace(environment: name, space: reason)
        default: return .failed(environment: name, reason: reason)
        }
    }
}

extension Reply {
    fileprivate mutating func box() throws(Malformed) -> BoxSpace {
        var shape: [Int] = []
        for _ in 0..<(try count()) { shape.append(try count()) }
        var size = 1
        for dimension in shape {
            guard dimension <= 1 << 28 else { throw Malformed() }
            size *= dimension
            guard size <= 1 << 28 else { throw Malformed() }
        }
        let (low, high) = (try floats(size), try floats(size))
        guard size > 0, zip(low, high).allSatisfy({ $0 <= $1 }) else { throw Malformed() }
        return BoxSpace(shape: shape, low: low, high: high)
    }

    fileprivate mutating func actionSpace() throws(Malformed) -> ActionSpace {
        switch try byte() {
        case 0: return .discrete(count: try count())
        case 1:
            var counts: [Int] = []
            for _ in 0..<(try count()) { counts.append(try count()) }
            return .multiDiscrete(counts: counts)
        case 2: return .box(try box())
        default: throw Malformed()
        }
    }
}
