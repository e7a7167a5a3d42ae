import ArrayFiles
import SpikeDatasets
import TestSupport
import Testing

@Suite struct ImageFileTests {
    private let folder = try! TemporaryFolder()

    @Test func readsPNGAndPPMExactly() throws {
        var random = SplitMix64(seed: 6)
        let image = Made.image(height: 5, width: 7, &random)
        Made.png(image, to: folder.file("a.png"))
        #expect(try ImageFile.read(folder.file("a.png")) == image)
        #expect(try ImageFile.read(folder.file("a.ppm", Made.ppm(image))) == image)
    }

    @Test func greyBecomesThreePlanes() throws {
        let grey = Image(channels: 1, height: 2, width: 2, pixels: [0, 90, 180, 255])
        let expected = Image(channels: 3, height: 2, width: 2, pixels: grey.pixels + grey.pixels + grey.pixels)
        Made.png(grey, to: folder.file("grey.png"))
        #expect(try ImageFile.read(folder.file("grey.png")) == expected)
        let pgm = try folder.file("grey.pgm", Array("P5 2 2 255\n".utf8) + grey.pixels)
        #expect(try ImageFile.read(pgm) == expected)
    }

    /// At quality 100 without subsampling, rounding puts luma and chroma off by about a level each, and chroma counts
    /// up to 1.8 times: 5 levels.
    @Test func readsJPEG() throws {
        let image = Made.smoothImage(height: 40, width: 33)
        let read = try ImageFile.read(folder.file("a.jpg", Made.jpeg(image)))
        #expect(read.height == 40 && read.width == 33)
        #expect(zip(read.pixels, image.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 5 })
    }

    /// Lossless, so exact.
    @Test func readsWebP() throws {
        var random = SplitMix64(seed: 8)
        let image = Made.image(height: 5, width: 7, &random)
        #expect(try ImageFile.read(folder.file("a.webp", Made.webp(image))) == image)
    }

    /// The inks of a colour c without black are 255 − c; libjpeg-turbo stores them as YCCK. As Adobe's programs store
    /// them, with a marker of theirs, 255 is no ink. Five levels, as for colours.
    @Test func readsInksOfPrinting() throws {
        let image = Made.smoothImage(height: 40, width: 33)
        let adobe = try ImageFile.read(folder.file("adobe.jpg", Made.inkJPEG(image)))
        #expect(zip(adobe.pixels, image.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 5 })
        // Half of black leaves half of the light.
        let dark = try ImageFile.read(folder.file("dark.jpg", Made.inkJPEG(image, lightLeftByBlack: 128)))
        #expect(zip(dark.pixels, image.pixels).allSatisfy { abs(Int($0) - Int($1) * 128 / 255) <= 5 })
    }

    @Test func namesWhatItCannotRead() throws {
        func flaw(_ name: String, _ bytes: [UInt8]) throws -> String {
            let path = try folder.file(name, bytes)
            let text = message { _ = try ImageFile.read(path) } ?? "none"
            #expect(text.hasPrefix(path) && !text.contains("\n"))
            return text
        }
        let image = Made.smoothImage(height: 40, width: 33)
        let jpeg = Made.jpeg(image)
        #expect(try flaw("half.jpg", Array(jpeg.prefix(jpeg.count / 2))).contains("JPEG image cannot be decoded"))
        #expect(try flaw("start.jpg", Array(jpeg.prefix(20))).contains("JPEG image cannot be decoded"))
        Made.png(image, to: folder.file("good.png"))
        let png = try folder.bytes("good.png")
        #expect(try flaw("half.png", Array(png.prefix(png.count / 2))).contains("PNG image cannot be decoded"))
        #expect(try flaw("half.ppm", Made.ppm(image).dropLast()).contains("cut short"))
        #expect(try flaw("odd.ppm", Array("P6 x".utf8)).contains("header"))
        #expect(try flaw("huge.ppm", Array("P6 999999999 999999999 255\n".utf8)).contains("scale it down"))
        #expect(try flaw("text.jpg", Array("hello".utf8)).contains("no JPEG, PNG, WebP, PPM, PGM or PBM"))
        let webp = Made.webp(image)
        #expect(try flaw("half.webp", Array(webp.prefix(webp.count / 2))).contains("WebP image cannot be decoded"))
        #expect(try flaw("start.webp", Array(webp.prefix(12))).contains("WebP image cannot be decoded"))
        #expect(try flaw("empty.png", []).contains("no JPEG, PNG, WebP, PPM, PGM or PBM"))
    }

    @Test func survivesAnything() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        let image = Made.smoothImage(height: 12, width: 16)
        Made.png(image, to: folder.file("good.png"))
        let values = Made.interleaved(image).map(String.init).joined(separator: " ")
        let originals = [
            Made.jpeg(image), try folder.bytes("good.png"), Made.ppm(image), Made.webp(image),
            Array("P3 16 12 255 \(values)".utf8), Made.inkJPEG(image),
        ]
        for round in 0..<1200 {
            var bytes = originals[round % originals.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            let path = try folder.file("fuzzed", bytes)
            do {
                let read = try ImageFile.read(path)
                #expect(read.pixels.count == 3 * read.area, "seed \(seed)")
            } catch {
                #expect(error.path == path, "seed \(seed): \(error)")
            }
        }
    }
}
