import ArrayFiles
import Testing

@testable import SpikeFiles

/// Files of sound that are laid out by hand: their chunks promise more than there is.
@Suite struct AudioTruncationTests {
    private func number(_ value: UInt64, _ size: Int, isLittle: Bool = true) -> [UInt8] {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
        return isLittle ? bytes : bytes.reversed()
    }

    private func found(_ bytes: [UInt8]) throws -> AudioTruncation? {
        try AudioTruncation.find(in: InputFile("a", contents: bytes))
    }

    /// A WAV file with a chunk of odd size before that of the samples.
    private func wav(
        _ name: String = "RIFF", format: UInt64 = 1, block: UInt64 = 4, size: UInt64, samples: Int, long: UInt64? = nil
    ) -> [UInt8] {
        let isLittle = name != "RIFX"
        func text(_ text: String) -> [UInt8] { Array(text.utf8) }
        func integer(_ value: UInt64, _ size: Int) -> [UInt8] { number(value, size, isLittle: isLittle) }
        var bytes = text(name) + integer(0, 4) + text("WAVE")
        if let long { bytes += text("ds64") + integer(24, 4) + integer(7, 8) + integer(long, 8) + integer(7, 8) }
        bytes += text("fmt ") + integer(16, 4) + integer(format, 2) + integer(2, 2) + integer(100, 4) + integer(400, 4)
        bytes += integer(block, 2) + integer(16, 2)
        bytes += text("note") + integer(3, 4) + [1, 2, 3, 0]
        return bytes + text("data") + integer(size, 4) + Array(repeating: 5, count: samples)
    }

    @Test(arguments: ["RIFF", "RF64", "RIFX"])
    func wavFiles(_ name: String) throws {
        #expect(try found(wav(name, size: 80, samples: 80)) == nil)
        #expect(try found(wav(name, size: 80, samples: 81)) == nil)
        #expect(try found(wav(name, size: 80, samples: 79)) == AudioTruncation(promisedSamples: 20))
        #expect(try found(wav(name, size: 83, samples: 0)) == AudioTruncation(promisedSamples: 20))
        #expect(try found(wav(name, block: 6, size: 80, samples: 8)) == AudioTruncation(promisedSamples: 13))
        #expect(try found(wav(name, block: 0, size: 80, samples: 8)) == AudioTruncation(promisedSamples: nil))
        for size in [0, 0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] as [UInt64] {
            #expect(try found(wav(name, size: size, samples: 8)) == nil, "\(size)")
        }
        for size in [9, 0x7FFF_EFFF, 0x7FFF_F001, 0x7FFF_FFFE, 0x8000_0001, 0xFFFF_FFFE] as [UInt64] {
            #expect(try found(wav(name, size: size, samples: 8)) != nil, "\(size)")
        }
        for format in [1, 3, 6, 7, 0xFFFE] as [UInt64] {
            #expect(try found(wav(name, format: format, size: 80, samples: 8))?.promisedSamples == 20, "\(format)")
        }
        for format in [0, 2, 4, 5, 8, 17, 0xFFFD, 0xFFFF] as [UInt64] {
            let found = try #require(try found(wav(name, format: format, size: 80, samples: 8)))
            #expect(found.promisedSamples == nil, "\(format)")
        }
        // The size of 64 bits counts where that of 32 bits is full.
        #expect(try found(wav(name, size: 0xFFFF_FFFF, samples: 8, long: 80))?.promisedSamples == 20)
        #expect(try found(wav(name, size: 0xFFFF_FFFF, samples: 80, long: 80)) == nil)
        #expect(try found(wav(name, size: 40, samples: 8, long: 80))?.promisedSamples == 10)
        #expect(try found(wav(name, size: 0xFFFF_FFFF, samples: 80, long: .max)) == nil)
    }

    @Test func wave64Files() throws {
        func chunk(_ name: String, _ content: [UInt8], size: Int? = nil) -> [UInt8] {
            let padding = Array(repeating: UInt8(0), count: (8 - content.count % 8) % 8)
            var bytes = Array(name.utf8) + Array(repeating: UInt8(9), count: 12)
            bytes += number(UInt64(24 + (size ?? content.count)), 8)
            return bytes + content + padding
        }
        func file(size: Int, samples: Int) -> [UInt8] {
            let format = [(1, 2), (2, 2), (100, 4), (400, 4), (4, 2), (16, 2)].flatMap { number($0, $1) }
            let rest = Array(repeating: UInt8(9), count: 12)
            var bytes = Array("riff".utf8) + rest
            bytes += number(0, 8)
            bytes += Array("wave".utf8) + rest
            bytes += chunk("fmt ", format) + chunk("note", [1, 2, 3])
            return bytes + chunk("data", Array(repeating: 5, count: samples), size: size)
        }
        #expect(try found(file(size: 80, samples: 80)) == nil)
        #expect(try found(file(size: 80, samples: 72)) == AudioTruncation(promisedSamples: 20))
    }

    @Test func aiffFiles() throws {
        func big(_ value: UInt64, _ size: Int) -> [UInt8] { number(value, size, isLittle: false) }
        func file(size: UInt64, samples: Int, type: String? = nil) -> [UInt8] {
            let rate = Array(repeating: UInt8(0), count: 10)
            let extra: [UInt8] = type.map { Array($0.utf8) + [0, 0] } ?? []
            var bytes = Array("FORM".utf8) + big(0, 4)
            bytes += Array("AIFFnote".utf8) + big(1, 4)
            bytes += [7, 0]
            bytes += Array("COMM".utf8) + big(UInt64(18 + extra.count), 4)
            bytes += big(2, 2) + big(300, 4)
            bytes += big(16, 2) + rate
            bytes += extra + Array("SSND".utf8)
            bytes += big(size, 4)
            return bytes + Array(repeating: 5, count: samples)
        }
        #expect(try found(file(size: 80, samples: 80)) == nil)
        #expect(try found(file(size: 80, samples: 79)) == AudioTruncation(promisedSamples: 300))
        #expect(try found(file(size: 80, samples: 79, type: "sowt")) == AudioTruncation(promisedSamples: 300))
        #expect(try found(file(size: 80, samples: 79, type: "ima4")) == AudioTruncation(promisedSamples: nil))
        #expect(try found(file(size: 0, samples: 0)) == nil)
        #expect(try found(file(size: 0xFFFF_FFFF, samples: 8)) == nil)
    }

    @Test func oggFiles() throws {
        func page(flags: UInt8, _ sizes: [UInt8]) -> [UInt8] {
            var bytes = Array("OggS".utf8)
            bytes += [0, flags]
            bytes += Array(repeating: 0, count: 20)
            bytes.append(UInt8(sizes.count))
            bytes += sizes
            return bytes + Array(repeating: 3, count: sizes.reduce(0) { $0 + Int($1) })
        }
        let cut = AudioTruncation(promisedSamples: nil)
        let first = page(flags: 2, [5])
        for last in [page(flags: 4, [5, 9]), page(flags: 5, []), page(flags: 4, [255, 1])] {
            #expect(try found(first + last) == nil)
            #expect(try found(first + last + [1, 2]) == nil)
            #expect(try found(first + last.dropLast()) == cut)
        }
        #expect(try found(first + page(flags: 0, [5])) == cut && found(first) == cut)
        #expect(try found(first + page(flags: 4, [5, 9]).prefix(28)) == cut)
        // The last page is looked for in the last 65,307 bytes, the largest size of a page.
        let whole = page(flags: 4, Array(repeating: 255, count: 255))
        #expect(whole.count == 65_307)
        #expect(try found(first + whole) == nil && found(first + whole + [0]) == cut)
    }

    @Test func otherFilesAreNotChecked() throws {
        #expect(try found([]) == nil && found(Array("fLaC".utf8)) == nil && found(Array("RIFF".utf8)) == nil)
        #expect(
            AudioTruncation(promisedSamples: 7).problem(1)
                == "was cut short: it holds 1 sample of each channel, of 7 that its header promises")
        #expect(
            AudioTruncation(promisedSamples: nil).problem(0).hasPrefix(
                "was cut short: it holds 0 samples of each channel, and"))
    }
}
