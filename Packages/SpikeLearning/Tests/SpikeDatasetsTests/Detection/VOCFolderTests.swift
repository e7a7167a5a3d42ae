import ArrayFiles
import Foundation
import ObjectDetection
import SpikeDatasets
import TestSupport
import Testing

@Suite struct VOCFolderTests {
    private let files: BoxFiles

    init() throws { files = try BoxFiles() }

    private static let box = [2.0, 3, 12, 23]

    private func add(_ name: String, to folder: String, _ className: String = "cat") throws {
        try files.image("\(folder)JPEGImages/\(name).ppm")
        try files.voc("\(folder)Annotations/\(name).xml", [(className, Self.box, false)])
    }

    private func list(_ name: String, in folder: String, _ lines: String...) throws {
        try files.text("\(folder)ImageSets/Main/\(name).txt", lines.joined(separator: "\n") + "\n")
    }

    @Test func boxesAreTakenAsTheyAre() throws {
        try add("a", to: "")
        try list("train", in: "", "a")
        try list("val", in: "")
        let dataset = try files.read(.voc)
        #expect(dataset.train.map(\.name) == ["JPEGImages/a.ppm"] && dataset.test.isEmpty)
        #expect(dataset.train[0].edges == [Self.box] && dataset.classNames == ["cat"])
        #expect(dataset.train[0].width == 40 && dataset.train[0].height == 30 && dataset.leftOut.isEmpty)
        #expect(try dataset.train[0].image() == Image(channels: 3, height: 30, width: 40, filledWith: 128))
        #expect(dataset.train[0].file?.name == "JPEGImages/a.ppm" && dataset.train[0].file?.sha256.count == 64)
    }

    /// The lists of VOC2007, which has images for testing, and of VOC2012, which has none.
    @Test func twoKitsAreReadTogether() throws {
        for name in ["1", "2", "3"] { try add(name, to: "VOC2007/", "dog") }
        for name in ["4", "5", "6"] { try add(name, to: "VOC2012/", "ant") }
        try list("trainval", in: "VOC2007/", "1", "2")
        try list("train", in: "VOC2007/", "1")
        try list("val", in: "VOC2007/", "2")
        try list("test", in: "VOC2007/", "3")
        try list("train", in: "VOC2012/", "4  1")
        try list("val", in: "VOC2012/", "5 -1", "missing")
        let dataset = try files.read(.voc)
        #expect(
            dataset.train.map(\.name) == [
                "VOC2007/JPEGImages/1.ppm", "VOC2007/JPEGImages/2.ppm", "VOC2012/JPEGImages/4.ppm",
                "VOC2012/JPEGImages/5.ppm",
            ])
        #expect(dataset.test.map(\.name) == ["VOC2007/JPEGImages/3.ppm"] && dataset.classNames == ["ant", "dog"])
        #expect(
            dataset.remarks == [
                "1 file left out, in none of the lists in ImageSets/Main that are used: VOC2012/JPEGImages/6.ppm",
                "1 file left out, listed in ImageSets/Main without an image or an annotation: VOC2012/missing",
            ])
        #expect(
            dataset.summary.prefix(2) == [
                "4 images for training with 4 boxes: ant 2, dog 2", "1 image for testing with 1 box: ant 0, dog 1",
            ])
    }

    @Test func withoutAListForTesting() throws {
        for name in ["1", "2"] { try add(name, to: "kit/") }
        try list("train", in: "kit/", "1")
        try list("val", in: "kit/", "2")
        try list("trainval", in: "kit/", "1", "2")
        let dataset = try files.read(.voc)
        #expect(dataset.train.map(\.name) == ["kit/JPEGImages/1.ppm"])
        #expect(dataset.test.map(\.name) == ["kit/JPEGImages/2.ppm"])
    }

    @Test func withoutListsAFifthIsSetAside() throws {
        for index in 0..<20 { try add("\(index)", to: "") }
        let dataset = try files.read(.voc)
        // The rule of image folders; in Python: int(hashlib.sha256(f"0/{n}".encode()).hexdigest()[:8], 16) < 0.2 * 2**32.
        #expect(dataset.test.map(\.name) == ["JPEGImages/10.ppm", "JPEGImages/16.ppm"] && dataset.train.count == 18)
    }

    @Test func plainFoldersAndFoldersOfParts() throws {
        try files.image("train/a.ppm")
        try files.voc("train/a.xml", [("cat", Self.box, false)])
        try files.image("valid/b.jpg")
        try files.voc("valid/other.xml", [("dog", Self.box, false)], file: "C:\\images\\b.jpg")
        let parts = try files.read(.voc)
        #expect(parts.train.map(\.name) == ["train/a.ppm"] && parts.test.map(\.name) == ["valid/b.jpg"])

        let plain = try BoxFiles()
        for name in ["g", "c"] {
            try plain.image("images/\(name).ppm")
            try plain.voc("annotations/\(name).xml", [("cat", Self.box, false)])
        }
        try plain.image("images/lonely.ppm")
        try plain.voc("annotations/orphan.xml", [("cat", Self.box, false)], file: "none.jpg")
        // The annotation of the same name counts, not one that states this name.
        try plain.voc("annotations/a-copy.xml", [("dog", Self.box, false)], file: "c.ppm")
        try plain.text("annotations/broken.xml", "<annotation><object>")
        let dataset = try plain.read(.voc)
        #expect((dataset.train + dataset.test).map(\.name).sorted() == ["images/c.ppm", "images/g.ppm"])
        #expect(dataset.test.count == 1)
        #expect(
            dataset.remarks == [
                "1 file left out, annotations of an image that has another one: annotations/a-copy.xml",
                "1 file left out, annotations without an image: annotations/orphan.xml",
                "1 file left out, images without an annotation: images/lonely.ppm",
                "1 file left out, not readable as XML: annotations/broken.xml",
            ])
    }

    @Test func flawsAreRepairedOrLeftOut() throws {
        try list("train", in: "", "a", "b", "cut", "text", "gone")
        try list("val", in: "", "d")
        try files.image("JPEGImages/d.ppm")
        try files.voc("Annotations/d.xml", [("cat", Self.box, true)])
        try files.image("JPEGImages/a.ppm")
        try files.voc(
            "Annotations/a.xml",
            [
                ("cat", [5, 5, 5, 20], false), ("cat", [20.5, 10.25, 3, 2], false), ("cat", [-4, 20, 10, 99], false),
                ("cat", [50, 5, 60, 9], false), ("cat", [.nan, 5, 60, 9], false), ("cat", [1, 1, 9, 9], false),
                ("cat", [1, 1, 9, 9], false), ("cat", [11, 11, 19, 19], true), ("", [11, 11, 19, 19], false),
            ])
        try files.image("JPEGImages/b.ppm")
        try files.text(
            "Annotations/b.xml",
            """
            <annotation><size><width>0</width><height>0</height></size>
            <object><name>dog</name><bndbox><xmin>1</xmin><ymin>x</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></object>
            <object><name>dog</name><part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax>
            <ymax>2</ymax></bndbox></part><bndbox><xmin>3</xmin><ymin>4</ymin><xmax>9</xmax><ymax>8</ymax></bndbox>
            </object><object><name>dog</name></object></annotation>
            """)
        let jpeg = Made.jpeg(Made.smoothImage(height: 30, width: 40))
        try files.folder.file("JPEGImages/cut.jpg", Array(jpeg.prefix(jpeg.count / 2)))
        try files.text("JPEGImages/text.jpg", "no image")
        for name in ["cut", "text", "gone"] { try files.voc("Annotations/\(name).xml", [], file: "\(name).jpg") }
        try FileManager.default.createSymbolicLink(
            atPath: files.folder.file("JPEGImages/gone.jpg"), withDestinationPath: "nowhere")
        let dataset = try files.read(.voc)
        #expect(dataset.train.map(\.name) == ["JPEGImages/a.ppm", "JPEGImages/b.ppm"])
        #expect(dataset.train[0].edges == [[3, 2, 20.5, 10.25], [0, 20, 10, 30], [1, 1, 9, 9]])
        #expect(dataset.train[1].edges == [[3, 4, 9, 8]])
        // Difficult boxes are for testing only.
        #expect(dataset.test[0].edges == [Self.box] && dataset.test[0].boxes[0].isDifficult)
        let name = "Annotations/a.xml"
        #expect(
            dataset.remarks == [
                "1 box left out, difficult or crowds (of training images): JPEGImages/a.ppm",
                "1 box left out, outside of the image: \(name)",
                "1 box left out, that repeat another one: \(name)",
                "1 box left out, with coordinates that are not finite numbers: \(name)",
                "1 box left out, without a class: \(name)",
                "1 box left out, without area: \(name)",
                "1 box repaired, cut at the edges of the image: \(name)",
                "1 box repaired, with exchanged edges: \(name)",
                "1 file left out, annotations without an image: Annotations/gone.xml",
                "2 boxes left out, without four numbers: Annotations/b.xml",
                "2 files left out, damaged, cut short or no images: JPEGImages/cut.jpg, JPEGImages/text.jpg",
            ])
        let refusal = #expect(throws: FileError.self) {
            _ = try DetectionFormat.voc.read(files.folder.path, brokenFiles: .refuse)
        }
        let message = refusal?.description ?? ""
        #expect(message.hasPrefix(files.folder.file("JPEGImages/cut.jpg")), "\(message)")
        #expect(message.contains("nor can 1 other file be read: JPEGImages/text.jpg"), "\(message)")
    }

    @Test func whatIsNotUsedIsNamed() throws {
        for name in ["train/a", "test/b", "valid/c"] {
            try files.image("\(name).ppm")
            try files.voc("\(name).xml", [("cat", Self.box, false)])
        }
        try files.image("train/a.png")
        try files.text("test/old.bmp", "")
        try files.voc("test/old.xml", [("cat", Self.box, false)], file: "old.bmp")
        let dataset = try files.read(.voc)
        #expect(dataset.train.map(\.name) == ["train/a.png"] && dataset.test.map(\.name) == ["test/b.ppm"])
        let types = ImageFile.extensions.map { ".\($0)" }.joined(separator: " ")
        #expect(
            dataset.remarks == [
                "1 file left out, annotations of images of types that are not read (read are \(types)): test/old.xml",
                "1 file left out, of the same name as another image: train/a.ppm",
                "2 files left out, beside train and test: valid/",
            ])
    }

    @Test func listsWithByteOrderMarksAndRepetitions() throws {
        for name in ["1", "2"] { try add(name, to: "") }
        try list("train", in: "", "\u{FEFF}1", "1")
        try list("val", in: "", "2")
        let dataset = try files.read(.voc)
        #expect(dataset.train.map(\.name) == ["JPEGImages/1.ppm"] && dataset.test.count == 1)
        #expect(
            dataset.remarks == ["1 image kept, listed more than once, and used once: JPEGImages/1.ppm"])
    }

    @Test func emptyLists() throws {
        try add("1", to: "")
        try list("train", in: "")
        try list("val", in: "")
        #expect(
            message { _ = try files.read(.voc) }?.contains(
                "1 file left out, in none of the lists in ImageSets/Main that are used: JPEGImages/1.ppm") == true)
    }

    /// Escapes and line breaks from files do not reach the terminal. A hexadecimal number is no coordinate.
    @Test func namesWithControlCharacters() throws {
        try files.image("a.ppm")
        try files.voc("a.xml", [("c\u{1B}[31m\nat", Self.box, false)])
        let text = try String(contentsOfFile: files.folder.file("a.xml"), encoding: .utf8)
        let edges = "<xmin>0x10</xmin><ymin>1</ymin><xmax>30</xmax><ymax>9</ymax>"
        let object = "<object><name>cat</name><bndbox>\(edges)</bndbox></object>"
        try files.text("a.xml", text.replacing("</annotation>", with: "\(object)</annotation>"))
        let dataset = try files.read(.voc)
        #expect(
            dataset.summary == [
                "1 image for training with 1 box: c\\x1B[31m\\x0Aat 1, cat 0",
                "0 images for testing with 0 boxes: c\\x1B[31m\\x0Aat 0, cat 0",
                "1 box left out, without four numbers: a.xml",
            ])
        let unknown = try files.read(.voc, classNames: ["cat"])
        #expect(unknown.remarks.contains("1 box left out, of the unknown class c\\x1B[31m\\x0Aat: a.xml"))
    }

    @Test func classesThatAreKnownBefore() throws {
        try add("a", to: "", "cat")
        try add("b", to: "", "dog")
        let dataset = try files.read(.voc, classNames: ["bird", "dog"])
        #expect(dataset.classNames == ["bird", "dog"])
        let images = dataset.train + dataset.test
        #expect(images.flatMap(\.boxes).map(\.label) == [1])
        #expect(
            dataset.remarks == [
                "1 box left out, of the unknown class cat: Annotations/a.xml",
                "1 image kept, without objects: JPEGImages/a.ppm",
            ])
    }

    /// A camera stored the image lying on its side. The size in the annotation says for which of the two its boxes are.
    @Test(arguments: ExifTurn.allCases) func boxesOfTurnedImages(turn: ExifTurn) throws {
        // A bright rectangle at 4...14, 6...12 of the stored image of 40 × 30 pixels.
        var stored = Image(channels: 3, height: 30, width: 40, filledWith: 20)
        for channel in 0..<3 {
            for row in 6..<12 { for column in 4..<14 { stored[channel, row, column] = 230 } }
        }
        try files.folder.file("a.jpg", BoxFiles.jpeg(stored, orientation: turn.rawValue))
        try files.voc("a.xml", [("cat", [4, 6, 14, 12], false)], size: (40, 30), file: "a.jpg")
        let turned = try files.read(.voc)
        let sample = try #require((turned.train + turned.test).first)
        #expect(sample.width == 30 && sample.height == 40)
        #expect(turned.remarks == ["1 box repaired, turned like their image: a.xml"])
        let bounds = try brightBounds(sample.image())
        #expect(sample.edges == [bounds])

        // The annotation of the upright image, with its size or without any.
        for size in [(30, 40), nil] {
            try files.voc("a.xml", [("cat", bounds, false)], size: size, file: "a.jpg")
            let upright = try files.read(.voc)
            #expect(upright.remarks.isEmpty && (upright.train + upright.test)[0].edges == [bounds])
        }
        try files.voc("a.xml", [("cat", bounds, false)], size: (50, 40), file: "a.jpg")
        #expect(
            try files.read(.voc).remarks == [
                "1 image kept, although the annotation states another size than the image has: a.xml"
            ])
    }

    /// Printing inks, and greys.
    @Test func imagesOfOtherColours() throws {
        let image = Made.smoothImage(height: 30, width: 40)
        try files.folder.file("ink.jpg", Made.inkJPEG(image))
        try files.voc("ink.xml", [("cat", Self.box, false)], file: "ink.jpg")
        Made.png(Image(channels: 1, height: 30, width: 40, filledWith: 77), to: files.folder.file("grey.png"))
        try files.voc("grey.xml", [("cat", Self.box, false)], file: "grey.png")
        let dataset = try files.read(.voc)
        let samples = dataset.train + dataset.test
        #expect(samples.map(\.name).sorted() == ["grey.png", "ink.jpg"] && dataset.leftOut.isEmpty)
        for sample in samples {
            let image = try sample.image()
            #expect(image.channels == 3 && image.width == 40 && image.height == 30 && sample.edges == [Self.box])
        }
    }

    enum ExifTurn: UInt8, CaseIterable {
        case transposed = 5
        case quarterRight, transversed, quarterLeft
    }

    private func brightBounds(_ image: Image) -> [Double] {
        var (rows, columns): ([Int], [Int]) = ([], [])
        for row in 0..<image.height {
            for column in 0..<image.width where image[1, row, column] > 128 {
                rows.append(row)
                columns.append(column)
            }
        }
        return [columns.min()!, rows.min()!, columns.max()! + 1, rows.max()! + 1].map(Double.init)
    }

    @Test func foldersThatCannotBeUsed() throws {
        #expect(message { _ = try files.read(.voc, "none") }?.contains("no folder that can be listed") == true)
        #expect(
            message { _ = try files.read(.voc) }?.contains(
                "there is no annotated image in it; a data set of VOC holds Annotations and JPEGImages, or ") == true)
        try files.text("broken.xml", "<annotation><object>")
        try files.image("broken.ppm")
        #expect(
            message { _ = try files.read(.voc) }?.contains(
                "there is no annotated image in it (1 file left out, not readable as XML: broken.xml)") == true)
        for name in ["broken.xml", "broken.ppm"] {
            try FileManager.default.removeItem(atPath: files.folder.file(name))
        }
        try files.voc("a.xml", [])
        try files.image("a.jpg")
        #expect(message { _ = try files.read(.voc) }?.hasSuffix("its annotations hold no object of any class") == true)
        try files.voc("a.xml", [("cat", Self.box, false)])
        try files.text("a.jpg", "no image")
        let text = message { _ = try files.read(.voc) }
        #expect(
            text?.hasSuffix(
                "there is no annotated image that can be read (1 file left out, damaged, cut short or no images: a.jpg)"
            ) == true)
        #expect(text?.contains("\n") == false)
    }
}
