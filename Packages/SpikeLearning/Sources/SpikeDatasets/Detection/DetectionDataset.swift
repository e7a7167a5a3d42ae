import ArrayFiles
import ObjectDetection
import TorchTensors

/// A data set of images with boxes around their objects: one part to train a detector on, and one to test it on.
public struct DetectionDataset: Sendable {
    /// The name of the data set, such as the name of its folder.
    public let name: String
    /// The names of the classes; the name at index i belongs to label i.
    public let classNames: [String]
    /// The images to train on. Their boxes include none that are difficult.
    public let train: [DetectionSample]
    /// The images to test on. Boxes that are difficult are marked.
    public let test: [DetectionSample]
    /// The files and boxes that are left out or were repaired, by reason.
    public let leftOut: [LeftOut]

    /// Creates a data set.
    ///
    /// Boxes of training images that are difficult are left out. Images without any box are kept, and counted in
    /// `leftOut`.
    init(
        name: String, classNames: [String], train: [DetectionSample], test: [DetectionSample], leftOut: [LeftOut]
    ) {
        var leftOut = leftOut
        self.name = name
        self.classNames = classNames
        self.train = train.map { sample in
            let easy = sample.boxes.filter { !$0.isDifficult }
            if easy.count < sample.boxes.count {
                leftOut.add(
                    sample.name, "difficult or crowds (of training images)", .box,
                    count: sample.boxes.count - easy.count)
            }
            return sample.with(easy)
        }
        self.test = test
        var counted: Set<String> = []
        for sample in train + test where sample.boxes.isEmpty && counted.insert(sample.name).inserted {
            leftOut.add(sample.name, "without objects", .image)
        }
        self.leftOut = leftOut
    }

    /// Returns the data set with at most the given numbers of images, from the beginning of each part; `nil` for all.
    public func limited(train: Int? = nil, test: Int? = nil) -> DetectionDataset {
        DetectionDataset(
            self, train: Array(self.train.prefix(train ?? .max)), test: Array(self.test.prefix(test ?? .max)))
    }

    private init(_ whole: DetectionDataset, train: [DetectionSample], test: [DetectionSample]) {
        (name, classNames, leftOut) = (whole.name, whole.classNames, whole.leftOut)
        (self.train, self.test) = (train, test)
    }

    /// The content in a few lines: the number of images and of boxes by class, then what is left out or repaired. Control
    /// characters in names are written as escapes.
    public var summary: [String] {
        [("training", train), ("testing", test)].map { part, samples in
            var counts = [Int](repeating: 0, count: classNames.count)
            for box in samples.lazy.flatMap(\.boxes) { counts[box.label] += 1 }
            let classes = zip(classNames, counts).map { "\($0) \($1)" }.joined(separator: ", ")
            let boxes = counts.reduce(0, +)
            let text =
                "\(counted(samples.count, "image")) for \(part) with "
                + "\(counted(boxes, "box", plural: "boxes")): \(classes)"
            return BytePath.text(Array(text.utf8))
        } + leftOut.map(\.text)
    }

    /// Returns one SHA-256 checksum of the whole data set, in 64 hexadecimal digits.
    ///
    /// It covers the images' names, the contents of their files, their boxes, the names of the classes, and whether an
    /// image is for training or for testing. Drawn images are the same if their names and boxes are.
    public func digest() -> String {
        var checksum = SHA256()
        checksum.update(classNames.joined(separator: "\0").utf8)
        for (part, samples) in [("train", train), ("test", test)] {
            for sample in samples {
                checksum.update("\n\(part)\0\(sample.name)\0\(sample.file?.sha256 ?? "drawn")".utf8)
                for one in sample.boxes { checksum.update(one.digestText.utf8) }
            }
        }
        return checksum.hexadecimal()
    }
}

extension LabelledBox {
    /// The box, its label and whether it is difficult, as text for checksums.
    var digestText: String { "\0\(box.left) \(box.top) \(box.right) \(box.bottom) \(label) \(isDifficult)" }
}
