import Foundation
import TestSupport
import Testing

/// Data sets of boxes with every flaw that is met in the wild: `spike datasets boxes` and `spike train` name the files and
/// count what is repaired or left out.
@Suite struct FlawedBoxesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A JPEG of 40 × 30 pixels in printing inks (CMYK).
    private static let inkJPEG = """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNbXYW1hpCeo6utq2eAvMm6pseZ
        qKuk/8AAFAgAHgAoBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAE
        EQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6
        g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkA
        SwAAPwDCqpWrXTUUUUUUUUUUUUUUUUUUUUV1+g/8giD/AIF/6Ea2NP8A+POP8f5muX1r/kKTf8B/9BFFGvf8gif/AID/AOhCjUP+POT8P5ijRf8A
        kKQ/8C/9BNFchWPXUUUUUUUUUUVr2Gu/Y7SO3+zb9mfm34zkk+nvVy3v/JhWPyt2M87sVl3uj/arp5/P2bscbM4wMetFF/rv2y0kt/s2zfj5t+cY
        IPp7UXF/50LR+Vtzjndmiy0f7LdJP5+/bnjZjORj1orIqnWpRRRRRRRRRRRRRRRRRRRRRRRRRX//2Q==
        """
    /// A JPEG of 40 × 30 pixels that its EXIF block turns upright, to 30 × 40.
    private static let turnedJPEG = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6
        PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk
        pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAeACgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAA
        AgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW
        V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx
        8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEI
        FEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaX
        mJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwClRRWxYf8AHnH+P8zX
        Via/sIKVrmFOHO7GPRWxf/8AHnJ+H8xWPRhq/t4OVrBUhyOwUUUV0mYVct77yYVj8vdjvuqnRWVWlCquWauioycXdFy4vvOhaPy9ue+6qdFFFKlC
        kuWCsglJyd2FFFFakn//2Q==
        """

    private func decoded(_ text: String) throws -> [UInt8] {
        [UInt8](try #require(Data(base64Encoded: text, options: .ignoreUnknownCharacters)))
    }

    private func images(_ prefix: String, _ names: [String]) throws {
        for name in names {
            try folder.file("\(prefix)\(name).ppm", Array("P6 40 30 255\n".utf8) + [UInt8](repeating: 90, count: 3600))
        }
        try folder.file("\(prefix)ink.jpg", decoded(Self.inkJPEG))
        try folder.file("\(prefix)turned.jpg", decoded(Self.turnedJPEG))
        try folder.file("\(prefix)cut.jpg", Array(decoded(Self.turnedJPEG).prefix(700)))
    }

    /// Checks that both commands print these lines.
    private func expect(_ lines: [String], _ format: String, _ path: String) throws {
        let boxes = try run("datasets", "boxes", format, path)
        #expect(boxes.status == 0, "\(boxes.errors)")
        #expect(boxes.output.split(separator: "\n").map(String.init).sorted() == lines.sorted())
        let trained = try run(
            "train", "--dataset", format, "--data", path, "--model", "yolov5n", "--side", "64", "--epochs", "1",
            "--batch", "4", "--set", "warm-up-epochs=0", "--set", "update-batch=4", "--output", "\(path)-run")
        #expect(trained.status == 0, "\(trained.errors)")
        for line in lines { #expect(trained.errors.contains(line), "\(line)\nis not in\n\(trained.errors)") }
    }

    @Test func voc() throws {
        func annotation(_ name: String, _ boxes: [(String, [String])], size: (Int, Int) = (40, 30)) throws {
            let objects = boxes.map { name, edges in
                "<object><name>\(name)</name><bndbox><xmin>\(edges[0])</xmin><ymin>\(edges[1])</ymin><xmax>\(edges[2])</xmax>"
                    + "<ymax>\(edges[3])</ymax></bndbox></object>"
            }
            let text =
                "<annotation><size><width>\(size.0)</width><height>\(size.1)</height></size>"
                + "\(objects.joined())</annotation>"
            try folder.file("voc/\(name).xml", Array(text.utf8))
        }
        let box = ["5", "6", "20.5", "25.25"]
        try images("voc/train/", ["a", "empty"])
        try images("voc/test/", ["b"])
        try annotation(
            "train/a",
            [
                // Without area, as two of BCCD are; outside, beyond the edges, in the wrong order, without a number.
                ("cell", ["5", "5", "5", "20"]), ("cell", ["5", "5", "5", "5"]), ("cell", ["-4.5", "3", "9", "31"]),
                ("cell", ["50", "1", "60", "9"]), ("cell", ["20", "20", "3", "4"]), ("cell", ["x", "1", "2", "3"]),
                ("cell", ["nan", "1", "2", "3"]), ("", box), ("cell", box),
            ])
        try annotation("train/empty", [])
        try annotation("train/ink", [("cell", box)])
        try annotation("train/turned", [("cell", box)])
        try annotation("train/cut", [("cell", box)])
        try annotation("train/gone", [("cell", box)])
        try annotation("test/b", [("cell", box)])
        try annotation("test/ink", [("cell", box)], size: (30, 40))
        try annotation("test/turned", [("cell", ["1", "2", "30", "40"])], size: (30, 40))
        try folder.file("voc/test/cut.xml", Array("<annotation><object>".utf8))
        try expect(
            [
                "4 images for training with 5 boxes: cell 5", "3 images for testing with 3 boxes: cell 3",
                "1 file left out, annotations without an image: train/gone.xml",
                "1 file left out, not readable as XML: test/cut.xml",
                "1 file left out, damaged, cut short or no images: train/cut.jpg",
                "2 boxes left out, without area: train/a.xml",
                "1 box repaired, cut at the edges of the image: train/a.xml",
                "1 box left out, outside of the image: train/a.xml",
                "1 box repaired, with exchanged edges: train/a.xml",
                "1 box left out, without four numbers: train/a.xml",
                "1 box left out, with coordinates that are not finite numbers: train/a.xml",
                "1 box left out, without a class: train/a.xml",
                "1 box repaired, turned like their image: train/turned.xml",
                "1 image kept, although the annotation states another size than the image has: test/ink.xml",
                "1 image kept, without objects: train/empty.ppm",
            ], "voc", folder.file("voc"))
    }

    @Test func yolo() throws {
        try images("yolo/images/train/", ["a", "empty", "none"])
        try images("yolo/images/val/", ["b"])
        let labels = [
            "train/a": "0 0.5 0.5 0.2 0.2\n1 0.5 0.5 0 0.2\n7 0.5 0.5 0.1 0.1\n0 20 15 10 6\n0 2 0.5 0.1 0.1\n"
                + "0 0.95 0.5 0.2 0.2\n0 0.5 0.5 0.2\nzero 0.5 0.5 0.1 0.1\n1 inf 0.5 0.1 0.1\n",
            "train/empty": "", "train/ink": "1 0.5 0.5 0.5 0.5", "train/turned": "0 0.5 0.5 1 1",
            "train/cut": "0 0.5 0.5 0.5 0.5", "val/b": "0 0.5 0.5 0.5 0.5 0.875\n", "val/ink": "1 0.5 0.5 0.5 0.5",
            "val/turned": "0 0.5 0.5 1 1", "val/cut": "",
        ]
        for (name, text) in labels { try folder.file("yolo/labels/\(name).txt", Array(text.utf8)) }
        try folder.file(
            "yolo/data.yaml", Array("train: images/train\nval: images/val\nnames: [cat, dog]\n".utf8))
        try expect(
            [
                "5 images for training with 6 boxes: cat 5, dog 1", "3 images for testing with 3 boxes: cat 2, dog 1",
                "1 box left out, without area: labels/train/a.txt",
                "1 box left out, of the unknown class 7: labels/train/a.txt",
                "2 boxes repaired, stated in pixels where fractions belong: labels/train/a.txt",
                "1 box repaired, cut at the edges of the image: labels/train/a.txt",
                "2 boxes left out, in lines that are not `class x y width height`: labels/train/a.txt",
                "1 box left out, with coordinates that are not finite numbers: labels/train/a.txt",
                "1 box repaired, stated with a score, which is not used: labels/val/b.txt",
                "2 images kept, without objects: images/train/empty.ppm, images/train/none.ppm",
                "2 files left out, damaged, cut short or no images: images/train/cut.jpg, images/val/cut.jpg",
            ], "yolo", folder.file("yolo"))
    }
}
