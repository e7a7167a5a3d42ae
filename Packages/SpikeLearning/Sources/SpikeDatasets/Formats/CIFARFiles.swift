import ArrayFiles
import Foundation
import TorchTensors

/// CIFAR-10 and CIFAR-100 in the binary layout, from a folder or from the archive as it is downloaded.
///
/// A record is a label (CIFAR-100: a coarse one, then a fine one) and 3072 bytes, the red, green and blue plane of a
/// image of 32×32. Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009, and the data's
/// page.
public enum CIFARFiles {
    public enum Variant: Sendable, Hashable, CaseIterable {
        case cifar10
        /// With its 100 fine classes.
        case cifar100

        /// The name of the archive that holds the binary layout.
        public var archive: String { self == .cifar10 ? "cifar-10-binary.tar.gz" : "cifar-100-binary.tar.gz" }

        /// The folder in it.
        public var folder: String { self == .cifar10 ? "cifar-10-batches-bin" : "cifar-100-binary" }

        var name: String { self == .cifar10 ? "CIFAR-10" : "CIFAR-100" }
        var trainFiles: [String] { self == .cifar10 ? (1...5).map { "data_batch_\($0).bin" } : ["train.bin"] }
        var testFile: String { self == .cifar10 ? "test_batch.bin" : "test.bin" }
        var namesFile: String { self == .cifar10 ? "batches.meta.txt" : "fine_label_names.txt" }
        var labelBytes: Int { self == .cifar10 ? 1 : 2 }
        var classCount: Int { self == .cifar10 ? 10 : 100 }

        /// What the same data is called as Python pickles.
        var pickles: [String] {
            self == .cifar10
                ? ["data_batch_1", "cifar-10-python.tar.gz", "cifar-10-batches-py"]
                : ["train", "cifar-100-python.tar.gz", "cifar-100-python"]
        }
    }

    /// - Parameter path: Of the folder with the files, or of an archive of it (.tar.gz, .tar).
    /// - Throws: `FileError` if a file is missing, cut short or not in this layout.
    public static func read(_ variant: Variant, from path: String) throws -> ImageDataset {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let files = try exists && isFolder.boolValue ? folder(variant, path) : archive(variant, path)
        func split(_ names: [String]) throws -> ImageSplit {
            try records(variant, names.map { (path: "\(path)/\($0)", bytes: files[$0]!) })
        }
        return try ImageDataset(
            name: variant.name, classNames: classNames(variant, files[variant.namesFile], path),
            train: split(variant.trainFiles), test: split([variant.testFile]))
    }

    static func pickled(_ variant: Variant, _ path: String) -> FileError {
        .unsuitable(
            path: path,
            problem: "this is the version for Python (pickles), which is not read here; "
                + "download the binary version, \(variant.archive)")
    }

    private static func missing(_ name: String, _ path: String) -> FileError {
        .unreadable(path: "\(path)/\(name)", reason: "there is no such file; unpack the whole archive anew")
    }

    private static func folder(_ variant: Variant, _ path: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in variant.trainFiles + [variant.testFile, variant.namesFile] {
            let file = "\(path)/\(name)"
            guard FileManager.default.fileExists(atPath: file) else {
                if name == variant.namesFile { continue }
                let pickle = variant.pickles.first { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
                throw pickle.map { pickled(variant, "\(path)/\($0)") } ?? missing(name, path)
            }
            let opened = try InputFile(file)
            files[name] = try opened.bytes(opened.size)
        }
        return files
    }

    private static func archive(_ variant: Variant, _ path: String) throws -> [String: [UInt8]] {
        let archive = try TarArchive(path)
        let wanted = variant.trainFiles + [variant.testFile]
        var files: [String: [UInt8]] = [:]
        while let entry = try archive.next() {
            let name = entry.name.split(separator: "/").last.map(String.init) ?? ""
            if variant.pickles.contains(name) { throw pickled(variant, path) }
            if wanted.contains(name) || name == variant.namesFile { files[name] = try archive.content() }
        }
        if let name = wanted.first(where: { files[$0] == nil }) { throw missing(name, path) }
        return files
    }

    /// Records of several files, one after the other.
    private static func records(_ variant: Variant, _ files: [(path: String, bytes: [UInt8])]) throws -> ImageSplit {
        let size = variant.labelBytes + 3072
        for file in files where file.bytes.isEmpty || file.bytes.count % size != 0 {
            throw FileError.damaged(
                path: file.path,
                problem: "its \(file.bytes.count) bytes are not whole records of \(size); fetch the file anew")
        }
        let count = files.reduce(0) { $0 + $1.bytes.count / size }
        let images = try Tensor(unset: [count, 3, 32, 32], dtype: .uint8)
        var labels: [Int64] = []
        labels.reserveCapacity(count)
        for file in files {
            for record in 0..<file.bytes.count / size {
                let label = file.bytes[record * size + variant.labelBytes - 1]
                guard label < variant.classCount else {
                    throw FileError.malformed(
                        path: file.path, place: "record \(record)",
                        problem: "the label is \(label), but there are classes 0 to \(variant.classCount - 1) only; "
                            + "is this \(variant.name)'s binary version?")
                }
                labels.append(Int64(label))
            }
        }
        try images.withUnsafeMutableElements(of: UInt8.self) { destination in
            var place = 0
            for file in files {
                file.bytes.withUnsafeBufferPointer { bytes in
                    for record in 0..<bytes.count / size {
                        let pixels = UnsafeBufferPointer(
                            rebasing: bytes[record * size + variant.labelBytes..<(record + 1) * size])
                        _ = UnsafeMutableBufferPointer(rebasing: destination[place...]).update(fromContentsOf: pixels)
                        place += 3072
                    }
                }
            }
        }
        return try ImageSplit(images: images, labels: Tensor(labels))
    }

    /// The names that lie with the data, or the numbers where they do not.
    private static func classNames(_ variant: Variant, _ bytes: [UInt8]?, _ path: String) throws -> [String] {
        guard let bytes else { return (0..<variant.classCount).map(String.init) }
        let names = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard names.count == variant.classCount else {
            throw FileError.malformed(
                path: "\(path)/\(variant.namesFile)", place: nil,
                problem: "it holds \(names.count) names of classes where \(variant.classCount) are due; fetch it anew")
        }
        return names
    }
}
