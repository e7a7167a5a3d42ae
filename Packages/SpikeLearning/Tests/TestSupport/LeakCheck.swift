import Testing
import TorchTensors

/// Fails a test that leaves more tensors or recorded functions behind than there were before it.
///
/// The counts are the process's own, so tests must run one after the other (`swift test --no-parallel`).
public struct LeakCheck: SuiteTrait, TestTrait, TestScoping {
    public let isRecursive = true

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        let (tensors, functions) = (Tensor.liveCount, CustomFunction.liveCount)
        try await function()
        // A thread that has just ended may hold on to what it used for a moment.
        for _ in 0..<100 where Tensor.liveCount != tensors || CustomFunction.liveCount != functions {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(Tensor.liveCount == tensors, "tensors left behind")
        #expect(CustomFunction.liveCount == functions, "recorded functions left behind")
    }
}

extension Trait where Self == LeakCheck {
    /// Counts live tensors before and after each test.
    public static var leavesNothing: LeakCheck { LeakCheck() }
}
