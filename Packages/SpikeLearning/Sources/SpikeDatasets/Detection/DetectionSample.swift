import ArrayFiles
import ObjectDetection

/// An image with the boxes around its objects. The image is read or drawn when it is asked for.
public struct DetectionSample: Sendable {
    /// The path of the image below the data set's folder, or a name such as `train/7`.
    public let name: String
    /// The width of the image in pixels.
    public let width: Int
    /// The height of the image in pixels.
    public let height: Int
    /// The boxes around the objects, in pixels of the image as `image()` returns it. They lie in the image.
    public let boxes: [LabelledBox]
    /// The record of the image's file and boxes; `nil` if the image is drawn.
    public let file: DatasetFile?

    private let source: Source

    enum Source: Sendable {
        case file(BytePath)
        case drawing(ShapeScene)
    }

    init(name: String, width: Int, height: Int, boxes: [LabelledBox], file: DatasetFile?, source: Source) {
        self.name = name
        self.width = width
        self.height = height
        self.boxes = boxes
        self.file = file?.with(boxes)
        self.source = source
    }

    /// Returns the image with three channels, upright.
    ///
    /// - Throws: `FileError` if its file cannot be read any more, or holds an image of another size.
    public func image() throws(FileError) -> Image {
        switch source {
        case .drawing(let scene): return scene.drawn()
        case .file(let path):
            let image = try ImageFile.decode(try path.content(), path.text)
            guard image.width == width, image.height == height else {
                throw .damaged(
                    path: path.text,
                    problem: "the image has \(image.width)×\(image.height) pixels now, and had \(width)×\(height) when "
                        + "the data set was read")
            }
            return image
        }
    }

    /// Returns the sample with other boxes.
    func with(_ boxes: [LabelledBox]) -> DetectionSample {
        DetectionSample(name: name, width: width, height: height, boxes: boxes, file: file, source: source)
    }
}
