import ObjectDetection
import SpikeDatasets
import TorchTensors

/// The detections in an image of a data set, which workers send to each other as numbers.
struct GatheredDetections {
    /// The position of the image in the data set.
    let sample: Int
    /// The detections, with boxes in pixels of the image.
    let detections: [Detection]

    /// Returns the image with its objects and detections.
    ///
    /// - Parameter loader: The loader of the data set.
    func image(_ loader: DetectionLoader) -> EvaluatedImage {
        EvaluatedImage(truths: loader.samples[sample].boxes, detections: detections)
    }

    /// Returns the detections in the images of all workers, in the order of the images' positions.
    ///
    /// - Parameter own: The detections in the images of this worker.
    /// - Throws: `TensorError` if another worker does not take part in time.
    static func gathered(_ own: [GatheredDetections], _ workers: Workers) throws(TensorError) -> [GatheredDetections] {
        try workers.gathered(own.flatMap(\.numbers)).flatMap(all).sorted { $0.sample < $1.sample }
    }

    /// The position, the number of detections, and six numbers for each.
    private var numbers: [Double] {
        [Double(sample), Double(detections.count)]
            + detections.flatMap { one in
                [one.box.left, one.box.top, one.box.right, one.box.bottom, Double(one.label), one.score]
            }
    }

    /// Returns what `numbers` of one image after the other has become.
    private static func all(_ numbers: [Double]) -> [GatheredDetections] {
        var (all, place): ([GatheredDetections], Int) = ([], 0)
        while place < numbers.count {
            let first = place + 2
            let end = first + 6 * Int(numbers[place + 1])
            let detections = stride(from: first, to: end, by: 6).map { at in
                Detection(
                    box: Box(left: numbers[at], top: numbers[at + 1], right: numbers[at + 2], bottom: numbers[at + 3]),
                    label: Int(numbers[at + 4]), score: numbers[at + 5])
            }
            all.append(GatheredDetections(sample: Int(numbers[place]), detections: detections))
            place = end
        }
        return all
    }
}
