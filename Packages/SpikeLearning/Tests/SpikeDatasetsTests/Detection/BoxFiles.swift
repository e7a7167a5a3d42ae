import Foundation
import ObjectDetection
import SpikeDatasets
import TestSupport

/// Small data sets of boxes, written by the tests.
struct BoxFiles {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Writes a grey image; its extension is not looked at.
    func image(_ name: String, width: Int = 40, height: Int = 30, value: UInt8 = 128) throws {
        try folder.file(name, Made.ppm(Image(channels: 3, height: height, width: width, filledWith: value)))
    }

    func text(_ name: String, _ text: String) throws { try folder.file(name, Array(text.utf8)) }

    /// Writes an annotation of VOC.
    ///
    /// - Parameter objects: The name and the edges of each object, and whether it is difficult.
    func voc(
        _ name: String, _ objects: [(String, [Double], Bool)], size: (Int, Int)? = (40, 30), file: String = "a.ppm"
    ) throws {
        let size = size.map { "<size><width>\($0.0)</width><height>\($0.1)</height><depth>3</depth></size>" } ?? ""
        let body = objects.map { name, box, isDifficult in
            """
            <object><name> \(name) </name><difficult>\(isDifficult ? 1 : 0)</difficult><bndbox><xmin>\(box[0])</xmin>\
            <ymin>\(box[1])</ymin><xmax>\(box[2])</xmax><ymax>\(box[3])</ymax></bndbox></object>
            """
        }
        try text(name, "<annotation><filename>\(file)</filename>\(size)\(body.joined())</annotation>")
    }

    func read(
        _ format: DetectionFormat, _ path: String = "", classNames: [String]? = nil
    ) throws -> DetectionDataset {
        try format.read(path.isEmpty ? folder.path : folder.file(path), classNames: classNames)
    }

    /// The bytes of a JPEG with an orientation in its EXIF block.
    static func jpeg(_ image: Image, orientation: UInt8) -> [UInt8] {
        let tiff: [UInt8] = [
            0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ]
        let block = Array("Exif\0\0".utf8) + tiff
        let length = block.count + 2
        return [0xFF, 0xD8, 0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + block + Made.jpeg(image).dropFirst(2)
    }
}

extension DetectionDataset {
    /// What is left out and repaired, as text, sorted.
    var remarks: [String] { leftOut.map(\.text).sorted() }
}

extension DetectionSample {
    /// The boxes as edges.
    var edges: [[Double]] { boxes.map { [$0.box.left, $0.box.top, $0.box.right, $0.box.bottom] } }
}
