import SpikeDatasets

extension ImageDataset {
    /// What makes accuracy on this data set say little: a single class, or classes without images; a sentence each.
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

    /// Such as `there are no images of a, b to test on`; nil if there is no class.
    ///
    /// - Parameter classes: Those without images.
    public static func remark(classes: [String], _ purpose: String = "test on") -> String? {
        guard !classes.isEmpty else { return nil }
        let more = classes.count > 5 ? " and \(classes.count - 5) more classes" : ""
        return "there are no images of \(classes.prefix(5).joined(separator: ", "))\(more) to \(purpose)"
            + (purpose == "test on" ? ", so accuracy does not say how well they are told" : "")
    }
}
