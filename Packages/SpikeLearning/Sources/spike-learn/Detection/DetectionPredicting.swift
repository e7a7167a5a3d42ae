import ArrayFiles
import Foundation
import ObjectDetection
import SpikeCommandLine
import SpikeDatasets
import SpikeReports
import SpikeTraining
import TorchTensors

extension PredictCommand {
    /// Finds objects in images, draws boxes around them, and writes what it found.
    ///
    /// - Parameter folder: The folder of the run.
    func predictBoxes(_ folder: String) throws {
        for (name, isGiven) in [("--invert", invert), ("--top", top != nil)] where isGiven {
            throw CommandError("\(name): is for classifiers; leave it out")
        }
        let device = try runtime.apply().device
        let run = try DetectionRun(folder: folder)
        let files = try paths.dropFirst().flatMap { try ImageInput.files($0) }
        if let array = files.first(where: { ($0 as NSString).pathExtension.lowercased() == "npy" }) {
            throw CommandError("\(array): detectors take images in files, such as PNG and JPEG")
        }
        let network = try run.network(on: device).foldingBatchNorm()
        var thresholds = DetectionThresholds.display
        if let confidence { thresholds.confidence = confidence }
        if let overlap { thresholds.overlap = overlap }
        if let output { try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true) }
        let names = Self.outputNames(files)
        let classNames = run.record.classNames
        var found: [FoundObjects] = []
        for (path, name) in zip(files, names) {
            let image = try ImageFile.read(path)
            let detections = try run.detections(in: image, network, thresholds, on: device)
            found.append(FoundObjects(path, image, detections, classNames: classNames))
            guard let output else { continue }
            try DetectionImage.write(
                DetectionImage.draw(detections, on: image, classNames: classNames), to: "\(output)/\(name).png")
            try AtomicFile.write(found[found.count - 1].yoloText, to: "\(output)/\(name).txt")
        }
        if let output {
            try AtomicFile.write(
                readableJSON(FoundObjects.Report(images: found)) + "\n", to: "\(output)/detections.json")
        }
        print(try json ? readableJSON(FoundObjects.Report(images: found)) : FoundObjects.table(found))
        if let output {
            ProgressLine().note("\(counted(found.count, "image")) with boxes, YOLO texts, detections.json → \(output)")
        }
    }

    /// The names of the images without folders and extensions; where two are the same, with a number.
    static func outputNames(_ paths: [String]) -> [String] {
        var used: Set<String> = ["detections"]
        return paths.map { path in
            let base = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
            var (name, number) = (base, 2)
            while !used.insert(name).inserted {
                name = "\(base)-\(number)"
                number += 1
            }
            return name
        }
    }
}

/// The objects that a detector found in an image, in the form that `--json` prints.
struct FoundObjects: Encodable {
    struct Report: Encodable {
        let images: [FoundObjects]
    }

    struct Object: Encodable {
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

    init(_ path: String, _ image: Image, _ detections: [Detection], classNames: [String]) {
        self.image = path
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
