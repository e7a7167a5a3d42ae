import ArrayFiles
import ObjectDetection

/// An image and the objects that its annotation states, before either is checked.
struct AnnotatedImage: Sendable {
    /// The path of the image's file.
    let path: BytePath
    /// The path of the image below the data set's folder.
    let name: String
    /// The path of the annotation below the data set's folder, which messages name.
    let annotation: String
    /// The size of the image that the annotation states; `nil` if it does not.
    let statedSize: PixelSize?
    let objects: [AnnotatedObject]
    /// Why the annotation cannot be read; `nil` if it can.
    var problem: FileError?
}

/// A width and a height in pixels.
struct PixelSize: Sendable, Hashable {
    let width: Int
    let height: Int
}

/// An object as an annotation states it.
struct AnnotatedObject: Sendable {
    let className: String
    let place: Place
    var isDifficult = false

    enum Place: Sendable {
        /// Edges in pixels.
        case pixels(Box)
        /// Edges in fractions of the image's width and height.
        case fractions(Box)
        /// There is no box that can be used, for the reason given.
        case missing(String)
    }

    /// The reason why a box is left out whose class is not known.
    ///
    /// - Parameter name: The name of the class, or the number that has no name.
    static func unknownClass(_ name: String) -> String { "of the unknown class \(name)" }
}

extension AnnotatedImage {
    /// The result of checking an image: a sample, unless the image is left out, and what was left out or repaired.
    struct Checked: Sendable {
        var sample: DetectionSample?
        /// Why the image or its annotation cannot be read; `nil` if they can.
        var broken: FileError?
        var leftOut: [LeftOut] = []
    }

    /// Checks the boxes.
    ///
    /// - Parameters:
    ///   - labels: The labels of the class names that are known.
    ///   - found: What the image's file is; `nil` if the annotation cannot be read.
    func checked(_ labels: [String: Int], _ found: Result<FileRecord<ImageShape>, FileError>?) -> Checked {
        var result = Checked()
        guard let found else {
            result.broken = problem
            result.leftOut.add(annotation, "annotations that cannot be read, with their images")
            return result
        }
        let record: FileRecord<ImageShape>
        do throws(FileError) {
            record = try found.get()
        } catch {
            result.broken = error
            result.leftOut.add(name, error.reasonToLeaveOut)
            return result
        }
        let (size, orientation) = (record.finding.size, record.finding.orientation)
        var turn = ExifOrientation.upright
        if let statedSize, statedSize != size {
            if orientation.exchangesSides, statedSize == PixelSize(width: size.height, height: size.width) {
                turn = orientation
            } else {
                result.leftOut.add(
                    annotation, "although the annotation states another size than the image has", .image)
            }
        }
        var boxes: [LabelledBox] = []
        for object in objects {
            if case .missing(let reason) = object.place {
                result.leftOut.add(annotation, reason, .box)
                continue
            }
            guard let label = labels[object.className] else {
                result.leftOut.add(
                    annotation,
                    object.className.isEmpty ? "without a class" : AnnotatedObject.unknownClass(object.className), .box)
                continue
            }
            guard let box = BoxRepair(size, turn).box(object.place, annotation, &result.leftOut) else { continue }
            let one = LabelledBox(box: box, label: label, isDifficult: object.isDifficult)
            if boxes.contains(one) {
                result.leftOut.add(annotation, "that repeat another one", .box)
            } else {
                boxes.append(one)
            }
        }
        result.sample = DetectionSample(
            name: name, width: size.width, height: size.height, boxes: boxes,
            file: DatasetFile(name: name, size: record.stamp.size, sha256: record.content.hexadecimal),
            source: .file(path))
        return result
    }
}
