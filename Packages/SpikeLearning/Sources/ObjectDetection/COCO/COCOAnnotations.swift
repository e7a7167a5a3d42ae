import ArrayFiles

/// The content of a file of annotations in the format of COCO: images, classes and boxes.
///
/// The file is a JSON object with the lists `images` (`id`, `file_name`, `width`, `height`), `categories` (`id`,
/// `name`) and `annotations` (`image_id`, `category_id`, `bbox`, and optionally `id`, `area`, `iscrowd`, `ignore`). A
/// `bbox` is `[x, y, width, height]` in pixels, from the outer edge of the image's upper left pixel. Other keys, such as
/// `segmentation`, are skipped.
///
/// Source: <https://cocodataset.org/#format-data>.
public struct COCOAnnotations: Sendable {
    /// An image.
    public struct Image: Sendable, Hashable {
        /// The number by which annotations name the image.
        public let id: Int
        /// The path of the image's file; `nil` if the file does not state it.
        public let fileName: String?
        /// The width in pixels; `nil` if the file does not state it.
        public let width: Int?
        /// The height in pixels; `nil` if the file does not state it.
        public let height: Int?
    }

    /// A class.
    public struct Category: Sendable, Hashable {
        /// The number by which annotations name the class.
        public let id: Int
        /// The name of the class.
        public let name: String
    }

    /// An annotated object.
    public struct Annotation: Sendable {
        /// The number of the annotation, if it has one.
        public fileprivate(set) var id: Int?
        /// The number of the image; 0 if there is a problem.
        public fileprivate(set) var image = 0
        /// The number of the class; 0 if there is a problem.
        public fileprivate(set) var category = 0
        /// The box; empty if there is a problem.
        public fileprivate(set) var box = Box(left: 0, top: 0, right: 0, bottom: 0)
        /// The product of the stated width and height.
        public fileprivate(set) var boxArea = 0.0
        /// The area of the object, if the file states it.
        public fileprivate(set) var area: Double?
        /// True for a group of objects that are not annotated one by one.
        public fileprivate(set) var isCrowd = false
        /// True for an object that need not be found.
        public fileprivate(set) var isIgnored = false
        /// The first flaw of the annotation; `nil` if it has none.
        public fileprivate(set) var problem: FileError?
    }

    /// The images, in the order of the file.
    public let images: [Image]
    /// The classes, by rising numbers.
    public let categories: [Category]
    /// The annotated objects, in the order of the file.
    public let annotations: [Annotation]

    /// The path of the file.
    let path: String

    /// Reads a file.
    ///
    /// Flaws of single annotations are not thrown but stated in `Annotation.problem`.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `FileError` if the file cannot be read or is no JSON of this form, or if an image or a class has no
    ///   number or one that another has.
    public init(_ path: String) throws(FileError) {
        let file = try InputFile(path)
        var scanner = JSONScanner(try file.bytes(file.size), path: path)
        var images: [Image]?
        var categories: [Category]?
        var annotations: [Annotation]?
        try scanner.object { (scanner, key) throws(FileError) in
            switch key {
            case "images": images = try scanner.images()
            case "categories": categories = try scanner.categories()
            case "annotations": annotations = try scanner.annotations()
            default: try scanner.skip()
            }
        }
        try scanner.end()
        func required<List>(_ list: List?, _ name: String) throws(FileError) -> List {
            guard let list else {
                throw .malformed(
                    path: path, place: nil,
                    problem: "there is no list \(name); annotations of COCO hold images, categories and annotations")
            }
            return list
        }
        self.images = try required(images, "images")
        self.categories = try required(categories, "categories").sorted { $0.id < $1.id }
        self.annotations = try required(annotations, "annotations")
        self.path = path
    }
}

extension JSONScanner {
    /// Reads a list whose elements have numbers, each its own.
    fileprivate mutating func numbered<Element>(
        _ id: (Element) -> Int, _ read: (inout JSONScanner) throws(FileError) -> Element
    ) throws(FileError) -> [Element] {
        var elements: [Element] = []
        var seen: Set<Int> = []
        try list { (scanner) throws(FileError) in
            let element = try read(&scanner)
            guard seen.insert(id(element)).inserted else {
                throw scanner.problem("the id \(id(element)) is there twice")
            }
            elements.append(element)
        }
        return elements
    }

    fileprivate mutating func images() throws(FileError) -> [COCOAnnotations.Image] {
        try numbered(\.id) { (scanner) throws(FileError) in
            var id: Int?
            var name: String?
            var (width, height): (Int?, Int?)
            try scanner.object { (scanner, key) throws(FileError) in
                switch key {
                case "id": id = try scanner.wholeNumber()
                case "file_name" where scanner.kind == .text: name = try scanner.text()
                case "width" where scanner.kind == .number: width = Int(exactly: try scanner.number())
                case "height" where scanner.kind == .number: height = Int(exactly: try scanner.number())
                default: try scanner.skip()
                }
            }
            guard let id else { throw scanner.problem("id is missing") }
            return COCOAnnotations.Image(id: id, fileName: name, width: width, height: height)
        }
    }

    fileprivate mutating func categories() throws(FileError) -> [COCOAnnotations.Category] {
        try numbered(\.id) { (scanner) throws(FileError) in
            var id: Int?
            var name: String?
            try scanner.object { (scanner, key) throws(FileError) in
                switch key {
                case "id": id = try scanner.wholeNumber()
                case "name": name = try scanner.text()
                default: try scanner.skip()
                }
            }
            guard let id else { throw scanner.problem("id is missing") }
            guard let name else { throw scanner.problem("name is missing") }
            return COCOAnnotations.Category(id: id, name: name)
        }
    }

    fileprivate mutating func annotations() throws(FileError) -> [COCOAnnotations.Annotation] {
        var annotations: [COCOAnnotations.Annotation] = []
        try list { (scanner) throws(FileError) in
            var annotation = COCOAnnotations.Annotation()
            var fields = BoxFields()
            try scanner.object { (scanner, key) throws(FileError) in
                try fields.read(&scanner, key) { (scanner, key) throws(FileError) in
                    switch key {
                    case "id": annotation.id = try scanner.wholeNumber()
                    case "area": annotation.area = try scanner.number()
                    case "iscrowd": annotation.isCrowd = try scanner.flag()
                    case "ignore", "difficult": annotation.isIgnored = try scanner.flag() || annotation.isIgnored
                    default: return false
                    }
                    return true
                }
            }
            do throws(FileError) {
                (annotation.image, annotation.category, annotation.box) = try fields.checked(scanner)
                annotation.boxArea = fields.width * fields.height
            } catch {
                annotation.problem = error
            }
            annotations.append(annotation)
        }
        return annotations
    }
}

/// The keys that annotations and detections share: an image, a class and a box.
struct BoxFields {
    private var image: Int?
    private var category: Int?
    private var numbers: [Double] = []
    private var hasBox = false
    private var problem: FileError?

    /// The stated width.
    var width: Double { numbers[2] }
    /// The stated height.
    var height: Double { numbers[3] }

    /// Reads the value of a key, or has it read. A value of a wrong type is noted as a problem, and skipped.
    ///
    /// - Parameter other: Reads the value of another key; returns false if there is no use for it.
    mutating func read(
        _ scanner: inout JSONScanner, _ key: String, _ other: (inout JSONScanner, String) throws(FileError) -> Bool
    ) throws(FileError) {
        let mark = scanner.mark
        do throws(FileError) {
            switch key {
            case "image_id": image = try scanner.wholeNumber()
            case "category_id": category = try scanner.wholeNumber()
            case "bbox":
                hasBox = true
                var numbers: [Double] = []
                try scanner.list { (scanner) throws(FileError) in numbers.append(try scanner.number()) }
                guard numbers.count == 4 else {
                    throw scanner.problem("a box is 4 numbers, [x, y, width, height], not \(numbers.count)")
                }
                self.numbers = numbers
                guard numbers[2] >= 0, numbers[3] >= 0 else {
                    throw scanner.problem("width and height must be >= 0, got \(numbers[2]) and \(numbers[3])")
                }
            default: if try !other(&scanner, key) { try scanner.skip() }
            }
        } catch {
            // JSON that cannot be read further is an error of the file, and skipping fails in the same way.
            scanner.rewind(to: mark)
            try scanner.skip()
            problem = problem ?? error
        }
    }

    /// Returns the image, the class and the box.
    ///
    /// - Parameter scanner: The scanner, to name the place.
    /// - Throws: The first problem that was noted, or one about a missing key.
    func checked(_ scanner: JSONScanner) throws(FileError) -> (image: Int, category: Int, box: Box) {
        if let problem { throw problem }
        guard let image else { throw scanner.problem("image_id is missing") }
        guard let category else { throw scanner.problem("category_id is missing") }
        guard hasBox else { throw scanner.problem("bbox is missing") }
        return (image, category, Box(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]))
    }
}
