import SpikingLayers
import TorchModules
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The head of YOLOv5, which turns the spikes of three scales into raw predictions [B, N, 5 + classes], in the order of
/// `DetectionGrid`. A raw prediction holds x, y, width, height, objectness and one number per class, before sigmoids.
///
/// At each scale, spikes [T, B, C, H, W] are averaged over T and then pass a 1 × 1 convolution, which therefore runs once
/// per image. The convolution is linear, so this gives the average of its outputs over T.
public final class YOLOHead: Module {
    let scales: [Conv2d]
    private let outputs: Int
    public var isTraining = true

    public static var stateNames: [String: String] { ["scales": ""] }

    /// Creates a head.
    ///
    /// The bias begins with the probabilities of a network that has seen nothing: 8 objects per image of 640 × 640
    /// pixels (Lin et al. 2017, arXiv 1708.02002, on why this matters), and 1 / (classes + 1) for each class.
    ///
    /// - Parameters:
    ///   - widths: The number of input channels of each scale.
    ///   - strides: The stride of each scale in pixels.
    ///   - anchorCount: The number of anchors of each scale.
    ///   - classes: The number of classes.
    init(
        widths: [Int], strides: [Int], anchorCount: Int, classes: Int, _ build: inout BlockBuilder
    ) throws(TensorError) {
        let outputs = 5 + classes
        var scales: [Conv2d] = []
        for (width, stride) in zip(widths, strides) {
            let scale = try Conv2d(
                inputs: width, outputs: anchorCount * outputs, kernel: 1, bias: .constant(0), random: &build.random)
            let objects = 8 * Double(stride * stride) / (640 * 640)
            let bias =
                Array(repeating: Float(0), count: 4) + [Float(log(objects / (1 - objects)))]
                + Array(repeating: Float(-log(Double(classes))), count: classes)
            let biases = try Tensor(Array(repeating: bias, count: anchorCount).flatMap { $0 })
            try withoutGradient { () throws(TensorError) in try scale.bias!.copy(from: biases) }
            scales.append(scale)
        }
        self.scales = scales
        self.outputs = outputs
    }

    func callAsFunction(_ maps: FeaturePyramid) throws(TensorError) -> Tensor {
        let parts = try zip(scales, [maps.eighth, maps.sixteenth, maps.thirtySecond]).map {
            (scale, spikes) throws(TensorError) in
            let mean = spikes.shape[0] == 1 ? try spikes[0] : try spikes.mean(0)
            let raw = try scale(mean)
            let shape = raw.shape
            let byAnchor = try raw.reshaped(shape[0], shape[1] / outputs, outputs, shape[2] * shape[3])
            return try byAnchor.transposed(2, 3).reshaped(shape[0], -1, outputs)
        }
        return try .concatenated(parts, 1)
    }
}
