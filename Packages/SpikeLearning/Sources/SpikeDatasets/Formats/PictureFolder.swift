import ArrayFiles
import Foundation
import TorchTensors

/// A folder of pictures by class.
///
/// Either `train/CLASS/*` and `test/CLASS/*` (or `val`, `valid`, `validation` for `test`), or `CLASS/*`, of which a
/// part is set aside for testing. Classes are the folders' names in alphabetical order. Folders without
/// pictures, hidden files, and those without an extension of a picture, are passed over.
public struct PictureFolder: Sendable {
    public let path: String

    /// Height and width that pictures are brought to: the square in the middle, scaled.
    public let size: Int

    /// How much of each class is set aside where the folder has no such part, in 0 ..< 1.
    public let testFraction: Double

    /// Chooses which are set aside.
    public let seed: UInt64

    /// - Throws: `FileError` if the size or the fraction are outside.
    public init(_ path: String, size: Int, testFraction: Double = 0.2, seed: UInt64 = 0) throws(FileError) {
        guard (1...4096).contains(size) else {
            throw .unsuitable(path: path, problem: "pictures can be brought to a size of 1 to 4096, got \(size)")
        }
        guard testFraction >= 0, testFraction < 1 else {
            throw .unsuitable(path: path, problem: "the fraction for testing must be >= 0 and < 1, got \(testFraction)")
        }
        self.path = path
        self.size = size
        self.testFraction = testFraction
        self.seed = seed
    }

    private struct Entry: Sendable {
        let path: String
        let label: Int
    }

    /// Reads all pictures, on LibTorch's threads.
    ///
    /// - Throws: `FileError` naming the first file, in the order of names, that cannot be read.
    public func read(train trainLimit: PictureLimit = .all, test testLimit: PictureLimit = .all) throws
        -> PictureDataset
    {
        let (classNames, train, test) = try entries()
        guard !train.isEmpty else {
            throw FileError.unsuitable(
                path: path,
                problem: "there are no pictures in it; it should hold a folder for each class, with files "
                    + PictureFile.extensions.map { ".\($0)" }.joined(separator: " "))
        }
        return try PictureDataset(
            name: (path as NSString).lastPathComponent, classNames: classNames, train: split(train, trainLimit),
            test: split(test, testLimit))
    }

    private func entries() throws -> (classNames: [String], train: [Entry], test: [Entry]) {
        let parts = try folders(path)
        if parts.contains("train") {
            guard let test = ["test", "val", "valid", "validation"].first(where: parts.contains) else {
                throw FileError.unsuitable(path: path, problem: "it holds train, but neither test nor val beside it")
            }
            let classNames = try classes("\(path)/train")
            if let other = try classes("\(path)/\(test)").first(where: { !classNames.contains($0) }) {
                throw FileError.unsuitable(
                    path: "\(path)/\(test)/\(other)", problem: "there is no class of this name in train")
            }
            return (classNames, try entries("\(path)/train", classNames), try entries("\(path)/\(test)", classNames))
        }
        var (train, test): ([Entry], [Entry]) = ([], [])
        let classNames = try classes(path)
        for (label, name) in classNames.enumerated() {
            let all = try entries(path, [name]).map { Entry(path: $0.path, label: label) }
            let order = RandomStream(seed: seed).split("test pictures").split(name).permutation(all.count)
            let chosen = Set(order.prefix(Int((Double(all.count) * testFraction).rounded())))
            for (index, entry) in all.enumerated() {
                if chosen.contains(index) { test.append(entry) } else { train.append(entry) }
            }
        }
        return (classNames, train, test)
    }

    private func entries(_ folder: String, _ classNames: [String]) throws -> [Entry] {
        try classNames.enumerated().flatMap { label, name in
            let path = "\(folder)/\(name)"
            guard FileManager.default.fileExists(atPath: path) else { return [Entry]() }
            return try names(path)
                .filter { PictureFile.extensions.contains(($0 as NSString).pathExtension.lowercased()) }
                .map { Entry(path: "\(path)/\($0)", label: label) }
        }
    }

    /// The folders that hold pictures.
    private func classes(_ path: String) throws -> [String] {
        try folders(path).filter { try !entries(path, [$0]).isEmpty }
    }

    private func folders(_ path: String) throws -> [String] {
        try names(path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
                && isFolder.boolValue
        }
    }

    /// What a folder holds, hidden files left out. Sorted by the bytes of the names: the same in every locale.
    private func names(_ path: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
                .filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw FileError.unreadable(path: path, reason: "it is no folder that can be listed")
        }
    }

    private func split(_ entries: [Entry], _ limit: PictureLimit) throws -> PictureSplit {
        let entries = limit.indices(entries.map(\.label)).map { entries[$0] }
        let shape = [entries.count, 3, size, size]
        let pictures = try Tensor(unset: shape, dtype: .uint8)
        let failures = Locked<[Int: FileError]>([:])
        let destination = SendablePointer(try pictures.unsafePointer(to: UInt8.self))
        let pictureSize = 3 * size * size
        try parallelFor(entries.count, grain: 8) { part in
            for index in part {
                do throws(FileError) {
                    let picture = try PictureFile.read(entries[index].path).squared(size)
                    (destination.pointer + index * pictureSize).update(from: picture.pixels, count: pictureSize)
                } catch {
                    failures.withLock { $0[index] = error }
                }
            }
        }
        if let failure = failures.withLock({ failures in failures.min { $0.key < $1.key }?.value }) { throw failure }
        return try PictureSplit(pictures: pictures, labels: Tensor(entries.map(\.label)))
    }
}

/// Memory that several threads fill, each a part of its own.
struct SendablePointer<Element>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>

    init(_ pointer: UnsafeMutablePointer<Element>) { self.pointer = pointer }
}
