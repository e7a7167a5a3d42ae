import BigInt
import FiringPatterns
import Testing

@Suite struct FractionTests {
    @Test(arguments: [
        ("1/3", "1/3"), ("2/4", "1/2"), ("0.5", "1/2"), ("-0.25", "-1/4"), ("3", "3"), ("0", "0"), ("-6/4", "-3/2"),
        ("0.10", "1/10"), ("12.50", "25/2"),
    ])
    func text(text: String, expected: String) {
        #expect(Fraction(text)?.description == expected)
    }

    @Test(arguments: ["", "1/", "/2", "1/0", "1/-2", "1.", ".", "a", "1e3", "1/2/3", "0.5/2", "1.-5", " 1", "+1", "٣"])
    func notANumber(text: String) {
        #expect(Fraction(text) == nil)
    }

    @Test func arithmetic() {
        let a = Fraction(1, over: 3)
        let b = Fraction(-1, over: -4)
        #expect(a + b == Fraction(7, over: 12))
        #expect(a - b == Fraction(1, over: 12))
        #expect(b - a == Fraction(1, over: -12))
        #expect(a * b == Fraction(1, over: 12))
        #expect(a / b == Fraction(4, over: 3))
        #expect(b < a && !(a < b) && b - a < 0)
    }

    @Test func decimalIsTheNearest() {
        #expect(Fraction(1, over: 3).decimal == 1.0 / 3)
        #expect(Fraction(-8, over: 15).decimal == -8.0 / 15)
        #expect(Fraction(0).decimal == 0)
        // A tie goes to the even neighbour, a little above it to the upper one.
        let tie = BigInt(2).power(53) + 1
        #expect(Fraction(tie).decimal == 0x1p53)
        #expect(Fraction(tie * BigInt(10).power(30) + 1, over: BigInt(10).power(30)).decimal == 0x1p53 + 2)
        // Numerator and denominator are beyond Double.
        #expect(Fraction(BigInt(10).power(400), over: 3 * BigInt(10).power(400)).decimal == 1.0 / 3)
        #expect(Fraction(1, over: BigInt(2).power(1020)).decimal == 0x1p-1020)
        #expect(Fraction(BigInt(10).power(400)).decimal == .infinity)
    }
}
