import ArrayFiles
import Foundation
import TorchTensors

/// MNIST and what is laid out like it, such as Fashion-MNIST: four IDX files in a folder.
public enum MNISTFiles {
    /// The four files, without the `.gz` that they usually have.
    public static let names = [
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
    ]

    /// The classes of Fashion-MNIST, from its page.
    public static let fashionClassNames = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]

    /// Reads images [N, 1, H, W].
    ///
    /// - Parameters:
    ///   - folder: Holds the four files, each plain or gzipped.
    ///   - classNames: A name for each label; the digits for MNIST.
    /// - Throws: `FileError` if a file is missing, cut short or not what its name says.
    public static func read(
        _ name: String, from folder: String, classNames: [String] = (0...9).map(String.init)
    ) throws -> ImageDataset {
        let paths = try names.map { name in
            guard let path = file(name, in: folder) else {
                throw FileError.unreadable(
                    path: "\(folder)/\(name)", reason: "there is no such file, nor one with .gz; fetch all four anew")
            }
            return path
        }
        return try ImageDataset(
            name: name, classNames: classNames, train: split(paths[0], paths[1], classNames.count),
            test: split(paths[2], paths[3], classNames.count))
    }

    /// The file as it is there, plain or gzipped; nil if it is not.
    static func file(_ name: String, in folder: String) -> String? {
        ["\(folder)/\(name)", "\(folder)/\(name).gz"].first { FileManager.default.fileExists(atPath: $0) }
    }

    private static func split(_ imagesPath: String, _ labelsPath: String, _ classCount: Int) throws -> ImageSplit {
        let images = try IDXFile.read(imagesPath, rank: 3)
        let labels = try IDXFile.read(labelsPath, rank: 1)
        let shape = images.shape
        guard !shape.contains(0) else {
            throw FileError.unsuitable(path: imagesPath, problem: "it holds no images")
        }
        guard labels.count == shape[0] else {
            throw FileError.unsuitable(
                path: labelsPath,
                problem: "it holds \(labels.count) labels for \(shape[0]) images; do the files belong together?")
        }
        let values = try labels.elements(as: UInt8.self)
        if let place = values.firstIndex(where: { $0 >= classCount }) {
            throw FileError.malformed(
                path: labelsPath, place: "label \(place)",
                problem:
                    "it is \(values[place]), but there are classes 0 to \(classCount - 1) only; fetch the file anew")
        }
        return try ImageSplit(
            images: images.reshaped([shape[0], 1, shape[1], shape[2]]), labels: labels.to(.int64))
    }
}
