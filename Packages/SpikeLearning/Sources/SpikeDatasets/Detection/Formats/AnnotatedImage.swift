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
        /// There is no box, for the reason given.
        case missing(String)
    }
}

extension AnnotatedImage {
    /// The result of checking an image: a sample, unless the image is left out, and what was left out or repaired.
    struct Checked: Sendable {
        var sample: DetectionSample?
        var leftOut: [LeftOut] = []
    }

    /// Reads the image and checks its boxes.
    ///
    /// - Parameter labels: The labels of the class names that are known.
    func checked(_ labels: [String: Int]) -> Checked {
        var result = Checked()
        let content: [UInt8]
        let image: Image
        do {
            content = try path.content()
        } catch {
            result.leftOut.add(name, "missing or not readable")
            return result
        }
        do {
            image = try ImageFile.decode(content, path.text)
        } catch {
            result.leftOut.add(name, "damaged, cut short or no images")
            return result
        }
        let size = PixelSize(width: image.width, height: image.height)
        var turn = ExifOrientation.upright
        if let statedSize, statedSize != size {
            let orientation = ImageFile.orientation(content)
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
                let name = object.className
                result.leftOut.add(annotation, name.isEmpty ? "without a class" : "of the unknown class \(name)", .box)
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
        var checksum = SHA256()
        checksum.update(content)
        result.sample = DetectionSample(
            name: name, width: size.width, height: size.height, boxes: boxes,
            file: DatasetFile(name: name, size: content.count, sha256: checksum.hexadecimal()), source: .file(path))
        return result
    }
}
