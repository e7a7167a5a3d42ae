import SpikingLayers
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct TemporalShufflingTests {
    private let spikes: Tensor
    private let seed: UInt64

    init() throws {
        var random = TestRandom()
        spikes = try (random.normal([4, 10, 6, 5, 5]) > 0).to(.float32)
        seed = random.seed
    }

    @Test(arguments: TemporalShuffling.allCases) func countsAreKept(shuffling: TemporalShuffling) throws {
        let shuffled = try spikes.shuffledOverTime(shuffling, from: RandomStream(seed: seed))
        #expect(try shuffled.sum(0).equals(spikes.sum(0)), "seed \(seed)")
        let again = try spikes.shuffledOverTime(shuffling, from: RandomStream(seed: seed))
        #expect(try shuffled.equals(again), "seed \(seed)")
    }

    @Test func wholeStepsStayTogether() throws {
        for draw in 0..<10 {
            let shuffled = try spikes.shuffledOverTime(.wholeSteps, from: RandomStream(seed: seed).split(draw))
            let sources = try (0..<4).map { t in
                try (0..<4).first { try shuffled[t].equals(spikes[$0]) }
            }
            #expect(Set(sources) == [0, 1, 2, 3], "seed \(seed)")
        }
    }

    /// 0001 of each neuron ends at one of 4 places, by chance: of 40,000, a quarter within 5 standard deviations of 87.
    @Test func eachNeuronHasItsOwnOrder() throws {
        let last = try Tensor.concatenated([.zeros([3, 40_000]), .ones([1, 40_000])])
        let shuffled = try last.shuffledOverTime(from: RandomStream(seed: seed))
        for count in try shuffled.sum(1).elements(as: Double.self) {
            #expect(abs(count - 10_000) < 435, "seed \(seed)")
        }
    }

    @Test func everyTypeIsKept() throws {
        let short = try spikes.to(.bfloat16).shuffledOverTime(from: RandomStream(seed: 1))
        #expect(short.dtype == .bfloat16)
        #expect(try short.to(.float32).equals(spikes.shuffledOverTime(from: RandomStream(seed: 1))))
    }

    @Test func timeIsNeeded() throws {
        let error = #expect(throws: TensorError.self) { try Tensor(1.0).shuffledOverTime(from: RandomStream(seed: 1)) }
        #expect(error!.description.contains("[T, …]"))
    }
}
