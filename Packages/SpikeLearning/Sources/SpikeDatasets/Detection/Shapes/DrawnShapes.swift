import ObjectDetection
import TorchTensors

/// A data set of drawn images: circles, squares, triangles, stars, rings and crosses of any size, colour and rotation on
/// noisy backgrounds, with exact boxes.
///
/// An image depends only on the seed, its part and its number, so a larger data set begins with the images of a smaller
/// one. Nothing is downloaded or stored; images are drawn when they are asked for.
public struct DrawnShapes: Sendable, Hashable {
    /// The name of the data set.
    public static let name = "shapes"

    /// The names of the classes, in the order of their labels.
    public static let classNames = ShapeKind.allCases.map { "\($0)" }

    /// The widths that images can have, in pixels.
    static let sides = 32...4096

    /// The width of the images in pixels. Their heights are between three quarters of it and all of it.
    public let side: Int
    /// The number of images to train on.
    public let trainCount: Int
    /// The number of images to test on.
    public let testCount: Int
    /// The seed.
    public let seed: UInt64

    /// Creates a description of the data set.
    ///
    /// - Parameters:
    ///   - side: The width of the images in pixels, in 32...4096. Traps if it is out of this range.
    ///   - trainCount: The number of images to train on. Traps if it is negative.
    ///   - testCount: The number of images to test on. Traps if it is negative.
    ///   - seed: The seed. The same seed gives the same images.
    public init(side: Int = 320, trainCount: Int = 512, testCount: Int = 128, seed: UInt64 = 0) {
        precondition(Self.sides.contains(side), "DrawnShapes: side must be in 32...4096, got \(side)")
        precondition(
            trainCount >= 0 && testCount >= 0,
            "DrawnShapes: the numbers of images must be >= 0, got \(trainCount) and \(testCount)")
        self.side = side
        self.trainCount = trainCount
        self.testCount = testCount
        self.seed = seed
    }

    /// Returns the data set.
    public func dataset() -> DetectionDataset {
        func samples(_ part: String, _ count: Int) -> [DetectionSample] {
            let random = RandomStream(seed: seed).split(Self.name).split(part)
            return (0..<count).map { index in
                let scene = ShapeScene(side: side, random.split(index))
                return DetectionSample(
                    name: "\(part)/\(index)", width: scene.width, height: scene.height, boxes: scene.boxes, file: nil,
                    source: .drawing(scene))
            }
        }
        return DetectionDataset(
            name: Self.name, classNames: Self.classNames, train: samples("train", trainCount),
            test: samples("test", testCount), leftOut: [])
    }
}
