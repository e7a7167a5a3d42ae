import Foundation
import ObjectDetection
import TestSupport
import Testing

@testable import SpikeDatasets

/// What is drawn for a seed stays the same, as the digests of runs on drawn images rest on it.
@Suite struct DrawnShapesNumbersTests {
    /// Of a scene: its height, its labels, the sum of its boxes' edges, and of each channel the sum of its pixels, their
    /// sum with weights that depend on the place, and the sum of the differences between neighbours in a row.
    private struct Numbers {
        let height: Int
        let labels: [Int]
        let edges: Double
        let sums: [Int]
    }

    private func numbers(_ sample: DetectionSample) throws -> Numbers {
        let image = try sample.image()
        let edges = sample.boxes.enumerated().reduce(0.0) { sum, one in
            let box = one.element.box
            return sum + Double(one.offset + 1) * (box.left + 2 * box.top + 3 * box.right + 4 * box.bottom)
        }
        let sums = (0..<3).flatMap { channel -> [Int] in
            let pixels = image.pixels[channel * image.area..<(channel + 1) * image.area].map { Int($0) }
            let weighted = pixels.indices.reduce(0) { $0 + pixels[$1] * ($1 % 97) }
            let texture = pixels.indices.dropFirst().reduce(0) { $0 + abs(pixels[$1] - pixels[$1 - 1]) }
            return [pixels.reduce(0, +), weighted, texture]
        }
        return Numbers(height: image.height, labels: sample.boxes.map(\.label), edges: edges, sums: sums)
    }

    private static let expected: [Numbers] = [
        Numbers(
            height: 94, labels: [5, 4, 1, 3, 0, 2, 2], edges: 14_493.286928242862,
            sums: [1_658_178, 75_794_618, 67_497, 1_927_347, 91_784_604, 56_208, 1_502_754, 70_041_187, 54_745]),
        Numbers(
            height: 85, labels: [1, 3, 3, 5, 5, 4, 3], edges: 13_108.056315746231,
            sums: [1_411_913, 66_665_499, 26_677, 1_060_822, 51_130_364, 32_196, 1_391_676, 66_386_462, 43_684]),
        Numbers(
            height: 83, labels: [1, 3], edges: 1542.9556365944247,
            sums: [461_438, 21_808_797, 46_729, 577_214, 26_815_265, 48_762, 1_516_427, 72_979_607, 46_989]),
        Numbers(
            height: 78, labels: [4, 3, 3, 4, 3, 5], edges: 11_321.680286869341,
            sums: [1_204_433, 57_706_696, 63_756, 636_085, 30_132_183, 74_279, 840_515, 40_647_994, 80_563]),
        Numbers(
            height: 87, labels: [2, 2, 2, 0], edges: 5010.801731171122,
            sums: [479_006, 23_471_533, 75_014, 742_290, 36_070_104, 89_982, 583_666, 28_232_068, 88_968]),
        Numbers(
            height: 89, labels: [3, 5, 0, 5, 3, 2, 4], edges: 16_357.34981309752,
            sums: [1_138_211, 53_909_335, 71_958, 763_056, 36_599_725, 70_218, 809_336, 40_963_374, 83_094]),
    ]

    @Test func scenesOfASeed() throws {
        // Sine, cosine and powers may differ in their last digit on other systems.
        #if os(Linux) && arch(x86_64)
            let tolerance = 0.0
        #else
            let tolerance = 1e-3
        #endif
        let samples = DrawnShapes(side: 96, trainCount: 6, testCount: 0, seed: 4).dataset().train
        #expect(samples.count == Self.expected.count)
        for (sample, expected) in zip(samples, Self.expected) {
            let found = try numbers(sample)
            #expect(found.height == expected.height && found.labels == expected.labels, "\(sample.name)")
            #expect(abs(found.edges - expected.edges) < 1e-6, "\(sample.name)")
            for (found, expected) in zip(found.sums, expected.sums) {
                #expect(Double(abs(found - expected)) <= tolerance * Double(expected), "\(sample.name)")
            }
        }
    }
}
