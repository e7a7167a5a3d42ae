import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite(.leavesNothing) struct ExponentialMovingAverageTests {
    @Test(arguments: [DType.float64, .float32]) func agreesWithPyTorch(_ dtype: DType) throws {
        let file = try TrainingFile.load()
        let pair = try Pair(file, dtype)
        let average = try ExponentialMovingAverage(of: pair, decay: 0.9)
        for step in file.gradients {
            try pair.setParameters(step)
            try average.update()
        }
        let state = average.state()
        for (name, expected) in file.average { try expectClose(state[name], expected, name) }
    }

    @Test func buffersAreCopied() throws {
        let pair = try Pair(TrainingFile.load())
        let average = try ExponentialMovingAverage(of: pair, decay: 0.9)
        try pair.seen.fill(5)
        #expect(try average.state()["seen"]!.item() == 0)
        try average.update()
        #expect(try average.state()["seen"]!.item() == 5)
    }

    @Test func decayMayChange() throws {
        let file = try TrainingFile.load()
        let pair = try Pair(file)
        let average = try ExponentialMovingAverage(of: pair, decay: 1)
        try pair.setParameters(file.gradients[2])
        try average.update()
        #expect(try average.state()["a"]!.elements(as: Double.self) == file.start["a"]!.values)
        average.decay = 0
        try average.update()
        #expect(try average.state()["a"]!.equals(pair.a))
    }

    @Test func swapsInAndOut() throws {
        let file = try TrainingFile.load()
        let pair = try Pair(file)
        let average = try ExponentialMovingAverage(of: pair, decay: 0.5)
        try pair.setParameters(file.gradients[2])
        try pair.seen.fill(3)
        let own = pair.a
        let inside = try average.withAverages { () throws(TensorError) in
            #expect(average.isSwapped)
            #expect(try pair.seen.item() == 0)
            #expect(!pair.a.sharesMemory(with: own))
            return try pair.a.elements(as: Double.self)
        }
        #expect(inside == file.start["a"]!.values)
        #expect(pair.a.sharesMemory(with: own) && pair.a.requiresGradient)
        #expect(try pair.a.elements(as: Double.self) == file.gradients[2]["a"]!.values)
        #expect(try pair.seen.item() == 3)
        #expect(throws: TensorError.self) {
            try average.withAverages { () throws(TensorError) in throw TensorError("failed") }
        }
        #expect(!average.isSwapped && pair.a.sharesMemory(with: own))
    }

    @Test func resumesBitForBit() throws {
        let file = try TrainingFile.load()
        let pair = try Pair(file, .float32)
        let through = try ExponentialMovingAverage(of: pair, decay: 0.9)
        try pair.setParameters(file.gradients[2])
        try through.update()
        let resumed = try ExponentialMovingAverage(of: pair, decay: 0.9)
        try resumed.load(state: through.state())
        try pair.setParameters(file.gradients[3])
        try through.update()
        try resumed.update()
        for (name, tensor) in through.state() { #expect(try resumed.state()[name]!.equals(tensor)) }
        #expect(throws: TensorError.self) { try resumed.load(state: [:]) }
    }
}
