import Foundation
import SpikeEncoding
import Testing

@Suite struct SpikeTrainTests {
    private let train = SpikeTrain(signs: [0, 1, 0, -1, 1, 1, 0, 0], unitCount: 2)

    @Test func spikesAreCountedPerUnit() {
        #expect(train.unitCount == 2 && train.stepCount == 4)
        #expect(Array(train.unit(0)) == [0, 1, 0, -1] && Array(train.unit(1)) == [1, 1, 0, 0])
        #expect(train[0, 3] == -1 && train[1, 0] == 1 && train[1, 3] == 0)
        #expect(train.spikeCount == 4 && train.sparsity == 0.5)
        #expect(train.spikeCount(ofUnits: 0..<1) == 2 && train.spikeCount(ofUnits: 1..<2) == 2)
        #expect(train.spikeCount(ofUnits: 1..<1) == 0)
    }

    @Test func signsAreThoseOfAmplitudes() {
        let graded = SpikeTrain(amplitudes: [0, -0.5, -0.0, 2, .leastNonzeroMagnitude, 0], unitCount: 2)
        #expect(graded.signs == [0, -1, 0, 1, 1, 0] && graded.spikeCount == 3)
        #expect(graded.stepCount == 3 && graded.sparsity == 0.5)
    }

    @Test func anEmptyTrainIsSparse() {
        let none = SpikeTrain(signs: [], unitCount: 0)
        #expect(none.stepCount == 0 && none.spikeCount == 0 && none.sparsity == 1)
        let silent = SpikeTrain(signs: [], unitCount: 3)
        #expect(silent.stepCount == 0 && silent.sparsity == 1)
    }

    @Test func joiningPutsTrainsOneAfterTheOther() {
        let second = SpikeTrain(signs: [1, 0], unitCount: 2)
        let joined = SpikeTrain.joined([train, second])
        #expect(joined == SpikeTrain(signs: [0, 1, 0, -1, 1, 1, 1, 0, 0, 0], unitCount: 2))
        let graded = SpikeTrain(amplitudes: [0.5, 0, 0, -2], unitCount: 2)
        #expect(
            SpikeTrain.joined([graded, graded])
                == SpikeTrain(amplitudes: [0.5, 0, 0.5, 0, 0, -2, 0, -2], unitCount: 2))
        #expect(SpikeTrain.joined([]) == SpikeTrain(signs: [], unitCount: 0))
    }

    @Test func trainsThatDoNotFitAreRefused() async {
        await #expect(processExitsWith: .failure) { _ = SpikeTrain(signs: [0, 1, 0], unitCount: 2) }
        await #expect(processExitsWith: .failure) { _ = SpikeTrain(signs: [2], unitCount: 1) }
        await #expect(processExitsWith: .failure) { _ = SpikeTrain(signs: [-2], unitCount: 1) }
        await #expect(processExitsWith: .failure) { _ = SpikeTrain(signs: [0], unitCount: 0) }
        await #expect(processExitsWith: .failure) { _ = SpikeTrain(signs: [], unitCount: -1) }
        await #expect(processExitsWith: .failure) { _ = SpikeTrain(signs: [0, 1], unitCount: 1)[0, 2] }
        await #expect(processExitsWith: .failure) { _ = SpikeTrain(signs: [0, 1], unitCount: 2)[1, -1] }
        await #expect(processExitsWith: .failure) {
            _ = SpikeTrain.joined([SpikeTrain(signs: [0], unitCount: 1), SpikeTrain(signs: [0, 0], unitCount: 2)])
        }
        await #expect(processExitsWith: .failure) {
            _ = SpikeTrain.joined([SpikeTrain(signs: [0], unitCount: 1), SpikeTrain(amplitudes: [0], unitCount: 1)])
        }
    }

    @Test func codableKeepsTrainsAndRefusesOthers() throws {
        for train in [train, SpikeTrain(amplitudes: [0, 0.25], unitCount: 1), SpikeTrain(signs: [], unitCount: 0)] {
            #expect(try JSONDecoder().decode(SpikeTrain.self, from: JSONEncoder().encode(train)) == train)
        }
        for json in [
            #"{"unitCount": 2, "signs": [0, 1, 0]}"#, #"{"unitCount": 1, "signs": [2]}"#,
            #"{"unitCount": -1, "signs": []}"#, #"{"unitCount": 0, "signs": [1]}"#,
            #"{"unitCount": 2, "amplitudes": [0.5]}"#,
        ] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(SpikeTrain.self, from: Data(json.utf8)) }
        }
    }
}
