import ArrayFiles
import Foundation
import SpikeDatasets
import TorchTensors

/// Images from a file, in the form that a network takes.
struct ImageInput {
    /// The images, [B, C, H, W], 0...1, float32.
    let images: Tensor
    /// The name of each image, for output.
    let names: [String]

    /// Reads the images of a file.
    ///
    /// - Parameters:
    ///   - path: The path of an image, or of an NPY array of several.
    ///   - shape: The shape [C, H, W] that the network takes.
    ///   - isInverted: Whether to exchange dark and bright.
    /// - Throws: `FileError`, which names the file, if it holds no such images.
    init(_ path: String, shape: [Int], isInverted: Bool) throws {
        var images: Tensor
        if (path as NSString).pathExtension.lowercased() == "npy" {
            images = try Self.array(path, shape)
            names = (0..<images.shape[0]).map { "\(path), image \($0)" }
        } else {
            guard shape[1] == shape[2] else {
                throw FileError.unsuitable(
                    path: path,
                    problem:
                        "the run knows images of \(shape[1]) × \(shape[2]) pixels, and files are brought to squares only; "
                        + "give a NPY array of that size")
            }
            let image = try ImageFile.read(path).squared(shape[1]).withChannels(shape[0])
            images = try Tensor(image.pixels, shape: [1] + shape).to(.float32) / 255
            names = [path]
        }
        self.images = isInverted ? try 1 - images : images
    }

    /// The path itself if it is a file; the images and arrays in it if it is a folder, sorted by name, with numbers in
    /// the order of their values.
    ///
    /// - Throws: `FileError` if the folder holds no images.
    static func files(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return [path]
        }
        let types = ImageFile.extensions + ["npy"]
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { name in
            !name.hasPrefix(".") && types.contains((name as NSString).pathExtension.lowercased())
        }
        guard !names.isEmpty else {
            throw FileError.unsuitable(
                path: path,
                problem: "there are no images right in this folder; images are files "
                    + types.map { ".\($0)" }.joined(separator: " "))
        }
        return names.sorted(by: isNaturallyBefore).map { "\(path)/\($0)" }
    }

    private static func array(_ path: String, _ shape: [Int]) throws -> Tensor {
        let array = try Tensor.readNPY(path)
        guard array.rank == 4, Array(array.shape.dropFirst()) == shape, array.shape[0] > 0 else {
            throw FileError.unsuitable(
                path: path, problem: "images are [B, C, H, W] with [C, H, W] = \(shape), got \(array.shape)")
        }
        if array.dtype == .uint8 { return try array.to(.float32) / 255 }
        guard array.dtype.isFloatingPoint, try array.minimum().item() >= 0, try array.maximum().item() <= 1 else {
            throw FileError.unsuitable(
                path: path, problem: "images are bytes, or floating point within 0...1; got \(array.dtype) of others")
        }
        return try array.to(.float32)
    }
}
