import SpikeDatasets

extension ImageDataset {
    /// Sentences about what makes accuracy on this data set meaningless or incomplete: a single class, or classes
    /// without images. Empty if there is nothing to remark.
    public var remarks: [String] {
        let (trained, tested) = (Set(train.classIndices), Set(test.classIndices))
        var remarks: [String] = []
        if classNames.count == 1 || trained.count == 1 {
            let name = classNames[trained.first ?? 0]
            remarks.append(
                "\(self.name): there is one class only, \(name), to train on: whatever a network answers, its accuracy says "
                    + "nothing")
        }
        for (present, purpose) in [(trained, "train on"), (tested, "test on")] where classNames.count > 1 {
            let missing = classNames.indices.filter { !present.contains($0) }
            if let text = Self.remark(classes: missing.map { classNames[$0] }, purpose) {
                remarks.append("\(name): \(text)")
            }
        }
        return remarks
    }

    /// Returns a sentence about classes without images, such as `there are no images of a, b to test on`.
    ///
    /// - Parameters:
    ///   - classes: The names of the classes without images.
    ///   - purpose: The purpose that the images would have, such as `train on`.
    /// - Returns: The sentence, or `nil` if `classes` is empty.
    public static func remark(classes: [String], _ purpose: String = "test on") -> String? {
        guard !classes.isEmpty else { return nil }
        let more = classes.count > 5 ? " and \(classes.count - 5) more classes" : ""
        return "there are no images of \(classes.prefix(5).joined(separator: ", "))\(more) to \(purpose)"
            + (purpose == "test on" ? ", so accuracy does not say how well they are told" : "")
    }
}
