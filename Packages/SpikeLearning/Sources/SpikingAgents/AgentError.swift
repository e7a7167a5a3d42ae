/// What can be wrong with an agent's run, in one line: what, where, and what to do.
public struct AgentError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) { self.description = description }
}
