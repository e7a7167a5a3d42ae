import BigInt
import FiringPatterns
import TestSupport
import Testing
import TorchTensors

/// The least and the greatest parameters that make sense, and numbers at the edges of their forms.
@Suite(.leavesNothing) struct FiringPatternBoundsTests {
    @Test func aMembraneThatForgetsAllFiresAlwaysOrNever() throws {
        for decay in [ExactDecay.factor(0), .timeConstant(1)] {
            let patterns = try firingPatterns(decay: decay, steps: 3)
            #expect(patterns.map(\.text) == ["000", "111"])
            #expect(patterns.map(\.lowerBound) == [0, 1] && patterns.map(\.upperBound) == [1, nil])
        }
    }

    @Test func theDefaultsAreThoseOfTheNeuron() throws {
        let given = try firingPatterns(decay: .factor("1/3"), reset: .subtractThreshold, threshold: 1, steps: 4)
        #expect(try firingPatterns(decay: .factor("1/3")) == given)
    }

    @Test func smallThresholdsScaleTheBounds() throws {
        let one = try firingPatterns(decay: .timeConstant("3/2"))
        let small = try firingPatterns(decay: .timeConstant("3/2"), threshold: "1/100")
        #expect(one.map(\.text) == small.map(\.text))
        #expect(one.map { $0.lowerBound / 100 } == small.map(\.lowerBound))
    }

    /// A shift to 60 bits lies on each side of every one of these.
    @Test func decimalsOfEveryLength() {
        for length in 1...150 {
            let power = BigInt(2).power(length)
            #expect(Fraction(power).decimal == Double(sign: .plus, exponent: length, significand: 1), "2^\(length)")
            #expect(Fraction(-3 * power).decimal == Double(sign: .minus, exponent: length, significand: 3))
            #expect(Fraction(1, over: power).decimal == Double(sign: .plus, exponent: -length, significand: 1))
            #expect(Fraction(3 * power, over: 7).decimal == Double(sign: .plus, exponent: length, significand: 3.0 / 7))
        }
        #expect(Fraction(-1, over: 3).decimal == -1.0 / 3)
        #expect(Fraction(1, over: 1).decimal == 1 && Fraction(-1, over: 1).decimal == -1)
    }

    @Test func equalFractionsAreNotBeforeEachOther() {
        let third = Fraction(1, over: 3)
        #expect(!(third < third) && third <= third && third == Fraction(2, over: 6))
        #expect(
            Fraction("3/1") == 3 && Fraction("3/1" as String)?.description == "3" && Fraction("1.2.3" as String) == nil)
    }
}
