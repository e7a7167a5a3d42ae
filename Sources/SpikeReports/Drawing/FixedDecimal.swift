/// Writes the numbers of an image in tenths of a pixel, independently of the locale.
enum FixedDecimal {
    /// The number of tenths nearest to `value`. Values beyond ±10⁶ are clamped, and NaN becomes 0, so that the file
    /// stays valid.
    @inline(__always)
    static func tenths(_ value: Double) -> Int {
        value.isNaN ? 0 : Int((min(max(value, -1e6), 1e6) * 10).rounded())
    }

    /// Appends `tenths / 10` without a trailing `.0` or a leading `0.`, as SVG allows.
    static func append(tenths: Int, to bytes: inout [UInt8]) {
        if tenths < 0 { bytes.append(UInt8(ascii: "-")) }
        let (whole, tenth) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        if whole != 0 || tenth == 0 { appendDigits(whole, to: &bytes) }
        if tenth != 0 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(UInt8(ascii: "0") + UInt8(tenth))
        }
    }

    static func text(_ value: Double) -> String {
        var bytes: [UInt8] = []
        append(tenths: tenths(value), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func appendDigits(_ value: UInt, to bytes: inout [UInt8]) {
        if value >= 10 { appendDigits(value / 10, to: &bytes) }
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}
