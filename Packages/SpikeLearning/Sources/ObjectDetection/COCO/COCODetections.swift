import ArrayFiles
import Foundation

/// Detections in the format of COCO's results.
///
/// The file is a JSON list of objects with `image_id`, `category_id`, `bbox` and `score`. A `bbox` is `[x, y, width,
/// height]` in pixels, from the outer edge of the image's upper left pixel.
///
/// Source: <https://cocodataset.org/#format-results>.
public struct COCODetections: Sendable {
    /// A detection.
    public struct Entry: Sendable {
        /// The number of the image.
        public let image: Int
        /// The number of the class.
        public let category: Int
        /// The box.
        public let box: Box
        /// The product of the stated width and height.
        public let boxArea: Double
        /// The confidence.
        public let score: Double
    }

    /// The detections, in the order of the file.
    public let entries: [Entry]

    /// Reads a file.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `FileError` that names the first detection with a flaw.
    public init(_ path: String) throws(FileError) {
        let file = try InputFile(path)
        var scanner = JSONScanner(try file.bytes(file.size), path: path)
        guard scanner.kind == .list else {
            throw scanner.problem(
                "\(try scanner.found()) stands where a list of detections is needed, each with image_id, category_id, "
                    + "bbox and score")
        }
        var entries: [Entry] = []
        try scanner.list { (scanner) throws(FileError) in
            var fields = BoxFields()
            var score: Double?
            try scanner.object { (scanner, key) throws(FileError) in
                try fields.read(&scanner, key) { (scanner, key) throws(FileError) in
                    guard key == "score" else { return false }
                    score = try scanner.number()
                    return true
                }
            }
            let (image, category, box) = try fields.checked(scanner)
            guard let score else { throw scanner.problem("score is missing") }
            entries.append(
                Entry(image: image, category: category, box: box, boxArea: fields.width * fields.height, score: score))
        }
        try scanner.end()
        self.entries = entries
    }

    /// Writes detections to a file, whole or not at all.
    ///
    /// - Parameters:
    ///   - detections: The detections of each image, with the number of the image.
    ///   - categories: The number of the class for each label.
    ///   - path: The path of the file.
    /// - Throws: `FileError` if the file cannot be written.
    public static func write(
        _ detections: [(image: Int, found: [Detection])], categories: [Int], to path: String
    ) throws(FileError) {
        let lines = detections.flatMap { image, found in
            found.map { one in
                "{\"image_id\": \(image), \"category_id\": \(categories[one.label]), \"bbox\": [\(one.box.left), "
                    + "\(one.box.top), \(one.box.width), \(one.box.height)], \"score\": \(one.score)}"
            }
        }
        try AtomicFile.write("[" + lines.joined(separator: ",\n") + "]\n", to: path)
    }
}
