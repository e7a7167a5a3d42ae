import TestSupport
import Testing
import TorchTensors

@Suite("Gradient hooks", .leavesNothing) struct GradientHookTests {
    /// What hooks have noted; they run on the thread of the test.
    private final class Notes: @unchecked Sendable {
        var entries: [String] = []
    }

    @Test func theyRunWhenTheGradientIsComplete() throws {
        let (first, second, unused) = (try Tensor([2.0]), try Tensor([3.0]), try Tensor([5.0]))
        let notes = Notes()
        for (name, tensor) in [("first", first), ("second", second), ("unused", unused)] {
            try tensor.requireGradient()
            // The hook holds the tensor, until it is removed.
            try tensor.onGradient {
                notes.entries.append("\(name) \(try tensor.item()) \(try tensor.gradient!.item())")
            }
        }
        // The derivative is 2 · first · second² + 1 and 2 · first² · second; the second factor is used last.
        try ((first * first + first * 0) * (second * second) + first).sum().backward()
        #expect(notes.entries.sorted() == ["first 2.0 37.0", "second 3.0 24.0"])
        // A second pass adds to the gradient before the hook runs.
        notes.entries = []
        try (second * 1).sum().backward()
        #expect(notes.entries == ["second 3.0 25.0"])
        try second.removeGradientHook()
        notes.entries = []
        try (second * 1).sum().backward()
        #expect(notes.entries.isEmpty)
        for tensor in [first, unused] { try tensor.removeGradientHook() }
    }

    @Test func anErrorEndsTheBackwardPass() throws {
        struct Problem: Error, CustomStringConvertible { let description = "it does not fit" }
        let tensor = try Tensor([2.0]).requireGradient()
        try tensor.onGradient { throw Problem() }
        let error = #expect(throws: TensorError.self) { try (tensor * 2).sum().backward() }
        #expect(error?.kind == .kernel && error?.description.contains("it does not fit") == true)
    }

    @Test func aReplacedHookIsReleased() throws {
        final class Witness: Sendable {}
        weak var remaining: Witness?
        let tensor = try Tensor([2.0]).requireGradient()
        do {
            let witness = Witness()
            remaining = witness
            try tensor.onGradient { withExtendedLifetime(witness) {} }
        }
        #expect(remaining != nil)
        try tensor.onGradient {}
        #expect(remaining == nil)
    }

    @Test func onlyLeavesHaveThem() throws {
        let leaf = try Tensor([2.0])
        #expect(throws: TensorError.self) { try leaf.onGradient {} }
        let product = try leaf.requireGradient() * 2
        #expect(throws: TensorError.self) { try product.onGradient {} }
    }
}
