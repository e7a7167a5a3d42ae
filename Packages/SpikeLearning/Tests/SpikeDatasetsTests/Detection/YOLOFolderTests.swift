import ArrayFiles
import Foundation
import ObjectDetection
import SpikeDatasets
import TestSupport
import Testing

@Suite struct YOLOFolderTests {
    private let files: BoxFiles

    init() throws { files = try BoxFiles() }

    private func layout(_ yaml: String) throws {
        try files.text("data.yaml", yaml)
        try files.image("images/train/a.ppm")
        try files.text("labels/train/a.txt", "1 0.5 0.5 0.25 0.5\n")
        try files.image("images/val/sub/b.ppm")
        try files.text("labels/val/sub/b.txt", "0 0.25 0.5 0.5 1\n\n")
    }

    @Test(arguments: [
        "path: .\ntrain: images/train\nval: images/val\nnames: [cat, dog]\n",
        "train: ../images/train\nval: ../images/val\nnames:\n  1: dog\n  0: cat\nnc: 2\n",
        "train: [images/train]\ntest: images/val/\nval: ''\nnames: ['cat', 'dog']\n",
    ])
    func descriptions(yaml: String) throws {
        try layout(yaml)
        for path in ["", "data.yaml"] {
            let dataset = try files.read(.yolo, path)
            #expect(dataset.classNames == ["cat", "dog"] && dataset.train.count == 1 && dataset.test.count == 1)
            #expect(dataset.train[0].edges == [[15, 7.5, 25, 22.5]] && dataset.train[0].boxes[0].label == 1)
            #expect(dataset.test[0].edges == [[0, 0, 20, 30]] && dataset.test[0].boxes[0].label == 0)
            #expect(dataset.test[0].name.hasSuffix("images/val/sub/b.ppm") && dataset.leftOut.isEmpty)
        }
    }

    @Test func listsOfImages() throws {
        try layout("train: train.txt\nval: val.txt\nnames: [cat, dog]\n")
        try files.text("train.txt", "./images/train/a.ppm\n\nimages/train/none.ppm\n")
        try files.text("val.txt", "\(files.folder.path)/images/val/sub/b.ppm\n")
        let dataset = try files.read(.yolo)
        #expect(dataset.train.count == 1 && dataset.test.count == 1 && dataset.test[0].boxes.count == 1)
        #expect(dataset.remarks == ["1 file left out, missing or not readable: images/train/none.ppm"])
    }

    @Test func withoutADescription() throws {
        try files.image("images/a.ppm")
        try files.text("labels/a.txt", "0 0.5 0.5 1 1")
        try files.image("images/g.ppm")
        let problem = message { _ = try files.read(.yolo) }
        #expect(problem?.contains("there is no data.yaml in it; write one with the lines train: ") == true)
        try files.text("classes.txt", "cat\n")
        let dataset = try files.read(.yolo)
        // Hashes as for image folders: a 0.825, g 0.124.
        #expect(dataset.train.map(\.name) == ["images/a.ppm"] && dataset.test.map(\.name) == ["images/g.ppm"])
        #expect(dataset.classNames == ["cat"] && dataset.train[0].edges == [[0, 0, 40, 30]])
        #expect(dataset.remarks == ["1 image kept, without objects: images/g.ppm"])
    }

    @Test func flawsAreRepairedOrLeftOut() throws {
        try layout("train: images/train\nval: images/val\nnames: [cat, dog]\n")
        try files.text(
            "labels/train/a.txt",
            """
            \u{FEFF}0 0.5 0.5 0.1 0.1
            1.0 0.5 0.5 0.2 0.2
            7 0.5 0.5 0.1 0.1
            0 0.5 0.5 0.1
            0 0.3 0.3 0.1 0.1 0.9
            0 0.5 0.5 0.1 0.1 1.9
            0 0.5 x 0.1 0.1
            0 nan 0.5 0.1 0.1
            0 20 15 10 6
            0 0.9 0.5 0.4 0.2
            0 0.5 0.5 0 0.1
            0 0.5 0.5 -0.1 0.1
            1 0.1 0.2 0.3 0.2 0.2 0.6
            0 0.5 0.5 0.1 0.1
            """)
        try files.text("labels/val/sub/b.txt", "")
        try files.text("images/train/notes.md", "")
        let dataset = try files.read(.yolo)
        let rounded = dataset.train[0].edges.map { $0.map { ($0 * 1e6).rounded() / 1e6 } }
        #expect(
            rounded == [
                [18, 13.5, 22, 16.5], [16, 12, 24, 18], [10, 7.5, 14, 10.5], [15, 12, 25, 18], [28, 12, 40, 18],
                [4, 6, 12, 18],
            ])
        #expect(dataset.train[0].boxes.map(\.label) == [0, 1, 0, 0, 0, 1])
        let name = "labels/train/a.txt"
        #expect(
            dataset.remarks == [
                "1 box left out, of negative size: \(name)",
                "1 box left out, of the unknown class 7: \(name)",
                "1 box left out, that repeat another one: \(name)",
                "1 box left out, with coordinates that are not finite numbers: \(name)",
                "1 box left out, without area: \(name)",
                "1 box repaired, cut at the edges of the image: \(name)",
                "1 box repaired, made of polygons: \(name)",
                "1 box repaired, stated in pixels where fractions belong: \(name)",
                "1 box repaired, stated with a score, which is not used: \(name)",
                "1 file left out, of types that are not read: images/train/notes.md",
                "1 image kept, without objects: images/val/sub/b.ppm",
                "3 boxes left out, in lines that are not `class x y width height`: \(name)",
            ])
    }

    @Test func descriptionsThatCannotBeUsed() throws {
        for (yaml, text) in [
            ("", "it is empty"), ("a: [", ": it is not valid YAML ("),
            ("train: images/train\nnames: [cat]\ntrain: images/val", "line 3: train is there twice; keep one of them"),
            ("train: images/train\nnames:\n\t- cat", "line 3: it is not valid YAML (found"),
            ("train: images/train\nnames: [[a, b], {c: d}]", "names: class 0 has no name; write a text"),
            ("train: images/train\nnames: [dog, ~]", "names: class 1 has no name; write a text"),
            ("train: images/train\nnames: {0: dog, 1: ''}", "names: class 1 has no name; write a text"),
            (
                "train: images/train\nnames: [cat, dog, cat]",
                "names: the classes 0 and 2 have the same name, cat; rename one"
            ),
            ("names: [cat]", "it names no images; train: and val: are needed"),
            ("train: images/none\nnames: [cat]", "there is no folder or list of images images/none in "),
            ("train: images/train", "names: it must be a list of the classes, or a map from 0, 1, 2 … to them"),
            (
                "train: images/train\nnames: {0: cat, 2: dog}",
                "names: the keys must be 0, 1, 2 and so on, without a gap"
            ),
            ("train: images/train\nnames: {a: cat}", "names: the keys must be 0, 1, 2 and so on, got a"),
            ("train: images/train\nnc: 3\nnames: [cat]", "nc: it says 3 classes, and names 1"),
        ] {
            try layout(yaml)
            let problem = message { _ = try files.read(.yolo) }
            #expect(problem?.contains(text) == true && problem?.contains("\n") == false, "\(problem ?? "none")")
        }
    }

    @Test func imagesOfBothPartsAreTestedOnly() throws {
        try layout("train: [images/train, images/val]\nval: images/val\nnames: [cat, dog]\n")
        let dataset = try files.read(.yolo)
        #expect(dataset.train.map(\.name) == ["images/train/a.ppm"] && dataset.test.count == 1)
        #expect(
            dataset.remarks == [
                "1 file left out, for training, because they are for testing: images/val/sub/b.ppm"
            ])
    }

    /// The number of a class that has no name is not the name of a class.
    @Test func numbersAsNames() throws {
        try layout("train: images/train\nval: images/val\nnames: ['1', '7', 7.5]\n")
        try files.text("labels/train/a.txt", "7 0.5 0.5 0.1 0.1\n1 0.5 0.5 0.25 0.5\n-1 0.5 0.5 0.1 0.1\n")
        let dataset = try files.read(.yolo)
        #expect(dataset.classNames == ["1", "7", "7.5"] && dataset.train[0].boxes.map(\.label) == [1])
        #expect(
            dataset.remarks == [
                "1 box left out, of the unknown class -1: labels/train/a.txt",
                "1 box left out, of the unknown class 7: labels/train/a.txt",
            ])
    }

    @Test func linksToTheirOwnFolder() throws {
        try layout("train: [images/train, images/train]\nval: images/val\nnames: [cat, dog]\n")
        for (link, target) in [("images/train/loop", "."), ("images/train/none.jpg", "nowhere")] {
            try FileManager.default.createSymbolicLink(
                atPath: files.folder.file(link), withDestinationPath: target)
        }
        let dataset = try files.read(.yolo)
        #expect(dataset.train.map(\.name) == ["images/train/a.ppm"] && dataset.test.count == 1)
        #expect(
            dataset.remarks == [
                "1 file left out, links to nothing, or no files at all: images/train/none.jpg",
                "6 files left out, in folders that are read already: images/train/loop/, images/train/",
            ])
    }

    /// Labels that are there and cannot be read are not the same as no labels.
    @Test func labelsThatCannotBeRead() throws {
        try layout("train: images/train\nval: images/val\nnames: [cat, dog]\n")
        try files.image("images/train/b.ppm")
        try files.text("labels/train/b.txt/note", "a folder")
        let dataset = try files.read(.yolo)
        #expect(dataset.train.map(\.name) == ["images/train/a.ppm"])
        let name = "labels/train/b.txt"
        #expect(dataset.remarks == ["1 file left out, annotations that cannot be read, with their images: \(name)"])
        let refusal = #expect(throws: FileError.self) {
            _ = try DetectionFormat.yolo.read(files.folder.path, brokenFiles: .refuse)
        }
        #expect(refusal?.description.contains("labels/train/b.txt: cannot be read: it is a directory") == true)
    }

    @Test(.enabled(if: geteuid() != 0, "root may read every file")) func foldersWithoutPermission() throws {
        try layout("train: images/train\nval: images/val\nnames: [cat, dog]\n")
        let labels = files.folder.file("labels/train")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: labels)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: labels) }
        let dataset = try files.read(.yolo)
        #expect(dataset.train.isEmpty && dataset.test.count == 1)
        #expect(
            dataset.remarks == [
                "1 file left out, annotations that cannot be read, with their images: labels/train/a.txt"
            ])
    }

    @Test func whatIsNotUsedIsNamed() throws {
        try layout("train: train.txt\nval: images/val\ntest: images/rest\nnames: [cat, dog]\n")
        try files.text("train.txt", "./images/train/a.ppm\nimages/train/../train/a.ppm\n")
        try files.text("labels/val/sub/orphan.txt", "0 0.5 0.5 0.1 0.1")
        for name in ["c", "d"] { try files.image("images/rest/\(name).ppm") }
        let dataset = try files.read(.yolo)
        #expect(dataset.train.count == 1 && dataset.test.count == 1)
        #expect(
            dataset.remarks == [
                "1 file left out, texts without an image of the same name: labels/val/sub/orphan.txt",
                "1 image kept, listed more than once, and used once: images/train/../train/a.ppm",
                "2 files left out, of a part beside train and val: images/rest/",
            ])
        try files.text("train.txt", "./images/val/sub/b.ppm\nimages/train/a.ppm")
        #expect(try files.read(.yolo).train.map(\.name) == ["images/train/a.ppm"])
    }

    @Test(arguments: ["\u{FEFF}", "UTF-16"]) func byteOrderMarks(mark: String) throws {
        func write(_ name: String, _ text: String) throws {
            let wide = [UInt16(0xFEFF)] + Array(text.utf16)
            let wideBytes = wide.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
            try files.folder.file(name, mark == "UTF-16" ? wideBytes : Array((mark + text).utf8))
        }
        try layout("")
        try write("data.yaml", "train: train.txt\nval: images/val\nnames: [cat, dög]\n")
        try write("train.txt", "images/train/a.ppm\n")
        try write("labels/train/a.txt", "1 0.5 0.5 0.25 0.5\n")
        let dataset = try files.read(.yolo)
        #expect(dataset.classNames == ["cat", "dög"] && dataset.train[0].boxes.count == 1 && dataset.leftOut.isEmpty)
    }

    @Test func anEmptyFolder() throws {
        try layout("train: images/train\nnames: [cat]\n")
        try FileManager.default.removeItem(atPath: files.folder.file("images/train/a.ppm"))
        #expect(
            message { _ = try files.read(.yolo) }?.contains(
                "there is no annotated image in it (1 file left out, texts without an image of the same name: "
                    + "labels/train/a.txt); images are files .") == true)
    }

    @Test func theSameImagesForBothParts() throws {
        try layout("train: images/val\nval: images/val\nnames: [cat, dog]\n")
        let dataset = try files.read(.yolo)
        #expect(dataset.train.count == 1 && dataset.test.count == 1)
        #expect(dataset.remarks == ["1 image kept, for training and for testing: images/val/sub/b.ppm"])
    }
}
