import Foundation
import ObjectDetection
import SpikeCommandLine
import SpikeDatasets
import SpikeReports
import TorchTensors

/// The objects that a detector found in an image, in the form that `--json` prints.
struct FoundObjects: Codable {
    /// The objects in several images, which is the content of `detections.json`.
    struct Report: Codable {
        var images: [FoundObjects] = []
        /// The images that cannot be read.
        var unreadable: [Unreadable] = []
        /// The names of further images' files in the same folder, which earlier calls wrote; `nil` outside of a folder.
        var earlier: [String]?
    }

    struct Unreadable: Codable {
        /// The path of the image.
        let image: String
        /// What is wrong with it.
        let problem: String
    }

    struct Object: Codable {
        /// The name of the class.
        let name: String
        /// The index of the class, from 0.
        let label: Int
        /// The score, 0...1.
        let score: Double
        /// The left, upper, right and lower edge in pixels of the image.
        let box: [Double]
    }

    /// The path of the image.
    let image: String
    /// The width of the image in pixels.
    let width: Int
    /// The height of the image in pixels.
    let height: Int
    /// The objects by falling scores.
    let objects: [Object]
    /// The name of the image's files in the folder of results, without extensions; `nil` if none are written.
    let name: String?

    init(_ path: String, _ image: Image, _ detections: [Detection], classNames: [String], name: String?) {
        self.image = path
        self.name = name
        width = image.width
        height = image.height
        objects = detections.map { one in
            Object(
                name: classNames[one.label], label: one.label, score: one.score,
                box: [one.box.left, one.box.top, one.box.right, one.box.bottom])
        }
    }

    /// The objects in YOLO's format, a line for each: the class, the centre and the size as parts of the image's size,
    /// and the score.
    var yoloText: String {
        objects.map { object in
            let (width, height) = (Double(width), Double(height))
            let (left, top, right, bottom) = (object.box[0], object.box[1], object.box[2], object.box[3])
            return String(
                format: "%d %.6f %.6f %.6f %.6f %.6f\n", object.label, (left + right) / 2 / width,
                (top + bottom) / 2 / height, (right - left) / width, (bottom - top) / height, object.score)
        }.joined()
    }

    static func table(_ images: [FoundObjects]) -> String {
        let rows = images.flatMap { image in
            image.objects.isEmpty
                ? [[image.image, "nothing found", "", ""]]
                : image.objects.enumerated().map { place, object in
                    [
                        place == 0 ? image.image : "", object.name, decimal(object.score, 2),
                        object.box.map { decimal($0, 0) }.joined(separator: " "),
                    ]
                }
        }
        return TextTable(header: ["image", "object", "score", "left top right bottom"], rows: rows, textColumns: 2).text
    }
}
