import Foundation
import Testing

@testable import SpikeKernels

/// Our own functions against the platform's.
@Suite struct ElementaryTests {
    /// Expects results within one unit in the last place, and that they differ at all, so that it is not the platform's
    /// function that is tested.
    private func expectClose(_ arguments: [Double], _ own: (Double) -> Double, _ platform: (Double) -> Double) {
        var (worst, place, differing) = (0.0, 0.0, 0)
        for x in arguments {
            let (found, expected) = (own(x), platform(x))
            if found == expected { continue }
            differing += 1
            let units = abs(found - expected) / expected.ulp
            if !(units <= worst) { (worst, place) = (units, x) }
        }
        #expect(worst <= 1, "at \(place)")
        #expect(differing > 0)
    }

    private func grid(from start: Double, to end: Double, count: Int) -> [Double] {
        let step = (end - start) / Double(count)
        return (0..<count).map { start + step * Double($0) }
    }

    /// What `lowPassTaps` takes the sine and the cosine of.
    private func filterAngles(order: Int, cutoff: Double, tap: Int) -> [Double] {
        let place = Double(tap) - Double(order) / 2
        return [Double.pi * (2 * cutoff * place), 2 * Double.pi * Double(tap) / Double(order)]
    }

    /// Beyond the filters' angles, near multiples of π/2, and the angles of filters themselves.
    private var angles: [Double] {
        var angles = grid(from: -110_000, to: 110_000, count: 500_000) + grid(from: -4, to: 4, count: 200_000)
        for quarter in 0...70_000 {
            let angle = Double(quarter) * (Double.pi / 2)
            angles += [angle, angle.nextUp, -angle.nextDown, angle + Double.pi / 4]
        }
        for order in [1, 2, 3, 10, 41, 700, 65_536] {
            for cutoff in [0.001, 0.1, Double(Float(0.2)), 0.25, 0.3, 0.4999] {
                for k in 0...order / 2 { angles += filterAngles(order: order, cutoff: cutoff, tap: k) }
            }
        }
        return angles + [0, 1e-300, 1e-160, 1e-8, -1e-8]
    }

    @Test func sineIsWithinAPlace() { expectClose(angles, Elementary.sine, { sin($0) }) }

    @Test func cosineIsWithinAPlace() { expectClose(angles, Elementary.cosine, { cos($0) }) }

    @Test func exponentialIsWithinAPlace() {
        let grids = grid(from: -746, to: 710, count: 500_000) + grid(from: -2, to: 2, count: 500_000)
        let small = (1...1000).map { Double(sign: .minus, exponent: -$0, significand: 1.3) }
        // The last that are not infinite or 0, and the first that are not normal.
        let borders = [709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412, -708.3964185322641]
        expectClose(grids + small + borders, Elementary.exponential, { exp($0) })
        #expect(Elementary.exponential(0) == 1)
        #expect(Elementary.exponential(-.infinity) == 0)
        #expect(Elementary.exponential(.infinity) == .infinity)
        #expect(Elementary.exponential(.nan).isNaN)
    }

    #if arch(x86_64) && os(Linux)
        /// Against 64 binary digits. The last sum alone rounds by half a unit in the last place; without the second parts
        /// of the arguments, errors come near a whole unit.
        @Test func roundingErrorsAreCompensated() {
            func worst(_ arguments: [Double], _ own: (Double) -> Double, _ exact: (Float80) -> Float80) -> Double {
                arguments.reduce(0) { worst, x in
                    let expected = exact(Float80(x))
                    return max(worst, Double(abs(Float80(own(x)) - expected) / Float80(Double(expected).ulp)))
                }
            }
            let small = grid(from: -0.785, to: 0.785, count: 20_001) + grid(from: -100, to: 100, count: 20_001)
            #expect(worst(small, Elementary.sine, { sin($0) }) < 0.8)
            #expect(worst(small, Elementary.cosine, { cos($0) }) < 0.8)
            #expect(worst(grid(from: -50, to: 50, count: 40_001), Elementary.exponential, { exp($0) }) < 0.8)
        }
    #endif

    /// The filter's taps, as Float32, are those that the platform's functions give.
    @Test(arguments: [1, 2, 10, 41, 700])
    func filtersAreTheSameByOurOwnFunctions(_ order: Int) {
        for cutoff in [0.05, 0.2, 0.25, 0.45] as [Float] {
            let taps = lowPassTaps(order: order, cutoff: cutoff, omittingFirst: false)
            let own = (0...order).map { k in
                let angles = filterAngles(order: order, cutoff: Double(cutoff), tap: k)
                let sinc = angles[0] == 0 ? 1 : Elementary.sine(angles[0]) / angles[0]
                return sinc * (0.54 - 0.46 * Elementary.cosine(angles[1]))
            }
            let gain = own.reduce(0, +)
            #expect(taps.count == order + 1)
            for (tap, own) in zip(taps, own) { #expect(abs(Double(tap) - own / gain) <= Double(tap.ulp)) }
        }
    }
}
