/// Reads decimal numbers from bytes and rounds them correctly. A minus sign is ASCII's hyphen or U+2212.
struct NumberScanner {
    /// The point or comma between whole and fraction; 0 until the first fraction shows it.
    var decimalMark: UInt8

    /// The number of digits after the decimal mark of the last number, minus its exponent. The number is written to a
    /// precision of 10^−decimals.
    private(set) var decimals = 0

    /// 10^0…10^22, all exact in double precision.
    private let powers: [Double] = (0...22).map { exponent in (0..<exponent).reduce(1.0) { power, _ in power * 10 } }

    init(decimalMark: UInt8) { self.decimalMark = decimalMark }

    /// The number that starts at `position`, which moves behind it; `nil`, `position` anywhere, if there is none.
    ///
    /// - Parameter position: A position in bytes that hold a newline at or after it.
    @inline(__always)
    mutating func scan(_ position: inout UnsafePointer<UInt8>) -> Double? {
        let start = position
        let isNegative = position.pointee == UInt8(ascii: "-")
        if isNegative || position.pointee == UInt8(ascii: "+") { position += 1 }
        var mantissa: UInt64 = 0
        let whole = position
        Self.scanDigits(&position, &mantissa)
        var digitCount = position - whole
        var fractionCount = 0
        let mark = position.pointee
        if Self.isDecimalMark(mark), accepts(mark: mark) {
            position += 1
            let fraction = position
            Self.scanDigits(&position, &mantissa)
            fractionCount = position - fraction
            // A comma without digits on both sides is no decimal mark.
            if mark == UInt8(ascii: ","), digitCount == 0 || fractionCount == 0 { return nil }
            digitCount += fractionCount
        }
        guard digitCount > 0 else {
            position = start
            return Self.skipMinus(&position) ? scanNegated(&position) : Self.scanSpecial(&position)
        }
        var exponent = 0
        if position.pointee | 0x20 == UInt8(ascii: "e") {
            guard let written = Self.scanExponent(&position) else { return nil }
            exponent = written
        }
        decimals = fractionCount &- exponent
        let power = exponent &- fractionCount
        if digitCount <= 19, mantissa <= 1 << 53, power >= -22, power <= 22 {
            let magnitude = power < 0 ? Double(mantissa) / powers[-power] : Double(mantissa) * powers[power]
            return isNegative ? -magnitude : magnitude
        }
        return Self.convert(start, position)
    }

    @inline(__always)
    private static func scanDigits(_ position: inout UnsafePointer<UInt8>, _ mantissa: inout UInt64) {
        var digit = position.pointee &- 48
        while digit < 10 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            position += 1
            digit = position.pointee &- 48
        }
    }

    private static func isDecimalMark(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") }

    @inline(__always)
    private mutating func accepts(mark: UInt8) -> Bool {
        if decimalMark == 0 { decimalMark = mark }
        return mark == decimalMark
    }

    /// Moves behind a minus sign U+2212, if one is there.
    private static func skipMinus(_ position: inout UnsafePointer<UInt8>) -> Bool {
        guard position[0] == 0xE2, position[1] == 0x88, position[2] == 0x92 else { return false }
        position += 3
        return true
    }

    /// The number behind a minus sign, which has no sign of its own, negated.
    @inline(never)
    private mutating func scanNegated(_ position: inout UnsafePointer<UInt8>) -> Double? {
        let next = position.pointee
        guard next != UInt8(ascii: "-"), next != UInt8(ascii: "+"), next != 0xE2 else { return nil }
        return scan(&position).map { -$0 }
    }

    private static func scanExponent(_ position: inout UnsafePointer<UInt8>) -> Int? {
        position += 1
        var isNegative = skipMinus(&position)
        if !isNegative, position.pointee == UInt8(ascii: "-") || position.pointee == UInt8(ascii: "+") {
            isNegative = position.pointee == UInt8(ascii: "-")
            position += 1
        }
        let first = position
        var exponent = 0
        while position.pointee &- 48 < 10 {
            exponent = min(exponent * 10 + Int(position.pointee &- 48), 100_000)
            position += 1
        }
        return position == first ? nil : isNegative ? -exponent : exponent
    }

    /// Reads `nan`, `inf` or `infinity` in upper or lower case.
    private static func scanSpecial(_ position: inout UnsafePointer<UInt8>) -> Double? {
        let isNegative = position.pointee == UInt8(ascii: "-")
        if isNegative || position.pointee == UInt8(ascii: "+") { position += 1 }
        for (word, value) in [("infinity", Double.infinity), ("inf", .infinity), ("nan", .nan)] {
            var next = position
            if word.utf8.allSatisfy({ letter in
                defer { next += 1 }
                return next.pointee | 0x20 == letter
            }) {
                position = next
                return isNegative ? -value : value
            }
        }
        return nil
    }

    /// Converts a number of many digits or with a large exponent.
    @inline(never)
    private static func convert(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Double? {
        let text = String(unsafeUninitializedCapacity: end - start) { bytes in
            for index in 0..<end - start {
                bytes[index] = start[index] == UInt8(ascii: ",") ? UInt8(ascii: ".") : start[index]
            }
            return end - start
        }
        return Double(text) ?? Double(text.replacing("\u{2212}", with: "-"))
    }
}
