import Testing

@testable import SpikeDatasets

@Suite struct MD5Tests {
    /// The examples of RFC 1321.
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
    ]) func isThatOfTheStandard(_ text: String, _ expected: String) {
        var whole = MD5()
        whole.update(text.utf8)
        #expect(whole.hexadecimal() == expected)
        var parts = MD5()
        for byte in text.utf8 { parts.update([byte]) }
        #expect(parts.hexadecimal() == expected, "in parts")
    }

    /// At the ends of blocks, where the length does or does not fit; the sums are those of Python's hashlib.
    @Test(arguments: [
        (55, "ef1772b6dff9a122358552954ad0df65"), (56, "3b0c8ac703f828b04c6c197006d17218"),
        (63, "b06521f39153d618550606be297466d5"), (64, "014842d480b571495a4a0363793f7367"),
        (65, "c743a45e0d2e6a95cb859adae0248435"),
    ]) func holdsAtTheEndsOfBlocks(_ count: Int, _ expected: String) {
        var sum = MD5()
        sum.update([UInt8](repeating: UInt8(ascii: "a"), count: count))
        #expect(sum.hexadecimal() == expected)
    }
}
