import TorchModules
import TorchTensors

/// A network that finds objects in images: `encode` turns images into spikes, `output` turns spikes into raw
/// predictions [B, N, 5 + classes].
///
/// A raw prediction holds x, y, width, height, objectness and one number per class, before sigmoids. For a cell and an
/// anchor of `grid` it stands for a box with
///
///     center = (2σ(x, y) − 0.5 + cell) · stride,  size = (2σ(width, height))² · anchor
///
/// in pixels, and for the score σ(objectness) · σ(class) of each class.
public protocol ObjectDetector: ImageNetwork {
    /// The number of classes.
    var classCount: Int { get }

    /// Returns the places of the N predictions for images of one size.
    ///
    /// - Parameters:
    ///   - height: The height of images in pixels, which must suit the network.
    ///   - width: The width of images in pixels, which must suit the network.
    func grid(height: Int, width: Int) -> DetectionGrid
}
