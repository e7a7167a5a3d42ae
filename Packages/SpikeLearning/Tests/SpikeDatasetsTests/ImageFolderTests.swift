import Foundation
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

@Suite(.leavesNothing) struct ImageFolderTests {
    private let folder = try! TemporaryFolder()

    /// An image of one colour, whose red value tells it from others.
    private func put(_ name: String, _ value: UInt8) throws {
        try folder.file(name, Made.ppm(Image(channels: 3, height: 6, width: 9, filledWith: value)))
    }

    private func values(_ split: ImageSplit) throws -> [UInt8] {
        try (0..<split.count).map { try split.images[$0].elements(as: UInt8.self)[0] }
    }

    @Test func readsTrainAndTest() throws {
        for (part, values) in [("train", [10, 20, 30] as [UInt8]), ("val", [40, 50, 60])] {
            try put("\(part)/dog/b.ppm", values[1])
            try put("\(part)/dog/a.PPM", values[0])
            try put("\(part)/cat/z.ppm", values[2])
        }
        try folder.file("train/dog/notes.txt", [1])
        try folder.file("train/dog/.hidden.png", [1])
        let dataset = try ImageFolder(folder.path, size: 4).read()
        #expect(dataset.classNames == ["cat", "dog"])
        #expect(dataset.train.images.shape == [3, 3, 4, 4])
        #expect(dataset.train.classIndices == [0, 1, 1])
        #expect(try values(dataset.train) == [30, 10, 20])
        #expect(try values(dataset.test) == [60, 40, 50])
        let limited = try ImageFolder(folder.path, size: 4).read(train: .evenly(2), test: .first(1))
        #expect(try values(limited.train) == [30, 10] && values(limited.test) == [60])
    }

    @Test func setsAPartAside() throws {
        for index in 0..<10 {
            try put("one/\(index).ppm", UInt8(index))
            try put("two/\(index).ppm", UInt8(100 + index))
        }
        let dataset = try ImageFolder(folder.path, size: 2, testFraction: 0.3).read()
        #expect(dataset.classNames == ["one", "two"])
        #expect(dataset.train.count == 18 && dataset.test.classIndices == [0, 1])
        let (train, test) = (try values(dataset.train), try values(dataset.test))
        // In Python: int(hashlib.sha256(b"0/4").hexdigest()[:8], 16) / 2**32 = 0.2035; others from 0.3323 on.
        #expect(test == [4, 104])
        #expect(dataset.test.files?.map(\.name) == ["one/4.ppm", "two/4.ppm"])
        #expect(Set(train).union(test).count == 20, "no image is in both")
        let again = try ImageFolder(folder.path, size: 2, testFraction: 0.3).read()
        #expect(try values(again.test) == test)
        let other = try ImageFolder(folder.path, size: 2, testFraction: 0.3, seed: 1).read()
        // With seed 1, 0 is 0.0970, 1 is 0.1455, 3 is 0.0527 and 7 is 0.1782; others from 0.3239 on.
        #expect(try values(other.test) == [0, 1, 3, 7, 100, 101, 103, 107])
        #expect(try ImageFolder(folder.path, size: 2, testFraction: 0).read().test.count == 0)
    }

    /// An image stays where it is, whatever becomes of the others.
    @Test func otherImagesChangeNothing() throws {
        func testNames() throws -> Set<String> {
            let dataset = try ImageFolder(folder.path, size: 2).read()
            return Set(dataset.test.files!.map(\.name))
        }
        for index in 0..<40 { try put("one/\(index).ppm", UInt8(index)) }
        let before = try testNames()
        #expect(before.count > 1 && before.count < 20)
        try FileManager.default.moveItem(atPath: folder.file("one/7.ppm"), toPath: folder.file("one/elsewhere.ppm"))
        for index in 8..<12 { try FileManager.default.removeItem(atPath: folder.file("one/\(index).ppm")) }
        for index in 40..<60 { try put("one/\(index).ppm", UInt8(index)) }
        let after = try testNames()
        for index in (0..<40).filter({ !(7..<12).contains($0) }) {
            #expect(before.contains("one/\(index).ppm") == after.contains("one/\(index).ppm"))
        }
    }

    /// Hashes, by Python: a 0.825, b 0.4906, c 0.158, e 0.4954, g 0.124.
    @Test func everyClassIsTrainedAndTested() throws {
        for name in ["high/b", "high/e", "low/c", "low/g", "single/a"] { try put("\(name).ppm", 1) }
        let dataset = try ImageFolder(folder.path, size: 2).read()
        #expect(dataset.test.files?.map(\.name) == ["high/b.ppm", "low/g.ppm"])
        #expect(dataset.train.files?.map(\.name) == ["high/e.ppm", "low/c.ppm", "single/a.ppm"])
    }

    /// Images of one name in several formats stay together, and one class of nothing else is divided all the same.
    @Test func namesCountWithoutTheirExtension() throws {
        for name in [
            "many/g.ppm", "many/g.pnm", "many/a.ppm", "many/a.pnm", "many/c.tar.ppm", "two/a.ppm", "two/a.pnm",
        ] {
            try put(name, 1)
        }
        let dataset = try ImageFolder(folder.path, size: 2).read()
        // c.tar has a number of its own, 0.4125.
        #expect(dataset.test.files?.map(\.name) == ["many/g.pnm", "many/g.ppm", "two/a.pnm"])
        #expect(dataset.train.files?.map(\.name) == ["many/a.pnm", "many/a.ppm", "many/c.tar.ppm", "two/a.ppm"])
    }

    /// PPM, PNG and lossless WebP: the same split and the same pixels, in other files. JPEG has other pixels.
    @Test func anotherFormatIsTheSameImage() throws {
        var random = SplitMix64(seed: 7)
        let images = (0..<20).map { _ in Made.image(height: 5, width: 9, &random) }
        func read(_ format: String, _ write: (Image, String) throws -> Void) throws -> ImageDataset {
            try? FileManager.default.removeItem(atPath: folder.path)
            for (index, image) in images.enumerated() {
                try folder.file("one/\(index).\(format)", [])
                try write(image, "one/\(index).\(format)")
            }
            return try ImageFolder(folder.path, size: 4).read()
        }
        func stems(_ split: ImageSplit) -> [String] {
            split.files!.map { ($0.name as NSString).deletingPathExtension }.sorted()
        }
        func pixels(_ dataset: ImageDataset) -> Set<String?> {
            Set((dataset.train.files! + dataset.test.files!).map(\.pixels))
        }
        let original = try read("ppm") { try folder.file($1, Made.ppm($0)) }
        // In Python: [n for n in range(20) if int(hashlib.sha256(f"0/{n}".encode()).hexdigest()[:8], 16) < 0.2 * 2**32].
        #expect(stems(original.test) == ["one/10", "one/16"] && pixels(original).count == 20)
        let others = [
            try read("png") { Made.png($0, to: folder.file($1)) },
            try read("webp") { try folder.file($1, Made.webp($0)) },
        ]
        for other in others {
            #expect(stems(other.test) == stems(original.test) && stems(other.train) == stems(original.train))
            #expect(pixels(other) == pixels(original))
            #expect(Set(other.train.files!.map(\.sha256)).isDisjoint(with: original.train.files!.map(\.sha256)))
        }
        #expect(try pixels(read("jpg") { try folder.file($1, Made.jpeg($0)) }).isDisjoint(with: pixels(original)))
    }

    @Test func filesAreKept() throws {
        try put("train/cat/a.ppm", 1)
        try put("test/cat/b.ppm", 2)
        let dataset = try ImageFolder(folder.path, size: 2).read()
        let content = try folder.bytes("train/cat/a.ppm")
        #expect(
            dataset.train.files == [
                DatasetFile(
                    name: "train/cat/a.ppm", size: content.count,
                    sha256: try SHA256.hexadecimal(ofFile: folder.file("train/cat/a.ppm")),
                    // In Python: hashlib.sha256(b"3 2 2\0" + bytes([1]) * 12).
                    pixels: "66535132a5749749502dceabbc00e2d7f7c1a869d9726f4b842ef1fb9e010348")
            ])
        let digest = try dataset.digest()
        #expect(try ImageFolder(folder.path, size: 4).read().digest() == digest, "the size is the run's own")
        try put("test/cat/b.ppm", 3)
        #expect(try ImageFolder(folder.path, size: 2).read().digest() != digest)
    }

    /// Below the given folder, as on any file system of Linux, where names are bytes.
    private func putBytes(_ name: [UInt8], _ content: [UInt8], in inner: String) throws {
        let path = Array(folder.file(inner).utf8) + [UInt8(ascii: "/")] + name + [0]
        let file = path.withUnsafeBytes { fopen($0.baseAddress!.assumingMemoryBound(to: CChar.self), "wb") }
        try #require(file != nil)
        fwrite(content, 1, content.count, file)
        fclose(file)
    }

    @Test func whatIsLeftOutIsNamed() throws {
        for part in ["train", "test"] {
            for name in ["cat", "dog"] { try put("\(part)/\(name)/a.ppm", 1) }
        }
        #expect(try ImageFolder(folder.path, size: 2).read().leftOut.isEmpty)
        try put("alone.ppm", 1)
        try put("train/alone.ppm", 1)
        try put("val/cat/a.ppm", 1)
        try put("val/cat/b.ppm", 1)
        try put("train/cat/more/a.ppm", 1)
        try put("train/cat/more/deep/b.ppm", 1)
        try folder.file("train/cat/b.gif", [1])
        try folder.file("test/dog/notes", [1])
        try folder.file("test/dog/.hidden.ppm", [1])
        try FileManager.default.createDirectory(
            atPath: folder.file("train/dog/empty"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("train/dog/c.ppm"), withDestinationPath: "/nowhere/c.ppm")
        #expect(mkfifo(folder.file("train/dog/d.ppm"), 0o600) == 0)
        let dataset = try ImageFolder(folder.path, size: 2).read()
        #expect(dataset.train.count == 2 && dataset.test.count == 2)
        let found = Dictionary(uniqueKeysWithValues: dataset.leftOut.map { ($0.reason, "\($0.count): \($0.names)") })
        #expect(
            found == [
                "beside train and test": "3: [\"alone.ppm\", \"val/\"]",
                "in no class folder": "1: [\"train/alone.ppm\"]",
                "in folders within class folders": "2: [\"train/cat/more/\"]",
                "of types that are not read (read are .jpg .jpeg .jfif .png .webp .ppm .pgm .pbm .pnm)":
                    "2: [\"train/cat/b.gif\", \"test/dog/notes\"]",
                "links to nothing, or no files at all": "2: [\"train/dog/c.ppm\", \"train/dog/d.ppm\"]",
                "hidden": "1: [\"test/dog/.hidden.ppm\"]",
            ])
        #expect(
            dataset.leftOut.first?.text == "3 files left out, beside train and test: alone.ppm, val/")
        #expect(LeftOut.listed(["a", "b", "c", "d", "e", "f", "g"]) == "a, b, c, d, e and 2 more")
    }

    #if os(Linux)
        /// Latin-1, where é is the byte E9 alone.
        @Test func namesNeedNotBeUTF8() throws {
            try put("cat/a.ppm", 10)
            let content = Made.ppm(Image(channels: 3, height: 6, width: 9, filledWith: 20))
            try putBytes([0x63, 0x61, 0x66, 0xE9] + Array(".PPM".utf8), content, in: "cat")
            try putBytes([0xE9, 0xC3] + Array(".gif".utf8), content, in: "cat")
            let dataset = try ImageFolder(folder.path, size: 2, testFraction: 0).read()
            #expect(try values(dataset.train) == [10, 20])
            #expect(dataset.train.files?.map(\.name) == ["cat/a.ppm", "cat/caf\\xE9.PPM"])
            #expect(dataset.leftOut.map(\.names) == [["cat/\\xE9\\xC3.gif"]])
            #expect(mkdir((Array(folder.path.utf8) + [0x2F, 0xE9, 0]).map { CChar(bitPattern: $0) }, 0o700) == 0)
            try putBytes([0xE9, 0x2F] + Array("\n.ppm".utf8), content, in: ".")
            let both = try ImageFolder(folder.path, size: 2, testFraction: 0).read()
            #expect(both.classNames == ["cat", "\\xE9"] && both.train.files?.last?.name == "\\xE9/\\x0A.ppm")
            try putBytes([0xE9] + Array(".ppm".utf8), [1], in: "cat")
            let flaw = message { _ = try ImageFolder(folder.path, size: 2).read() }
            #expect(flaw?.contains("cat/\\xE9.ppm: this is no JPEG") == true, "\(flaw ?? "")")
        }

        /// é as one character and as e with an accent are equal to Swift, and two names to Linux.
        @Test func accentsInTwoWritings() throws {
            try put("train/\u{E9}/a.ppm", 10)
            try put("test/e\u{301}/a.ppm", 20)
            let dataset = try ImageFolder(folder.path, size: 2).read()
            #expect(try values(dataset.train) == [10] && values(dataset.test) == [20])
        }
    #endif

    @Test func aClassWithoutImagesIsAnError() throws {
        func flaw() -> String { message { _ = try ImageFolder(folder.path, size: 4).read() } ?? "none" }
        try put("cat/a.ppm", 1)
        try folder.file("dog/a.gif", [1])
        try folder.file("dog/b.gif", [1])
        #expect(
            flaw().hasPrefix(folder.file("dog: there are no images in this class folder, but a.gif, b.gif; read are")))
        try FileManager.default.removeItem(atPath: folder.file("dog"))
        try put("dog/brown/a.ppm", 1)
        #expect(flaw().contains("not within it in others such as brown: if those are the classes, name "))
        try FileManager.default.removeItem(atPath: folder.file("dog/brown"))
        #expect(flaw().contains("dog: there are no images in this class folder; put some in, or remove it"))
        try FileManager.default.removeItem(atPath: folder.path)
        try put("train/cat/a.ppm", 1)
        try put("test/cat/.a.ppm", 1)
        #expect(flaw().contains("test/cat: there are no images in this class folder, but .a.ppm"))
        try FileManager.default.removeItem(atPath: folder.path)
        try put("a.ppm", 1)
        #expect(
            flaw().contains("a folder for each class") && flaw().contains("1 file left out, in no class folder: a.ppm"))
    }

    /// 1,000 images of 3 · 4096² bytes are 50.3 GB.
    @Test func imagesThatDoNotFitIntoMemoryAreRefused() throws {
        let images = try ImageFolder(folder.path, size: 4096)
        #expect(message { try images.checkMemory(count: 300, limit: MemoryLimit(bytes: 16e9)) } == nil)
        #expect(
            message { try images.checkMemory(count: 1000, limit: MemoryLimit(bytes: 16e9)) }
                == "\(folder.path): 1000 images of 4096 × 4096 pixels take 50.3 GB; this machine has 16.0 GB; choose a smaller side, "
                + "or leave them on disk with --loading disk"
        )
    }

    @Test func saysWhatIsWrong() throws {
        func flaw() -> String? { message { _ = try ImageFolder(folder.path, size: 4).read() } }
        #expect(flaw()?.contains("there are no images in it") == true)
        try put("train/cat/a.ppm", 1)
        #expect(flaw()?.contains("neither test nor val") == true)
        try put("test/cow/a.ppm", 1)
        #expect(flaw()?.contains("test/cow: there is no class of this name in train") == true)
        try FileManager.default.removeItem(atPath: folder.file("test"))
        try put("test/cat/a.ppm", 1)
        try folder.file("train/cat/b.png", [1, 2, 3])
        try folder.file("train/cat/c.png", [1, 2, 3])
        #expect(flaw()?.hasPrefix(folder.file("train/cat/b.png")) == true)
        #expect(message { _ = try ImageFolder(folder.path, size: 0) }?.contains("got 0") == true)
        #expect(message { _ = try ImageFolder(folder.file("none"), size: 4).read() }?.contains("no folder") == true)
    }
}
