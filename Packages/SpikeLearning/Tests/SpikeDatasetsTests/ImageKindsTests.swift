import CZlib
import SpikeDatasets
import TestSupport
import Testing

/// Every kind of image that a format has, beside what Pillow makes of it.
@Suite struct ImageKindsTests {
    private let folder = try! TemporaryFolder()

    /// Files that a Python program makes in a folder, by their names, as Pillow decodes them: to red, green and blue, on
    /// black, upright.
    private func decodedByPillow(_ program: String) throws -> [String: Image] {
        let output = try Python.run(
            """
            import io, struct, sys, zlib
            import numpy
            from PIL import Image, ImageOps
            folder = sys.argv[1] + "/"
            random = numpy.random.default_rng(35)
            def noise(*shape): return random.integers(0, 256, shape, dtype=numpy.uint8)
            rows, columns = numpy.mgrid[0:26, 0:37]
            smooth = numpy.stack([120 + 5 * rows - 3 * columns % 90, 20 + 4 * columns, 9 * rows], -1).astype(numpy.uint8)
            expected = {}
            \(program)
            import os
            for name in sorted(os.listdir(folder)):
                image = ImageOps.exif_transpose(Image.open(folder + name))
                if name in expected:
                    pixels = expected[name]
                else:
                    if "A" in image.mode or "transparency" in image.info:
                        image = image.convert("RGBA")
                        image = Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image)
                    pixels = numpy.asarray(image.convert("RGB"))
                print(name, pixels.shape[0], pixels.shape[1], *pixels.transpose(2, 0, 1).flatten())
            """, [folder.path])
        var images: [String: Image] = [:]
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            images[String(words[0])] = Image(
                channels: 3, height: Int(words[1])!, width: Int(words[2])!,
                pixels: words.dropFirst(3).map { UInt8($0)! })
        }
        return images
    }

    private func greatestDifference(_ name: String, _ expected: Image) throws -> Int {
        let found = try ImageFile.read(folder.file(name))
        guard found.height == expected.height, found.width == expected.width else { return 999 }
        return zip(found.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }.max()!
    }

    /// Of 16 bits Pillow keeps the upper 8, so those are compared with what they are by definition: v · 255 / 65535.
    @Test(.enabled(if: Python.hasPillow)) func everyKindOfPNG() throws {
        let images = try decodedByPillow(
            """
            def save(name, pixels, mode=None, **options): Image.fromarray(pixels, mode).save(folder + name, **options)
            save("grey.png", noise(5, 7))
            save("grey-alpha.png", noise(5, 7, 2), "LA")
            save("colour.png", noise(5, 7, 3))
            save("colour-alpha.png", noise(5, 7, 4), "RGBA")
            Image.fromarray(noise(5, 7) > 128).save(folder + "bits.png")
            palette = Image.fromarray(noise(5, 7, 3)).quantize(9)
            palette.save(folder + "palette.png")
            palette.save(folder + "palette-transparent.png", transparency=3)
            palette.save(folder + "palette-alpha.png", transparency=bytes(range(0, 250, 28)))
            save("colour-transparent.png", numpy.full((2, 2, 3), 40, numpy.uint8), transparency=(40, 40, 40))

            def png(name, pixels, depth, kind, passes=None):
                # Written by hand: unfiltered, interlaced if there are passes.
                def chunk(tag, data):
                    return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))
                height, width = pixels.shape[:2]
                data = b""
                for top, left, down, right in passes or [(0, 0, 1, 1)]:
                    for row in pixels[top::down, left::right]:
                        if row.size: data += b"\\0" + row.tobytes()
                header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 1 if passes else 0)
                open(folder + name, "wb").write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", header)
                    + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))
            adam7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
            png("interlaced.png", noise(11, 13, 3), 8, 2, adam7)
            png("interlaced-grey.png", noise(3, 2), 8, 0, adam7)
            def eight(values): return (values.astype(float) * 255 / 65535 + 0.5).astype(numpy.uint8)
            deep = random.integers(0, 65536, (5, 7, 3)).astype(">u2")
            png("deep.png", deep, 16, 2)
            expected["deep.png"] = eight(deep)
            deep_alpha = random.integers(0, 65536, (5, 7, 4)).astype(">u2")
            png("deep-alpha.png", deep_alpha, 16, 6)
            expected["deep-alpha.png"] = eight(deep_alpha[..., :3] * (deep_alpha[..., 3:] / 65535))
            deep_grey = random.integers(0, 65536, (5, 7)).astype(">u2")
            png("deep-grey.png", deep_grey, 16, 0)
            expected["deep-grey.png"] = numpy.repeat(eight(deep_grey)[..., None], 3, -1)
            """)
        #expect(images.count == 14)
        for (name, expected) in images {
            // Opacity times value is rounded in one step or in two, value and opacity of 16 bits before, too.
            let tolerance = name == "deep-alpha.png" ? 2 : name.contains("alpha") ? 1 : 0
            #expect(try greatestDifference(name, expected) <= tolerance, "\(name)")
        }
    }

    /// Two versions of libjpeg-turbo differ by a level or two where colours are stored at half the size.
    @Test(.enabled(if: Python.hasPillow)) func everyKindOfJPEG() throws {
        let images = try decodedByPillow(
            """
            image = Image.fromarray(smooth)
            image.save(folder + "colour.jpg", quality=95, subsampling=0)
            image.save(folder + "halved.jpg", quality=90, subsampling=2)
            image.save(folder + "progressive.jpg", quality=90, progressive=True)
            image.convert("L").save(folder + "grey.jpg", quality=95)
            inks = numpy.concatenate([255 - smooth, (3 * rows + columns)[..., None].astype(numpy.uint8)], -1)
            Image.fromarray(inks, "CMYK").save(folder + "inks.jpg", quality=95, subsampling=0)
            """)
        #expect(images.count == 5)
        for (name, expected) in images { #expect(try greatestDifference(name, expected) <= 2, "\(name)") }

        // Without the marker of Adobe's programs 255 is all ink: what was light is dark.
        let marked = try folder.bytes("inks.jpg")
        let place = try #require(
            marked.indices.first { marked[$0...].starts(with: [0xFF, 0xEE, 0, 14] + "Adobe".utf8) })
        try folder.file("plain.jpg", Array(marked[..<place] + marked[(place + 16)...]))
        let (plain, inverted) = (try ImageFile.read(folder.file("plain.jpg")), try #require(images["inks.jpg"]))
        // In this corner there is hardly any black, so that stored values v give nearly (255 − v) · 0.
        #expect(inverted[1, 0, 0] > 5 && plain[1, 0, 0] <= 2)
    }

    @Test(.enabled(if: Python.hasPillow)) func everyKindOfWebP() throws {
        let images = try decodedByPillow(
            """
            image = Image.fromarray(smooth)
            image.save(folder + "lossy.webp", quality=90)
            Image.fromarray(noise(5, 7, 3)).save(folder + "lossless.webp", lossless=True)
            Image.fromarray(noise(5, 7, 4), "RGBA").save(folder + "alpha.webp", lossless=True, exact=True)
            image.save(folder + "animated.webp", lossless=True, save_all=True,
                append_images=[Image.fromarray(255 - smooth)], duration=100)
            """)
        #expect(images.count == 4)
        for (name, expected) in images {
            // Two versions of libwebp, and roundings of opacity, differ by a level.
            let tolerance = ["lossy.webp", "alpha.webp"].contains(name) ? 1 : 0
            #expect(try greatestDifference(name, expected) <= tolerance, "\(name)")
        }
    }

    @Test(.enabled(if: Python.hasPillow)) func portableFilesAsPillowReadsThem() throws {
        let images = try decodedByPillow(
            """
            values = noise(4, 5, 3)
            text = " ".join(str(value) for value in values.flatten())
            open(folder + "text.ppm", "w").write("P3\\n# comment\\n5 4\\n255\\n" + text)
            open(folder + "text.pgm", "w").write("P2 5 4 255 " + " ".join(str(v) for v in values[..., 0].flatten()))
            Image.fromarray(values).save(folder + "bytes.ppm")
            Image.fromarray(values[..., 0] > 99).save(folder + "bits.pbm")
            open(folder + "small.pgm", "wb").write(b"P5 5 4 31\\n" + (values[..., 0] // 8).tobytes())
            """)
        #expect(images.count == 5)
        for (name, expected) in images { #expect(try greatestDifference(name, expected) == 0, "\(name)") }
    }

    @Test(.enabled(if: Python.hasPillow)) func everyOrientationOfEveryFormat() throws {
        let images = try decodedByPillow(
            """
            for orientation in range(1, 9):
                exif = Image.Exif()
                exif[0x0112] = orientation
                image = Image.fromarray(smooth)
                image.save(folder + f"{orientation}.jpg", quality=95, subsampling=0, exif=exif)
                image.save(folder + f"{orientation}.png", exif=exif)
                image.save(folder + f"{orientation}.webp", lossless=True, exif=exif)
            """)
        #expect(images.count == 24)
        for (name, expected) in images {
            #expect(try greatestDifference(name, expected) <= (name.hasSuffix("jpg") ? 2 : 0), "\(name)")
        }
    }

    /// A PNG of 1 2 3 above 4 5 6 with a chunk eXIf, as it is to be seen: by the table of the EXIF standard.
    @Test(arguments: [
        (1, 2, [1, 2, 3, 4, 5, 6]), (2, 2, [3, 2, 1, 6, 5, 4]), (3, 2, [6, 5, 4, 3, 2, 1]), (4, 2, [4, 5, 6, 1, 2, 3]),
        (5, 3, [1, 4, 2, 5, 3, 6]), (6, 3, [4, 1, 5, 2, 6, 3]), (7, 3, [6, 3, 5, 2, 4, 1]), (8, 3, [3, 6, 2, 5, 1, 4]),
        (0, 2, [1, 2, 3, 4, 5, 6]), (9, 2, [1, 2, 3, 4, 5, 6]),
    ]) func orientationByHand(orientation: UInt8, height: Int, expected: [UInt8]) throws {
        let grey = Image(channels: 1, height: 2, width: 3, pixels: [1, 2, 3, 4, 5, 6])
        Made.png(grey, to: folder.file("plain.png"))
        let plain = try folder.bytes("plain.png")
        // One entry: orientation, a short.
        let little: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
        let big: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
        for block in [little, big] {
            let name = Array("eXIf".utf8)
            let checksum = UInt32(crc32(0, name + block, UInt32(4 + block.count)))
            let chunk: [UInt8] = Self.bigEndian(UInt32(block.count)) + name + block + Self.bigEndian(checksum)
            // Behind the signature and the header.
            let bytes: [UInt8] = plain[..<33] + chunk + plain[33...]
            let found = try ImageFile.read(folder.file("turned.png", bytes))
            let pixels: [UInt8] = expected + expected + expected
            #expect(found == Image(channels: 3, height: height, width: 6 / height, pixels: pixels))
        }
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
}
