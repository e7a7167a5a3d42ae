/// An error in an agent's run; its description says in one line what is wrong, where, and what to do.
public struct AgentError: Error, CustomStringConvertible, Sendable {
    /// The message, one line.
    public let description: String

    /// Creates an error.
    ///
    /// - Parameter description: The message, one line.
    public init(_ description: String) { self.description = description }
}

/// The error that ends training when it was asked to stop; the run can continue from the checkpoint that was written.
public struct AgentInterruption: Error, CustomStringConvertible, Sendable {
    /// The number of steps up to the checkpoint, summed over all environments.
    public let step: Int
    /// The path of the checkpoint.
    public let checkpoint: String

    public var description: String { "stopped after step \(step); checkpoint → \(checkpoint)" }
}
