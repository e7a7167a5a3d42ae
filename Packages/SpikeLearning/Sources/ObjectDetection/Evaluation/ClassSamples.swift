/// The objects and detections of one class, image by image.
struct ClassSamples {
    struct Sample {
        var truths: [EvaluatedImage.Truth] = []
        /// The detections, by falling scores; of equal scores, the first comes first.
        var found: [EvaluatedImage.Found] = []
    }

    /// The images that hold objects or detections of the class, in the order of the data set.
    private(set) var images: [Sample] = []

    /// Sorts the objects and detections of all images by class.
    ///
    /// Detections whose score is not a number are left out.
    static func byClass(_ images: [EvaluatedImage], classCount: Int) -> [ClassSamples] {
        var classes = [ClassSamples](repeating: ClassSamples(), count: classCount)
        var places = [Int](repeating: -1, count: classCount)
        for (number, image) in images.enumerated() {
            func place(_ label: Int) -> Int {
                precondition(
                    (0..<classCount).contains(label), "DetectionEvaluation: label \(label) is none of \(classCount)")
                if places[label] != number {
                    places[label] = number
                    classes[label].images.append(Sample())
                }
                return classes[label].images.count - 1
            }
            for truth in image.truths { classes[truth.label].images[place(truth.label)].truths.append(truth) }
            for found in image.found where !found.detection.score.isNaN {
                classes[found.detection.label].images[place(found.detection.label)].found.append(found)
            }
        }
        for label in classes.indices {
            for index in classes[label].images.indices {
                classes[label].images[index].found.sortStably { $0.detection.score }
            }
        }
        return classes
    }
}

extension Array {
    /// Sorts by falling keys; elements of equal keys keep their order.
    mutating func sortStably(by key: (Element) -> Double) {
        guard count > 1 else { return }
        let keys = map(key)
        self = Self.stableOrder(keys).map { self[$0] }
    }

    /// Returns the indices of keys by falling keys; of equal keys, the first comes first.
    static func stableOrder(_ keys: [Double]) -> [Int] {
        keys.indices.sorted { keys[$0] > keys[$1] || keys[$0] == keys[$1] && $0 < $1 }
    }
}
