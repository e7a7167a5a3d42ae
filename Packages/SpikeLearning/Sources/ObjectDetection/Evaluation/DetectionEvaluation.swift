/// The figures of a detector on annotated images.
///
/// Mean average precision (mAP) is given by four definitions, besides the twelve figures of COCO. It is the mean over
/// the classes that have objects to find. In the figures of VOC and YOLOv5, a detection belongs to the object of its
/// class that it overlaps most, difficult objects and crowds are ignored, and all detections count.
public struct DetectionEvaluation: Sendable {
    /// The results of the classes, in the order of their labels.
    public let classes: [ClassResult]

    /// The twelve figures of COCO.
    public let coco: COCOFigures

    /// The number of images.
    public let images: Int

    /// The results of one class.
    public struct ClassResult: Sendable {
        /// The name of the class.
        public let name: String
        /// The number of objects to find. The precisions below are 0 if there is none.
        public var objects: Int { curve.objects }
        /// The number of detections.
        public let detections: Int
        /// Precision and recall at an intersection over union of 0.5.
        public let curve: PrecisionRecallCurve
        /// The average precision by 101 points at an intersection over union of 0.5.
        public let precision50: Double
        /// The mean of the average precisions by 101 points at 0.5, 0.55, … 0.95.
        public let precision5095: Double
        /// The average precision of VOC 2007, by 11 points, at 0.5.
        public let precisionVOC07: Double
        /// The average precision of VOC 2010, by all points, at 0.5.
        public let precisionVOC10: Double

        init(_ name: String, _ samples: ClassSamples) {
            self.name = name
            detections = samples.images.reduce(0) { $0 + $1.found.count }
            let matching = VOCMatching(samples, thresholds: COCOFigures.thresholds)
            curve = matching.curve(threshold: 0)
            guard curve.objects > 0 else {
                (precision50, precision5095, precisionVOC07, precisionVOC10) = (0, 0, 0, 0)
                return
            }
            let precisions = COCOFigures.thresholds.indices.map { matching.curve(threshold: $0).interpolatedPrecision }
            precision50 = precisions[0]
            precision5095 = precisions.reduce(0, +) / Double(precisions.count)
            precisionVOC07 = curve.elevenPointPrecision
            precisionVOC10 = curve.allPointPrecision
        }
    }

    /// Evaluates detections.
    ///
    /// Traps if a label is not the index of a class name.
    ///
    /// - Parameters:
    ///   - images: The images with their objects and detections. Of detections with equal scores, those of the first
    ///     image come first. A detection whose score is not a number is left out.
    ///   - classNames: The names of the classes.
    public init(_ images: [EvaluatedImage], classNames: [String]) {
        let samples = ClassSamples.byClass(images, classCount: classNames.count)
        classes = zip(classNames, samples).map { ClassResult($0, $1) }
        coco = COCOFigures(samples)
        self.images = images.count
    }

    /// The mAP at an intersection over union of 0.5 by 101 points, as YOLOv5 computes it; `nil` without objects.
    public var mAP50: Double? { mean(\.precision50) }
    /// The mean of the mAPs at 0.5, 0.55, … 0.95 by 101 points, as YOLOv5 computes it; `nil` without objects.
    public var mAP5095: Double? { mean(\.precision5095) }
    /// The mAP of VOC 2007, by 11 points; `nil` without objects.
    public var mAPVOC07: Double? { mean(\.precisionVOC07) }
    /// The mAP of VOC 2010, by all points; `nil` without objects.
    public var mAPVOC10: Double? { mean(\.precisionVOC10) }

    private func mean(_ figure: (ClassResult) -> Double) -> Double? {
        let values = classes.filter { $0.objects > 0 }.map(figure)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
