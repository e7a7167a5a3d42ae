/// The objects of an image and what a detector found in it.
public struct EvaluatedImage: Sendable {
    /// The annotated objects.
    public var truths: [Truth]

    /// The detections, in any order.
    public var found: [Found]

    /// Creates an image from boxes as data sets and detectors give them.
    public init(truths: [LabelledBox], detections: [Detection]) {
        self.init(truths: truths.map { Truth($0) }, found: detections.map { Found($0) })
    }

    /// Creates an image from objects and detections with areas of their own.
    public init(truths: [Truth], found: [Found]) {
        self.truths = truths
        self.found = found
    }

    /// An annotated object.
    public struct Truth: Sendable {
        /// The box around the object.
        public let box: Box
        /// The area of the box.
        public let boxArea: Double
        /// The index of the class.
        public let label: Int
        /// The area of the object itself, by which COCO's figures call it small, medium or large.
        public let area: Double
        /// True for a group of objects that are not annotated one by one.
        public let isCrowd: Bool
        /// True for an object that need not be found, in the figures of VOC and YOLOv5; COCO's figures require it.
        public let isIgnored: Bool

        /// Creates an object from a labelled box. One that is difficult is ignored by all figures; in COCO's it counts
        /// as a crowd.
        public init(_ truth: LabelledBox) {
            self.init(
                box: truth.box, boxArea: truth.box.area, label: truth.label, area: truth.box.area,
                isCrowd: truth.isDifficult, isIgnored: truth.isDifficult)
        }

        /// Creates an object.
        public init(box: Box, boxArea: Double, label: Int, area: Double, isCrowd: Bool, isIgnored: Bool) {
            self.box = box
            self.boxArea = boxArea
            self.label = label
            self.area = area
            self.isCrowd = isCrowd
            self.isIgnored = isIgnored
        }
    }

    /// A detection with its area.
    public struct Found: Sendable {
        /// The detection.
        public let detection: Detection
        /// The area of the box. It is stated beside the box because a width of exactly 32 pixels, say, may not be the
        /// difference of the rounded edges any more.
        public let area: Double

        /// Creates a detection whose area follows from the edges of its box.
        public init(_ detection: Detection) { self.init(detection, area: detection.box.area) }

        /// Creates a detection with a given area.
        public init(_ detection: Detection, area: Double) {
            self.detection = detection
            self.area = area
        }
    }
}

extension EvaluatedImage {
    /// Returns the intersection over union of a detection and an object; for a crowd, the part of the detection that
    /// lies in it.
    static func overlap(_ found: Found, _ truth: Truth, withCrowds: Bool) -> Double {
        let shared = found.detection.box.intersectionArea(truth.box)
        guard shared > 0 else { return 0 }
        return shared / (withCrowds && truth.isCrowd ? found.area : found.area + truth.boxArea - shared)
    }
}
