import ArrayFiles
import Foundation
import TorchTensors

/// The files of CIFAR-10 and CIFAR-100 in the binary layout, in a folder or in the downloaded archive.
///
/// A record is a label (CIFAR-100: a coarse label, then a fine one) and 3072 bytes: the red, the green and the blue
/// plane of an image of 32×32 pixels. Source: Krizhevsky, "Learning multiple layers of features from tiny images",
/// 2009, and the web page of the data sets.
public enum CIFARFiles: Sendable, Hashable, CaseIterable {
    /// CIFAR-10, with 10 classes.
    case cifar10
    /// CIFAR-100, with its 100 fine classes.
    case cifar100

    /// The name of the archive that holds the binary layout.
    public var archive: String { self == .cifar10 ? "cifar-10-binary.tar.gz" : "cifar-100-binary.tar.gz" }

    /// The name of the folder in that archive.
    public var folder: String { self == .cifar10 ? "cifar-10-batches-bin" : "cifar-100-binary" }

    var trainFiles: [String] { self == .cifar10 ? (1...5).map { "data_batch_\($0).bin" } : ["train.bin"] }
    var testFile: String { self == .cifar10 ? "test_batch.bin" : "test.bin" }
    var namesFile: String { self == .cifar10 ? "batches.meta.txt" : "fine_label_names.txt" }
    var labelBytes: Int { self == .cifar10 ? 1 : 2 }
    var classCount: Int { self == .cifar10 ? 10 : 100 }

    /// The names of files and folders with the same data as Python pickles, which are not read.
    var pickles: [String] {
        self == .cifar10
            ? ["data_batch_1", "cifar-10-python.tar.gz", "cifar-10-batches-py"]
            : ["train", "cifar-100-python.tar.gz", "cifar-100-python"]
    }
}

extension CIFARFiles: ImageFiles {
    public var expectation: String {
        self == .cifar10 ? "data_batch_1.bin and so on, or \(archive)" : "train.bin and test.bin, or \(archive)"
    }

    /// Returns `folder` or the folder in it that the archive unpacks to, if one contains the first training file;
    /// otherwise the path of the archive in `folder`, or `nil` if there is none.
    public func path(in folder: String) -> String? {
        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
        // The first training file is enough to recognize the folder. `read` reports other files that are missing.
        let candidates = [folder, "\(folder)/\(self.folder)"]
        if let found = candidates.first(where: { exists("\($0)/\(trainFiles[0])") }) { return found }
        let archive = "\(folder)/\(archive)"
        return exists(archive) ? archive : nil
    }

    public func shortcoming(at path: String, sampleCount: Int) -> String? {
        guard !path.hasSuffix(archive) else { return nil }
        for name in trainFiles + [testFile] {
            guard let size = DatasetSizes.size(of: "\(path)/\(name)") else { return "\(name) is missing" }
            if size == 0 || size % (labelBytes + 3072) != 0 { return "\(name) was cut short or damaged" }
        }
        return nil
    }

    /// Returns an error that advises the binary version, if `folder` contains the version for Python (pickles).
    public func problem(in folder: String) -> FileError? {
        func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
        // A folder called train is not a pickle; a pickle of that name lies beside a file called meta.
        let found = pickles.first { exists($0) && ($0 != "train" || exists("meta")) }
        return found.map { pickled("\(folder)/\($0)") }
    }

    /// Reads images [N, 3, 32, 32].
    ///
    /// - Parameters:
    ///   - title: The title of the data set.
    ///   - path: The path of the folder with the files, or of an archive of it (.tar.gz, .tar).
    /// - Throws: `FileError` if a file is missing, cut short or not in the binary layout.
    public func read(_ title: String, from path: String) throws -> ImageDataset {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let files = try exists && isFolder.boolValue ? filesOfFolder(path) : filesOfArchive(path)
        func split(_ names: [String]) throws -> ImageSplit {
            try records(names.map { (path: "\(path)/\($0)", bytes: files[$0]!) })
        }
        return try ImageDataset(
            name: title, classNames: classNames(files[namesFile], path),
            train: split(trainFiles), test: split([testFile]))
    }

    func pickled(_ path: String) -> FileError {
        .unsuitable(
            path: path,
            problem: "this is the version for Python (pickles), which is not read here; "
                + "download the binary version, \(archive)")
    }

    func missing(_ name: String, _ path: String) -> FileError {
        .unreadable(path: "\(path)/\(name)", reason: "there is no such file; unpack the whole archive anew")
    }

    private func filesOfFolder(_ path: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in trainFiles + [testFile, namesFile] where try isThere(name, path) {
            let opened = try InputFile("\(path)/\(name)")
            files[name] = try opened.bytes(opened.size)
        }
        return files
    }

    /// Returns whether a file is in the folder; throws if it has to be and is not.
    func isThere(_ name: String, _ path: String) throws(FileError) -> Bool {
        if FileManager.default.fileExists(atPath: "\(path)/\(name)") { return true }
        if name == namesFile { return false }
        let pickle = pickles.first { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
        throw pickle.map { pickled("\(path)/\($0)") } ?? missing(name, path)
    }

    private func filesOfArchive(_ path: String) throws -> [String: [UInt8]] {
        let archive = try TarArchive(path)
        let wanted = trainFiles + [testFile]
        var files: [String: [UInt8]] = [:]
        while let entry = try archive.next() {
            let name = entry.name.split(separator: "/").last.map(String.init) ?? ""
            if pickles.contains(name) { throw pickled(path) }
            if wanted.contains(name) || name == namesFile { files[name] = try archive.content() }
        }
        if let name = wanted.first(where: { files[$0] == nil }) { throw missing(name, path) }
        return files
    }

    /// Throws unless a file of this size consists of whole records.
    func checkSize(_ byteCount: Int, _ path: String) throws(FileError) {
        let size = labelBytes + 3072
        guard byteCount > 0, byteCount % size == 0 else {
            throw .damaged(
                path: path, problem: "its \(byteCount) bytes are not whole records of \(size); fetch the file anew")
        }
    }

    /// Returns the label that a byte of a record is; throws if there is no such class.
    func label(_ byte: UInt8, _ record: Int, _ path: String) throws(FileError) -> Int {
        guard byte < classCount else {
            throw .malformed(
                path: path, place: "record \(record)",
                problem: "the label is \(byte), but there are classes 0 to \(classCount - 1) only; "
                    + "is this the binary version of CIFAR-\(classCount)?")
        }
        return Int(byte)
    }

    /// Returns the records of several files, one file after the other.
    private func records(_ files: [(path: String, bytes: [UInt8])]) throws -> ImageSplit {
        let size = labelBytes + 3072
        for file in files { try checkSize(file.bytes.count, file.path) }
        let count = files.reduce(0) { $0 + $1.bytes.count / size }
        let images = try Tensor(unset: [count, 3, 32, 32], dtype: .uint8)
        var labels: [Int64] = []
        labels.reserveCapacity(count)
        for file in files {
            for record in 0..<file.bytes.count / size {
                labels.append(Int64(try label(file.bytes[record * size + labelBytes - 1], record, file.path)))
            }
        }
        try images.withUnsafeMutableElements(of: UInt8.self) { destination in
            var place = 0
            for file in files {
                file.bytes.withUnsafeBufferPointer { bytes in
                    for record in 0..<bytes.count / size {
                        let pixels = UnsafeBufferPointer(
                            rebasing: bytes[record * size + labelBytes..<(record + 1) * size])
                        _ = UnsafeMutableBufferPointer(rebasing: destination[place...]).update(fromContentsOf: pixels)
                        place += 3072
                    }
                }
            }
        }
        return try ImageSplit(images: images, labels: Tensor(labels))
    }

    /// Returns the names of the classes from the file beside the data, or the numbers of the classes if there is no
    /// such file.
    func classNames(_ bytes: [UInt8]?, _ path: String) throws -> [String] {
        guard let bytes else { return (0..<classCount).map(String.init) }
        let names = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard names.count == classCount else {
            throw FileError.malformed(
                path: "\(path)/\(namesFile)", place: nil,
                problem: "it holds \(counted(names.count, "name")) of classes, not \(classCount); fetch it anew")
        }
        return names
    }
}
