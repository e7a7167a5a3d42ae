import Foundation
import SpikeKernels

/// Random numbers from a seed that is printed, so that a failing run can be repeated with `SPIKEKIT_TEST_SEED`.
struct RandomValues: RandomNumberGenerator {
    private let generator: Philox
    private var position: UInt32 = 0

    init(_ test: String = #function) {
        let given = ProcessInfo.processInfo.environment["SPIKEKIT_TEST_SEED"].flatMap(UInt64.init)
        let seed = given ?? UInt64.random(in: 0...999_999)
        print("\(test): seed \(seed)")
        generator = Philox(seed: seed)
    }

    mutating func next() -> UInt64 {
        let words = generator.block(at: SIMD4(position, 0, 0, 0))
        position += 1
        return UInt64(words[0]) << 32 | UInt64(words[1])
    }

    /// Samples that walk, jump and rest, some on whole multiples of a quarter, where thresholds are met exactly.
    mutating func samples(_ count: Int) -> [Float] {
        let isCoarse = Bool.random(using: &self)
        var level: Float = 0
        return (0..<count).map { _ in
            switch Int.random(in: 0..<4, using: &self) {
            case 0: break
            case 1: level = .random(in: -2...2, using: &self)
            default: level += .random(in: -0.6...0.6, using: &self)
            }
            return isCoarse ? (level * 4).rounded() / 4 : level
        }
    }
}
