import Foundation
import Synchronization
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct ConcurrencyTests {
    @Test func manyTasksUseOneTensor() async throws {
        let shared = try Tensor.arange(1000, dtype: .float64)
        let expected = try shared.squared().sum().item()
        try await withThrowingTaskGroup(of: Double.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    var last = 0.0
                    for _ in 0..<20 { last = try shared.reshaped(10, 100).transposed().squared().sum().item() }
                    return last
                }
            }
            for try await sum in group { #expect(sum == expected) }
        }
    }

    @Test func backwardPassesOfTheirOwn() async throws {
        let weight = try spreadTensor([8, 8])
        try await withThrowingTaskGroup(of: (Int, Tensor).self) { group in
            for task in 0..<32 {
                group.addTask {
                    let copy = try weight.cloned().requireGradient()
                    let doubled = try withoutGradient { try copy * 2 }
                    try CustomFunction.record("double", inputs: [copy], outputs: [doubled]) { _, gradients in
                        [try gradients[0]! * 2]
                    }
                    try (doubled * Double(task)).sum().backward()
                    return (task, copy.gradient!)
                }
            }
            for try await (task, gradient) in group {
                #expect(try (gradient .== Double(2 * task)).all())
            }
        }
    }

    @Test func settingsBelongToAThread() async throws {
        let x = try Tensor.ones([2, 2]).requireGradient()
        try withoutGradient { () throws in
            let recorded = Mutex(false)
            let done = DispatchSemaphore(value: 0)
            Thread {
                recorded.withLock { $0 = (try? x.matmul(x).requiresGradient) == true }
                done.signal()
            }.start()
            done.wait()
            #expect(recorded.withLock { $0 })
            #expect(try !x.matmul(x).requiresGradient)
        }
    }
}
