import Foundation
import TestSupport

/// Grey images of 8 × 8 pixels, PGM: of class `left` or `right` is the half that is bright; the rest is noise.
enum ImageFiles {
    static func grey(_ isRight: Bool, _ random: inout SplitMix64) -> [UInt8] {
        Array("P5 8 8 255\n".utf8)
            + (0..<64).map { index in
                let noise = UInt8.random(in: 0..<100, using: &random)
                return (index % 8 >= 4) == isRight ? noise + 120 : noise
            }
    }

    /// `train/CLASS/N.pgm` and `test/CLASS/N.pgm`.
    static func write(train: Int = 12, test: Int = 4, to folder: TemporaryFolder) throws {
        var random = SplitMix64(seed: 1)
        for (part, count) in [("train", train), ("test", test)] {
            for name in ["left", "right"] {
                for index in 0..<count {
                    try folder.file("\(part)/\(name)/\(index).pgm", grey(name == "right", &random))
                }
            }
        }
    }
}
