import ArrayFiles

extension DetectionEvaluation {
    /// Evaluates detections against annotations, both in files in the formats of COCO.
    ///
    /// The crowds of the annotations (`iscrowd`) are ignored by all figures. Objects with `ignore` or `difficult` are
    /// ignored by the figures of VOC and YOLOv5 only, because pycocotools does not read these keys.
    ///
    /// - Parameters:
    ///   - truthPath: The path of the annotations, as `COCOAnnotations` reads them.
    ///   - detectionsPath: The path of the detections, as `COCODetections` reads them.
    /// - Throws: `FileError` that names the first flaw of a file: an annotation or detection with a number that is not
    ///   known, without four finite coordinates or with a negative size, for instance.
    public init(cocoTruth truthPath: String, detections detectionsPath: String) throws(FileError) {
        let (images, classNames) = try EvaluatedImage.read(cocoTruth: truthPath, detections: detectionsPath)
        self.init(images, classNames: classNames)
    }
}

extension EvaluatedImage {
    /// Reads annotations and detections from files in the formats of COCO.
    ///
    /// - Parameters:
    ///   - truthPath: The path of the annotations, as `COCOAnnotations` reads them.
    ///   - detectionsPath: The path of the detections, as `COCODetections` reads them.
    /// - Returns: The images by rising numbers, and the names of the classes by rising numbers.
    /// - Throws: `FileError` that names the first flaw of a file.
    public static func read(
        cocoTruth truthPath: String, detections detectionsPath: String
    ) throws(FileError) -> (images: [EvaluatedImage], classNames: [String]) {
        let truth = try COCOAnnotations(truthPath)
        let ids = truth.images.map(\.id).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
        let labels = Dictionary(uniqueKeysWithValues: truth.categories.enumerated().map { ($1.id, $0) })
        var images = [EvaluatedImage](repeating: EvaluatedImage(truths: [Truth](), found: []), count: ids.count)
        func find(
            _ image: Int, _ category: Int, _ path: String, _ place: String
        ) throws(FileError) -> (image: Int, label: Int) {
            let known = path == truthPath ? "this file" : truthPath
            guard let index = places[image] else {
                throw .malformed(path: path, place: place, problem: "the image \(image) is not among those of \(known)")
            }
            guard let label = labels[category] else {
                throw .malformed(
                    path: path, place: place, problem: "the category \(category) is not among those of \(known)")
            }
            return (index, label)
        }
        var seen: Set<Int> = []
        for (number, one) in truth.annotations.enumerated() {
            let place = "annotations[\(number)]"
            if let problem = one.problem { throw problem }
            let (image, label) = try find(one.image, one.category, truthPath, place)
            if let id = one.id, !seen.insert(id).inserted {
                throw .malformed(path: truthPath, place: place, problem: "the id \(id) is there twice")
            }
            if let area = one.area, area < 0 {
                throw .malformed(path: truthPath, place: place, problem: "the area must be >= 0, got \(area)")
            }
            images[image].truths.append(
                Truth(
                    box: one.box, boxArea: one.boxArea, label: label, area: one.area ?? one.boxArea,
                    isCrowd: one.isCrowd, isIgnored: one.isIgnored))
        }
        let detections = try COCODetections(detectionsPath)
        for (number, one) in detections.entries.enumerated() {
            let (image, label) = try find(one.image, one.category, detectionsPath, "[\(number)]")
            images[image].found.append(
                Found(Detection(box: one.box, label: label, score: one.score), area: one.boxArea))
        }
        return (images, truth.categories.map(\.name))
    }
}
