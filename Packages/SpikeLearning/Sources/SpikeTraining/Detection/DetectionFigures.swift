import ObjectDetection
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

/// The results of a detector on annotated images, in the file `evaluation.json` of a run.
public struct DetectionFigures: Codable, Sendable, Hashable {
    /// The mean loss per image; 0 if there are no images.
    public let loss: Double
    /// The mAP at an intersection over union of 0.5 by 101 points; `nil` without objects.
    public let mAP50: Double?
    /// The mean of the mAPs at 0.5, 0.55, … 0.95 by 101 points; `nil` without objects.
    public let mAP5095: Double?
    /// The mAP of VOC 2007, by 11 points; `nil` without objects.
    public let mAPVOC07: Double?
    /// The mAP of VOC 2010, by all points; `nil` without objects.
    public let mAPVOC10: Double?
    /// The twelve figures of COCO in pycocotools' order; −1 where there is no object to find.
    public let coco: [Double]
    /// The results of each class, in the order of their labels.
    public let classes: [ClassFigures]
    /// The numbers of pairs [class of the object][class of the detection] at a score of 0.25 and an intersection over
    /// union of 0.5; the last row is for detections without an object, the last column for objects without a detection.
    public let confusion: [[Int]]
    /// The firing rate of every layer of neurons; `nil` if spikes were not counted.
    public let spikeRates: [LayerSpikeRate]?
    /// The number of images.
    public let images: Int

    /// The results of one class.
    public struct ClassFigures: Codable, Sendable, Hashable {
        /// The name of the class.
        public let name: String
        /// The number of objects to find.
        public let objects: Int
        /// The number of detections.
        public let detections: Int
        /// The average precision at an intersection over union of 0.5 by 101 points; 0 without objects.
        public let precision50: Double
        /// The mean of the average precisions at 0.5, 0.55, … 0.95; 0 without objects.
        public let precision5095: Double
        /// The average precision of VOC 2007 at 0.5; 0 without objects.
        public let precisionVOC07: Double
        /// The average precision of VOC 2010 at 0.5; 0 without objects.
        public let precisionVOC10: Double
        /// Points of the curve of precision over recall, at most about 100: rising recalls.
        public let recalls: [Double]
        /// The precision at each of `recalls`.
        public let precisions: [Double]

        enum CodingKeys: String, CodingKey {
            case name, objects, detections, recalls, precisions
            case precision50 = "AP50"
            case precision5095 = "AP50_95"
            case precisionVOC07 = "AP50_voc07"
            case precisionVOC10 = "AP50_voc10"
        }

        init(_ result: DetectionEvaluation.ClassResult) {
            name = result.name
            objects = result.objects
            detections = result.detections
            precision50 = result.precision50
            precision5095 = result.precision5095
            precisionVOC07 = result.precisionVOC07
            precisionVOC10 = result.precisionVOC10
            let (recall, precision) = (result.curve.recall, result.curve.precision)
            let stride = max(1, recall.count / 100)
            let places = recall.indices.filter { $0 % stride == 0 || $0 == recall.count - 1 }
            recalls = places.map { recall[$0] }
            precisions = places.map { precision[$0] }
        }
    }

    enum CodingKeys: String, CodingKey {
        case loss, mAP50, coco, classes, confusion, spikeRates, images
        case mAP5095 = "mAP50_95"
        case mAPVOC07 = "mAP50_voc07"
        case mAPVOC10 = "mAP50_voc10"
    }

    init(
        _ images: [EvaluatedImage], classNames: [String], loss: Double, spikeRates: [LayerSpikeRate]?
    ) {
        let evaluation = DetectionEvaluation(images, classNames: classNames)
        self.loss = loss
        mAP50 = evaluation.mAP50
        mAP5095 = evaluation.mAP5095
        mAPVOC07 = evaluation.mAPVOC07
        mAPVOC10 = evaluation.mAPVOC10
        coco = evaluation.coco.values
        classes = evaluation.classes.map { ClassFigures($0) }
        confusion = DetectionConfusion(images, classCount: classNames.count).counts
        self.spikeRates = spikeRates
        self.images = images.count
    }

    /// Returns whether these can be the results of a detector for these classes.
    func isPlausible(classNames: [String]) -> Bool {
        let limit = 1_000_000_000
        return loss.isFinite && [mAP50, mAP5095, mAPVOC07, mAPVOC10].allSatisfy { 0...1 ~= $0 ?? 0 }
            && coco.count == COCOFigures.names.count && coco.allSatisfy { -1...1 ~= $0 }
            && classes.map(\.name) == classNames && confusion.count == classNames.count + 1
            && confusion.allSatisfy { $0.count == classNames.count + 1 && $0.allSatisfy { 0...limit ~= $0 } }
            && classes.allSatisfy { one in
                0...limit ~= one.objects && 0...limit ~= one.detections && one.recalls.count == one.precisions.count
                    && (one.recalls + one.precisions + [
                        one.precision50, one.precision5095, one.precisionVOC07, one.precisionVOC10,
                    ]).allSatisfy { 0...1 ~= $0 }
            } && (spikeRates ?? []).allSatisfy { 0...1 ~= $0.rate && 0...limit ~= $0.neurons } && 0...limit ~= images
    }
}
