import ObjectDetection
import SpikingModels
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The thresholds by which raw predictions become detections.
public struct DetectionThresholds: Sendable, Hashable {
    /// The lowest score of a detection, 0...1.
    public var confidence: Double
    /// The greatest intersection over union of two detections of a class that are both kept, 0...1.
    public var overlap: Double
    /// The greatest number of detections per image.
    public var limit: Int

    /// Creates thresholds.
    public init(confidence: Double, overlap: Double, limit: Int = 300) {
        self.confidence = confidence
        self.overlap = overlap
        self.limit = limit
    }

    /// The thresholds for evaluation, by which almost everything counts: 0.001 and 0.6.
    public static let evaluation = DetectionThresholds(confidence: 0.001, overlap: 0.6)
    /// The thresholds for images with drawn boxes: 0.25 and 0.45.
    public static let display = DetectionThresholds(confidence: 0.25, overlap: 0.45)
}

extension DetectionGrid {
    /// The greatest number of detections of an image that enter non-maximum suppression, those of the highest scores.
    static let candidateLimit = 10_000

    /// Turns raw predictions into detections, in plain Swift.
    ///
    /// The score of a detection is σ(objectness) · σ(class). A prediction gives a detection for every class whose score
    /// is at least `thresholds.confidence`. Detections of a class that overlap a better one are discarded.
    ///
    /// - Parameters:
    ///   - raw: Raw predictions [B, N, 5 + classes] in the order of this grid, before sigmoids.
    ///   - thresholds: The thresholds for scores and overlaps.
    /// - Returns: The detections of each image by falling scores, with boxes in pixels of the network's input.
    /// - Throws: `TensorError` if the predictions cannot be read.
    public func detections(_ raw: Tensor, _ thresholds: DetectionThresholds) throws(TensorError) -> [[Detection]] {
        let (batch, values) = (raw.shape[0], raw.shape[2])
        let elements = try raw.elements(as: Float.self)
        return (0..<batch).map { image in
            let start = image * count * values
            var candidates = elements.withUnsafeBufferPointer { elements in
                scales.flatMap { $0.candidates(elements, start: start, values: values, thresholds.confidence) }
            }
            if candidates.count > Self.candidateLimit {
                candidates.sort { $0.score > $1.score }
                candidates.removeSubrange(Self.candidateLimit...)
            }
            return candidates.suppressingOverlaps(threshold: thresholds.overlap, limit: thresholds.limit)
        }
    }
}

extension DetectionGrid.Scale {
    fileprivate func candidates(
        _ raw: UnsafeBufferPointer<Float>, start: Int, values: Int, _ confidence: Double
    ) -> [Detection] {
        var found: [Detection] = []
        for (index, anchor) in anchors.enumerated() {
            for row in 0..<rows {
                for column in 0..<columns {
                    let place = start + self.index(anchor: index, row: row, column: column) * values
                    let objectness = sigmoid(raw[place + 4])
                    guard objectness >= confidence else { continue }
                    var box: Box?
                    for label in 0..<values - 5 {
                        let score = objectness * sigmoid(raw[place + 5 + label])
                        guard score >= confidence else { continue }
                        let decoded = box ?? self.box(raw, place, anchor, row: row, column: column)
                        box = decoded
                        found.append(Detection(box: decoded, label: label, score: score))
                    }
                }
            }
        }
        return found
    }

    private func box(
        _ raw: UnsafeBufferPointer<Float>, _ place: Int, _ anchor: Anchor, row: Int, column: Int
    ) -> Box {
        func size(_ raw: Float, _ anchor: Double) -> Double {
            let unit = 2 * sigmoid(raw)
            return unit * unit * anchor
        }
        return Box(
            centreX: (2 * sigmoid(raw[place]) - 0.5 + Double(column)) * Double(stride),
            centreY: (2 * sigmoid(raw[place + 1]) - 0.5 + Double(row)) * Double(stride),
            width: size(raw[place + 2], anchor.width), height: size(raw[place + 3], anchor.height))
    }
}

private func sigmoid(_ x: Float) -> Double { 1 / (1 + exp(-Double(x))) }
