import ObjectDetection
import SpikingModels
import TorchTensors

/// The loss of a detector for a batch of B images:
///
///     B · (box · Σ mean(1 − CIoU) + objectness · (side / 640)² · Σ balance · BCE + class · classes / 80 · Σ BCE)
///
/// The sums run over the scales. The first and the last term are means over the predictions that are to find an object
/// (`DetectionGrid.matches`), the middle one is the mean over all predictions. The target of objectness is the CIoU of
/// the predicted box, at least 0 and without gradient, and 0 for predictions without an object; of several objects of a
/// prediction the one with the greatest CIoU counts. The target of a class is 1 for the object's own and 0 for others.
///
/// If several workers have a share of the batch each, the means are over the predictions of all of them, and the loss of
/// the batch is the sum of what each worker computes.
///
/// Source: our reading of YOLOv5's loss from its description; CIoU: Zheng et al. 2020, arXiv 1911.08287.
struct DetectionLoss {
    /// The weight of the boxes.
    var box = 0.05
    /// The weight of objectness.
    var objectness = 1.0
    /// The weight of the classes.
    var classification = 0.5

    /// The weights of the scales in the objectness, finest first.
    static let balance = [4.0, 1, 0.4]

    /// The loss of a batch, or the part of it that a worker's images have.
    struct Value {
        /// The sum of all parts, times B.
        let total: Tensor
        /// The weighted parts, without the factor B: box, objectness, class.
        let parts: [Double]
    }

    /// Computes the loss.
    ///
    /// - Parameters:
    ///   - raw: Raw predictions [B, N, 5 + classes] in the order of `grid`, before sigmoids, float32.
    ///   - boxes: The objects of each image, in pixels of the network's input.
    ///   - grid: The places of the predictions.
    ///   - side: The height and the width of the network's input in pixels.
    ///   - isStandIn: Whether the images only stand in, because the batch has none for this worker. The loss is then 0.
    ///   - sum: Returns the sums of numbers over all workers.
    func callAsFunction(
        _ raw: Tensor, _ boxes: [[LabelledBox]], grid: DetectionGrid, side: Int, isStandIn: Bool = false,
        sum: ([Double]) throws(TensorError) -> [Double] = { $0 }
    ) throws(TensorError) -> Value {
        let (batch, count, values) = (raw.shape[0], raw.shape[1], raw.shape[2])
        let matches = grid.matches(isStandIn ? [] : boxes)
        let own = [isStandIn ? 0 : Double(batch)] + matches.map { Double($0.count) }
        let whole = try sum(own)
        /// The weights of this worker's means: of images, and of the matches of each scale.
        let weights = zip(own, whole).map { $0 / $1 }
        let (classes, device) = (values - 5, raw.device)
        let flat = try raw.reshaped(batch * count, values)
        var targets = [Float](repeating: 0, count: batch * count)
        let zero = try Tensor.zeros([], device: device)
        var (boxSum, classSum, objectSum) = (zero, zero, zero)
        for ((scale, matches), weight) in zip(zip(grid.scales, matches), weights.dropFirst()) where !matches.isEmpty {
            let places = matches.map { $0.image * count + $0.prediction }
            let chosen = try flat.taking(Tensor(places, device: device))
            func pairs(_ value: (AnchorMatch) -> (Double, Double)) throws(TensorError) -> Tensor {
                try Tensor(
                    matches.flatMap { match in
                        let (x, y) = value(match)
                        return [Float(x), Float(y)]
                    }, shape: [matches.count, 2], device: device)
            }
            let predicted = try PredictedBoxes(
                raw: chosen.sliced(1, 0..<4), cells: pairs { (Double($0.column), Double($0.row)) },
                stride: scale.stride, anchors: pairs { ($0.anchor.width, $0.anchor.height) })
            let truth = try PredictedBoxes(
                centers: pairs { ($0.box.centreX, $0.box.centreY) }, sizes: pairs { ($0.box.width, $0.box.height) })
            let agreement = try predicted.completeIoU(truth)
            boxSum = try boxSum + (1 - agreement).mean() * weight
            for (place, value) in zip(places, try agreement.elements(as: Float.self)) {
                targets[place] = max(targets[place], value)
            }
            var isClass = [Float](repeating: 0, count: matches.count * classes)
            for (index, match) in matches.enumerated() { isClass[index * classes + match.label] = 1 }
            classSum =
                try classSum
                + chosen.sliced(1, 5..<values).binaryCrossEntropy(
                    Tensor(isClass, shape: [matches.count, classes], device: device)) * weight
        }
        let wanted = try Tensor(targets, shape: [batch, count], device: device)
        for (scale, balance) in zip(grid.scales, Self.balance) {
            let found = try raw.sliced(1, scale.range).selected(2, 4)
            objectSum = try objectSum + found.binaryCrossEntropy(wanted.sliced(1, scale.range)) * balance
        }
        let area = Double(side * side) / (640 * 640)
        let parts = [
            try boxSum * box, try objectSum * (objectness * area * weights[0]),
            try classSum * (classification * Double(classes) / 80),
        ]
        return Value(
            total: try (parts[0] + parts[1] + parts[2]) * whole[0],
            parts: try Tensor.stacked(parts).elements(as: Double.self))
    }
}
