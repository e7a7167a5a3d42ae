/// An error for something that a command was asked to do and cannot, as one line.
public struct CommandError: Error, CustomStringConvertible {
    /// The message, one line.
    public let description: String

    /// Creates an error with a message of one line.
    public init(_ description: String) { self.description = description }
}
