import ArrayFiles
import Foundation
import TorchTensors
import Yams

/// What a `data.yaml` says, or what stands in its place.
struct YOLODescription {
    let names: [String]
    let train: [String]
    let test: [String]
    /// The images of further parts, which are not used.
    let unused: [String]
    /// The folders to which paths are relative, in the order in which they are tried.
    let bases: [BytePath]

    /// The keys of the images for testing; the first one that is there counts.
    private static let testKeys = ["val", "valid", "validation", "test"]

    init(_ path: String) throws(FileError) {
        var file = path
        var folder = BytePath((path as NSString).deletingLastPathComponent)
        if let entries = try? BytePath(path).entries() {
            folder = BytePath(path)
            let yaml = entries.filter { $0.kind == .file && ($0.text.hasSuffix(".yaml") || $0.text.hasSuffix(".yml")) }
            guard let entry = yaml.first(where: { $0.text == "data.yaml" }) ?? (yaml.count == 1 ? yaml[0] : nil) else {
                self = try Self(plain: folder, path)
                return
            }
            file = entry.path.text
        } else if folder.bytes.isEmpty {
            folder = BytePath(".")
        }
        let content = TextFile.decoded(try BytePath(file).content())
        let node: Node
        do {
            guard let composed = try Yams.compose(yaml: content) else {
                throw FileError.malformed(path: file, place: nil, problem: "it is empty")
            }
            node = composed
        } catch let error as FileError {
            throw error
        } catch {
            let problem = YAMLProblem(error, in: content)
            throw .malformed(
                path: file, place: problem.line.map { "line \($0)" },
                problem: problem.repeatedKey.map { "\($0) is there twice; keep one of them" }
                    ?? "it is not valid YAML\(problem.reason.map { " (\($0))" } ?? "")")
        }
        names = try Self.names(node["names"], file)
        func places(_ key: String) -> [String] {
            switch node[key] {
            case .scalar(let scalar)? where !scalar.string.isEmpty && node[key]?.null == nil: [scalar.string]
            case .sequence(let sequence)?: sequence.compactMap(\.string)
            default: []
            }
        }
        train = places("train")
        let parts = Self.testKeys.map(places).filter { !$0.isEmpty }
        test = parts.first ?? []
        let used = train + test
        unused = parts.dropFirst().flatMap { $0 }.filter { !used.contains($0) }
        guard !train.isEmpty || !test.isEmpty else {
            throw .malformed(path: file, place: nil, problem: "it names no images; train: and val: are needed")
        }
        if let base = node["path"]?.string, !base.isEmpty {
            let relative = folder.appending(Array(base.utf8))
            bases = (base.hasPrefix("/") ? [BytePath(base)] : [relative, BytePath(base)]) + [folder]
        } else {
            bases = [folder]
        }
        if let count = node["nc"]?.int, count != names.count {
            throw .malformed(
                path: file, place: "nc",
                problem: "it says \(counted(count, "class", plural: "classes")), and names \(names.count)")
        }
    }

    /// A folder without a description.
    private init(plain folder: BytePath, _ path: String) throws(FileError) {
        let content = try? folder.appending(Array("classes.txt".utf8)).content()
        func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.text + "/" + name) }
        guard let content, has("images") else {
            throw .unsuitable(
                path: path,
                problem:
                    "there is no data.yaml in it; write one with the lines train: images/train, val: images/val and "
                    + "names: [cat, dog]")
        }
        names = TextFile.lines(content)
        try Self.requireDistinct(names, "\(folder.text)/classes.txt", place: nil)
        let parts = Self.testKeys.map { "images/\($0)" }.filter(has)
        test = Array(parts.prefix(1))
        unused = Array(parts.dropFirst())
        train = has("images/train") ? ["images/train"] : test.isEmpty ? ["images"] : []
        bases = [folder]
    }

    private static func names(_ node: Node?, _ file: String) throws(FileError) -> [String] {
        switch node {
        case .sequence(let sequence)?:
            var names: [String] = []
            for (index, node) in sequence.enumerated() { names.append(try name(node, index, file)) }
            try requireDistinct(names, file, place: "names")
            return names
        case .mapping(let mapping)?:
            var names: [Int: String] = [:]
            for (key, value) in mapping {
                guard let index = key.int, index >= 0, names[index] == nil else {
                    throw .malformed(
                        path: file, place: "names",
                        problem: "the keys must be 0, 1, 2 and so on, got \(key.string?.prefix(40) ?? "another kind")")
                }
                names[index] = try name(value, index, file)
            }
            guard names.keys.allSatisfy({ $0 < names.count }) else {
                throw .malformed(
                    path: file, place: "names", problem: "the keys must be 0, 1, 2 and so on, without a gap")
            }
            let sorted = names.sorted { $0.key < $1.key }.map(\.value)
            try requireDistinct(sorted, file, place: "names")
            return sorted
        default:
            throw .malformed(
                path: file, place: "names", problem: "it must be a list of the classes, or a map from 0, 1, 2 … to them"
            )
        }
    }

    /// Returns the name of a class. A number is a name, too, but not an empty text, a list or nothing.
    private static func name(_ node: Node, _ index: Int, _ file: String) throws(FileError) -> String {
        guard let scalar = node.scalar, !scalar.string.allSatisfy(\.isWhitespace),
            scalar.style != .plain || !["~", "null", "Null", "NULL"].contains(scalar.string)
        else {
            throw .malformed(path: file, place: "names", problem: "class \(index) has no name; write a text")
        }
        return scalar.string
    }

    /// Throws if two classes have the same name: their indices would not be told apart.
    private static func requireDistinct(_ names: [String], _ file: String, place: String?) throws(FileError) {
        var first: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if let other = first.updateValue(index, forKey: name) {
                throw .malformed(
                    path: file, place: place,
                    problem: "the classes \(other) and \(index) have the same name, \(name.prefix(40)); rename one")
            }
        }
    }
}
