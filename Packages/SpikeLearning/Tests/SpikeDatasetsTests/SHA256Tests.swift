import SpikeDatasets
import TestSupport
import Testing

@Suite struct SHA256Tests {
    /// The examples that NIST published for FIPS 180.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func agreesWithTheStandard(_ text: String, _ expected: String) {
        var checksum = SHA256()
        checksum.update(text.utf8)
        #expect(checksum.hexadecimal() == expected)
    }

    @Test func partsMakeTheSame() {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        for count in [1, 55, 56, 63, 64, 65, 500] {
            let bytes = Made.bytes(count, &random)
            var whole = SHA256()
            whole.update(bytes)
            var parts = SHA256()
            var start = 0
            while start < count {
                let end = Int.random(in: start...count, using: &random)
                parts.update(bytes[start..<end])
                start = end
            }
            #expect(parts.hexadecimal() == whole.hexadecimal(), "seed \(seed), \(count) bytes")
        }
    }

    @Test func readsFiles() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("abc", Array("abc".utf8))
        #expect(try SHA256.hexadecimal(ofFile: path).hasPrefix("ba7816bf"))
        #expect(message { _ = try SHA256.hexadecimal(ofFile: folder.file("none")) }?.contains("no such file") == true)
    }
}
