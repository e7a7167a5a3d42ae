import ArrayFiles
import Foundation
import SpikeDatasets
import TorchTensors

/// Pictures in a file, as a network takes them.
struct PictureInput {
    /// [B, C, H, W], 0...1, float32.
    let pictures: Tensor
    /// Of each, for people.
    let names: [String]

    /// - Parameters:
    ///   - path: A picture, or a NPY array of several.
    ///   - shape: [C, H, W] that the network knows.
    /// - Throws: `FileError`, which names the file, if it holds none.
    init(_ path: String, shape: [Int], isInverted: Bool) throws {
        var pictures: Tensor
        if (path as NSString).pathExtension.lowercased() == "npy" {
            pictures = try Self.array(path, shape)
            names = (0..<pictures.shape[0]).map { "\(path), picture \($0)" }
        } else {
            guard shape[1] == shape[2] else {
                throw FileError.unsuitable(
                    path: path,
                    problem:
                        "the run knows images of \(shape[1]) × \(shape[2]) pixels, and files are brought to squares only; "
                        + "give a NPY array of that size")
            }
            let picture = try PictureFile.read(path).squared(shape[1]).withChannels(shape[0])
            pictures = try Tensor(picture.pixels, shape: [1] + shape).to(.float32) / 255
            names = [path]
        }
        self.pictures = isInverted ? try 1 - pictures : pictures
    }

    private static func array(_ path: String, _ shape: [Int]) throws -> Tensor {
        let array = try Tensor.readNPY(path)
        guard array.rank == 4, Array(array.shape.dropFirst()) == shape, array.shape[0] > 0 else {
            throw FileError.unsuitable(
                path: path, problem: "pictures are [B, C, H, W] with [C, H, W] = \(shape), got \(array.shape)")
        }
        if array.dtype == .uint8 { return try array.to(.float32) / 255 }
        guard array.dtype.isFloatingPoint, try array.minimum().item() >= 0, try array.maximum().item() <= 1 else {
            throw FileError.unsuitable(
                path: path, problem: "pictures are bytes, or floating point within 0...1; got \(array.dtype) of others")
        }
        return try array.to(.float32)
    }
}
