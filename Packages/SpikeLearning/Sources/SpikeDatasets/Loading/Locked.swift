import Foundation

/// A value that only one thread at a time can access.
final class Locked<Value>: @unchecked Sendable {
    // The lock guards the value.
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try lock.withLock { try body(&value) }
    }
}
