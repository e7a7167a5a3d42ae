/// What can be wrong with an agent's run, in one line: what, where, and what to do.
public struct AgentError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// Training was asked to stop, and wrote a checkpoint that the same run goes on from.
public struct AgentInterruption: Error, CustomStringConvertible, Sendable {
    /// Steps of all copies that the checkpoint holds.
    public let step: Int
    /// The checkpoint's path.
    public let checkpoint: String

    public var description: String { "stopped after step \(step); checkpoint → \(checkpoint)" }
}
