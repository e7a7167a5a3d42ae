import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeDatasets

/// The folder into which `spike predict` writes what a detector found: `NAME.png` and `NAME.txt` for each image, and
/// `detections.json` for all.
struct PredictionFolder {
    /// The path of the folder.
    let path: String
    /// The names of the images' files, without extensions, in the order of the images.
    let names: [String]
    /// The names that earlier calls used.
    private let earlier: [String]

    /// Makes the folder if it does not exist, and checks that the results replace nothing but earlier results.
    ///
    /// - Parameters:
    ///   - path: The path of the folder.
    ///   - images: The paths of the images.
    /// - Throws: `FileError` if files cannot be made in the folder; `CommandError` if a file that is to be written is one of
    ///   the images, or is there already and no result of an earlier call.
    init(making path: String, for images: [String]) throws {
        self.path = path
        names = Self.names(images)
        try makeOutputFolder(path)
        let inputs = Set(images.map(pathWithoutLinks))
        let list = Self.list(in: path)
        earlier = list.map { $0.images.compactMap(\.name) + ($0.earlier ?? []) } ?? []
        let replaceable = Set(earlier.flatMap(Self.files) + (list == nil ? [] : [Self.listName]))
        for file in names.flatMap(Self.files) + [Self.listName] {
            let target = "\(path)/\(file)"
            guard !inputs.contains(pathWithoutLinks(target)) else {
                throw CommandError("\(target) is one of the images; give another --output, so that it is not lost")
            }
            guard !FileManager.default.fileExists(atPath: target) || replaceable.contains(file) else {
                throw CommandError(
                    "\(target): is there already, and \(path)/\(Self.listName) names no earlier result of spike predict by "
                        + "which it could be replaced; give another --output, or remove the file")
            }
        }
        try AtomicFile.requireWritable("\(path)/\(Self.listName)")
    }

    /// Writes the results for an image.
    ///
    /// - Parameters:
    ///   - found: The objects in the image.
    ///   - drawn: The image with boxes.
    ///   - place: The position of the image, from 0.
    func write(_ found: FoundObjects, drawn: Image, at place: Int) throws {
        try DetectionImage.write(drawn, to: "\(path)/\(names[place]).png")
        try AtomicFile.write(found.yoloText, to: "\(path)/\(names[place]).txt")
    }

    /// Writes the results for all images.
    func write(_ report: FoundObjects.Report) throws {
        var report = report
        let written = Set(report.images.compactMap(\.name))
        report.earlier = Set(earlier).subtracting(written).sorted()
        try AtomicFile.write(readableJSON(report) + "\n", to: "\(path)/\(Self.listName)")
    }

    private static let listName = "detections.json"

    private static func files(_ name: String) -> [String] { ["\(name).png", "\(name).txt"] }

    /// The names of the images without folders and extensions; where two are the same, with a number.
    private static func names(_ images: [String]) -> [String] {
        var used: Set<String> = ["detections"]
        return images.map { path in
            let base = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
            var (name, number) = (base, 2)
            while !used.insert(name).inserted {
                name = "\(base)-\(number)"
                number += 1
            }
            return name
        }
    }

    /// The list in a folder, as an earlier call wrote it; `nil` if there is none of this form.
    private static func list(in path: String) -> FoundObjects.Report? {
        FileManager.default.contents(atPath: "\(path)/\(listName)")
            .flatMap { try? JSONDecoder().decode(FoundObjects.Report.self, from: $0) }
    }
}

/// Returns the absolute path of a file or folder without links.
func pathWithoutLinks(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
