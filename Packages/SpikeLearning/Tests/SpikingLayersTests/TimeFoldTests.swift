import SpikingLayers
import TestSupport
import Testing
import TorchTensors

@Suite("Time and batch", .leavesNothing)
struct TimeFoldTests {
    @Test("frames are in order of time, then batch, and unfold to what they were")
    func roundTrip() throws {
        let x = try Tensor.arange(24).reshaped(2, 3, 4)
        let (frames, fold) = try x.mergingTimeIntoBatch()
        #expect(frames.shape == [6, 4])
        #expect(fold == TimeFold(steps: 2, batch: 3))
        #expect(try frames[4].equals(x[1][1]))
        #expect(try fold.unfold(frames).equals(x))
        #expect(frames.sharesMemory(with: x))
    }

    @Test("layers may change the shape of frames")
    func otherShape() throws {
        let (frames, fold) = try Tensor.zeros([2, 3, 4, 8, 8]).mergingTimeIntoBatch()
        #expect(try fold.unfold(frames.maxPool2d(kernel: 2)).shape == [2, 3, 4, 4, 4])
    }

    @Test("channels stay innermost in memory")
    func channelsLast() throws {
        let frames = try Tensor.zeros([6, 5, 4, 4]).channelsLast()
        let unfolded = try TimeFold(steps: 2, batch: 3).unfold(frames)
        #expect(unfolded.strides == [240, 80, 1, 20, 5])
        #expect(try unfolded.mergingTimeIntoBatch().frames.sharesMemory(with: frames))
    }

    @Test("repeated over time without a copy; the gradient is the sum")
    func repeating() throws {
        let x = try Tensor([1.0, 2.0]).requireGradient()
        let repeated = try x.repeatedOverTime(3)
        #expect(repeated.shape == [3, 2])
        #expect(repeated.strides == [0, 1])
        try repeated.sum().backward()
        #expect(try x.gradient?.elements(as: Double.self) == [3, 3])
    }

    @Test("errors say what is needed")
    func errors() throws {
        let short = #expect(throws: TensorError.self) { try Tensor.zeros([4]).mergingTimeIntoBatch() }
        #expect(short?.description == "mergingTimeIntoBatch: a shape [T, B, …] is needed, got [4]")
        let other = #expect(throws: TensorError.self) { try TimeFold(steps: 2, batch: 3).unfold(Tensor.zeros([5, 1])) }
        #expect(other?.description == "unfold: 2 steps of 3 are 6 frames, got shape [5, 1]")
    }
}
