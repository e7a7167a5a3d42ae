import ArrayFiles
import Foundation
import TorchTensors

/// The files of MNIST and of data sets in the same layout, such as Fashion-MNIST: four IDX files in a folder.
public struct MNISTFiles: ImageFiles {
    /// The names of the four files, without the suffix `.gz` that they usually have.
    public static let names = [
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
    ]

    /// The names of the classes; the name at index i belongs to label i.
    public let classNames: [String]

    /// Creates a reader.
    ///
    /// - Parameter classNames: The names of the classes, in the order of the labels; by default the ten digits.
    public init(classNames: [String] = (0...9).map(String.init)) { self.classNames = classNames }

    /// Returns the four files at a web address.
    ///
    /// - Parameters:
    ///   - folder: The web address below which the gzipped files are.
    ///   - mirrors: Other web addresses with the same files.
    ///   - facts: The size and checksum of each file, in the order of `names`.
    static func downloads(
        _ folder: String, mirrors: [String], _ facts: [(size: Int, sha256: String)]
    ) -> [RemoteFile] {
        zip(names, facts).map { name, fact in
            RemoteFile(
                "\(folder)/\(name).gz", mirrors: mirrors.map { "\($0)/\(name).gz" }, size: fact.size,
                sha256: fact.sha256)
        }
    }

    public var expectation: String { Self.names.joined(separator: ", ") + " (.gz or not)" }

    /// Returns `folder` if it contains the four files, each plain or gzipped; `nil` otherwise.
    public func path(in folder: String) -> String? {
        Self.names.allSatisfy { Self.file($0, in: folder) != nil } ? folder : nil
    }

    public func shortcoming(at path: String, sampleCount: Int) -> String? {
        for name in Self.names {
            guard let file = Self.file(name, in: path) else { return "\(name) is missing" }
            let short = (file as NSString).lastPathComponent
            guard let size = DatasetSizes.unpackedSize(of: file), let wanted = IDXFile.size(of: file) else {
                return "\(short) is damaged"
            }
            if size != wanted { return "\(short) was cut short or damaged" }
        }
        return nil
    }

    /// Reads images [N, 1, H, W].
    ///
    /// - Parameters:
    ///   - title: The title of the data set.
    ///   - folder: The path of the folder with the four files, each plain or gzipped.
    /// - Throws: `FileError` if a file is missing, cut short or damaged, or if the files do not belong together.
    public func read(_ title: String, from folder: String) throws -> ImageDataset {
        let paths = try paths(folder)
        return try ImageDataset(
            name: title, classNames: classNames, train: split(paths[0], paths[1]), test: split(paths[2], paths[3]))
    }

    /// Opens images [N, 1, H, W], which stay on disk: in the files, or unpacked from gzipped ones into temporary files,
    /// which are gone when the data set is released.
    ///
    /// - Parameters:
    ///   - title: The title of the data set.
    ///   - folder: The path of the folder with the four files, each plain or gzipped.
    /// - Throws: `FileError`, as `read` does, or if there is no room to unpack a file.
    public func stream(_ title: String, from folder: String) throws -> ImageDataset {
        let paths = try paths(folder)
        let train = try streamedSplit(paths[0], paths[1])
        return try ImageDataset(
            name: title, classNames: classNames, train: train, test: streamedSplit(paths[2], paths[3]),
            normalization: ImageNormalization(of: train))
    }

    private func paths(_ folder: String) throws(FileError) -> [String] {
        var paths: [String] = []
        for name in Self.names {
            guard let path = Self.file(name, in: folder) else {
                throw .unreadable(
                    path: "\(folder)/\(name)", reason: "there is no such file, nor one with .gz; fetch all four anew")
            }
            paths.append(path)
        }
        return paths
    }

    /// Returns the path of the file, plain or gzipped; `nil` if it does not exist.
    static func file(_ name: String, in folder: String) -> String? {
        ["\(folder)/\(name)", "\(folder)/\(name).gz"].first { FileManager.default.fileExists(atPath: $0) }
    }

    private func split(_ imagesPath: String, _ labelsPath: String) throws -> ImageSplit {
        let images = try IDXFile.read(imagesPath, rank: 3)
        let shape = images.shape
        let labels = try labels(labelsPath, of: shape, imagesPath)
        return try ImageSplit(
            images: images.reshaped([shape[0], 1, shape[1], shape[2]]), labels: labels.to(.int64))
    }

    private func streamedSplit(_ imagesPath: String, _ labelsPath: String) throws -> ImageSplit {
        let (file, shape, start) = try IDXFile.open(imagesPath, rank: 3)
        let labels = try labels(labelsPath, of: shape, imagesPath)
        let part = ImageRecords.Part(file: file, count: shape[0], start: start, stride: shape[1] * shape[2])
        return try ImageSplit(
            ImageRecords([part], shape: [1, shape[1], shape[2]]), places: Array(0..<shape[0]),
            labels: labels.elements(as: UInt8.self).map(Int.init))
    }

    /// Reads the labels of images, and checks that they belong to these.
    ///
    /// - Parameter shape: The shape of all images, [N, H, W].
    private func labels(_ path: String, of shape: [Int], _ imagesPath: String) throws -> Tensor {
        let labels = try IDXFile.read(path, rank: 1)
        guard !shape.contains(0) else {
            throw FileError.unsuitable(path: imagesPath, problem: "it holds no images")
        }
        guard labels.count == shape[0] else {
            throw FileError.unsuitable(
                path: path,
                problem:
                    "it holds \(counted(labels.count, "label")) for \(counted(shape[0], "image")); do the files belong together?"
            )
        }
        let values = try labels.elements(as: UInt8.self)
        if let place = values.firstIndex(where: { $0 >= classNames.count }) {
            throw FileError.malformed(
                path: path, place: "label \(place)",
                problem:
                    "it is \(values[place]), but there are classes 0 to \(classNames.count - 1) only; fetch the file anew"
            )
        }
        return labels
    }
}
