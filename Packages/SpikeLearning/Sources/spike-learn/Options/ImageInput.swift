import ArrayFiles
import Foundation
import SpikeDatasets
import TorchTensors

/// Images in a file, as a network takes them.
struct ImageInput {
    /// [B, C, H, W], 0...1, float32.
    let images: Tensor
    /// Of each, for people.
    let names: [String]

    /// - Parameters:
    ///   - path: An image, or a NPY array of several.
    ///   - shape: [C, H, W] that the network knows.
    /// - Throws: `FileError`, which names the file, if it holds none.
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
