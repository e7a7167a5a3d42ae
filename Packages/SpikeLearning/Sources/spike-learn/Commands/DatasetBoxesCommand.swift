import ArgumentParser
import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeDatasets

/// `spike datasets boxes`: reads a data set of boxes as training does, and reports on it.
struct DatasetBoxesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "datasets boxes",
        discussion: """
            spike datasets boxes voc VOCdevkit
            spike datasets boxes yolo cells/data.yaml --output drawn
            spike datasets boxes shapes --output drawn --limit 50

            The formats are voc (XML files), yolo (text files with a data.yaml), coco (JSON files) and shapes, which is
            drawn and needs no folder. Every image is decoded; what is left out or repaired is counted by reason, with the
            names of the files.
            """)

    @Argument(help: ArgumentHelp("One of \(DetectionFormat.names.joined(separator: ", ")).", valueName: "format"))
    var format: String

    @Argument(help: ArgumentHelp("The folder of the data set, or its data.yaml or JSON file.", valueName: "data"))
    var path: String?

    @Option(
        help: ArgumentHelp("Draw the boxes on images, and write these into this folder as PNG.", valueName: "folder"))
    var output: String?

    @Option(
        help: ArgumentHelp("How many images of each part to draw, 20 if not given.", valueName: "n"),
        transform: wholeNumber)
    var limit: Int?

    @Flag(help: "Print as JSON.")
    var json = false

    func validate() throws {
        guard let format = DetectionFormat(rawValue: format) else {
            throw ValidationError(
                "the format is one of \(DetectionFormat.names.joined(separator: ", ")); got \(format)")
        }
        if format == .shapes, path != nil { throw ValidationError("shapes are drawn, and need no folder") }
        if format != .shapes, path == nil { throw ValidationError("name the folder of the data set") }
        if let limit, limit < 0 { throw ValidationError("--limit must be >= 0, got \(limit)") }
        if limit != nil, output == nil { throw ValidationError("--limit needs --output") }
    }

    func run() throws {
        let line = ProgressLine()
        defer { line.clear() }
        let dataset = try DetectionFormat(rawValue: format)!.read(path ?? "") { progress in
            switch progress {
            case .images(let done, let count): line.update("image \(done)/\(count)")
            case .note(let text): line.note(text)
            }
        }
        line.clear()
        if let output { try draw(dataset, into: output, line) }
        line.clear()
        print(json ? try readableJSON(BoxesReport(dataset)) : dataset.summary.joined(separator: "\n"))
    }

    private func draw(_ dataset: DetectionDataset, into folder: String, _ line: ProgressLine) throws {
        try makeOutputFolder(folder)
        for (part, samples) in [("train", dataset.train), ("test", dataset.test)] {
            for (number, sample) in samples.prefix(limit ?? 20).enumerated() {
                line.update("drawing \(part) \(number + 1)")
                let image = DetectionImage.draw(sample.boxes, on: try sample.image(), classNames: dataset.classNames)
                let stem = ((sample.name as NSString).lastPathComponent as NSString).deletingPathExtension
                try DetectionImage.write(image, to: "\(folder)/\(part)-\(number)-\(stem).png")
            }
        }
    }
}

/// The content of a data set of boxes, in the form that `spike datasets boxes --json` prints.
private struct BoxesReport: Encodable {
    struct Part: Encodable {
        let images: Int
        /// The number of boxes by class, in the order of `classNames`.
        let boxes: [Int]
    }

    let name: String
    let classNames: [String]
    let train: Part
    let test: Part
    let leftOut: [LeftOut]

    init(_ dataset: DetectionDataset) {
        func part(_ samples: [DetectionSample]) -> Part {
            var boxes = [Int](repeating: 0, count: dataset.classNames.count)
            for one in samples.lazy.flatMap(\.boxes) { boxes[one.label] += 1 }
            return Part(images: samples.count, boxes: boxes)
        }
        name = dataset.name
        classNames = dataset.classNames
        train = part(dataset.train)
        test = part(dataset.test)
        leftOut = dataset.leftOut
    }
}
