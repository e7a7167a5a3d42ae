import ObjectDetection

/// The labels of an image in the text format of YOLO: a line `class x y width height` for each object.
///
/// `class` is the index of the class. x and y are the centre of the box, and all four numbers are fractions of the width
/// and height of the upright image. A fifth number is the score of a detection, which is not used. A line with more
/// numbers states a polygon, `class x y x y …`, whose bounds become the box.
struct YOLOLabels {
    /// The objects, in the order of the lines; class names are indices as text.
    let objects: [AnnotatedObject]
    /// The number of lines with polygons.
    let polygons: Int
    /// The number of lines with scores.
    let scores: Int

    /// Reads labels. A line that is not of this form gives an object without a place.
    init(_ content: [UInt8]) {
        var objects: [AnnotatedObject] = []
        var (polygons, scores) = (0, 0)
        for line in TextFile.lines(content) {
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard let first = fields.first else { continue }
            let number = Double(decimal: first)
            let numbers = fields.dropFirst().map { Double(decimal: $0) }
            // Some programs write whole numbers as 3.0.
            guard let number, let label = Int(exactly: number), numbers.count >= 4, !numbers.contains(nil),
                numbers.count == 4 || numbers.count == 5 && 0...1 ~= numbers[4]!
                    || numbers.count >= 6 && numbers.count % 2 == 0
            else {
                objects.append(
                    AnnotatedObject(className: "", place: .missing("in lines that are not `class x y width height`")))
                continue
            }
            let values = numbers.map { $0! }
            let box: Box
            if values.count < 6 {
                scores += values.count - 4
                box = Box(centreX: values[0], centreY: values[1], width: values[2], height: values[3])
            } else {
                polygons += 1
                let across = stride(from: 0, to: values.count, by: 2).map { values[$0] }
                let down = stride(from: 1, to: values.count, by: 2).map { values[$0] }
                box = Box(left: across.min()!, top: down.min()!, right: across.max()!, bottom: down.max()!)
            }
            let isNegative = values.count < 6 && (values[2] < 0 || values[3] < 0)
            objects.append(
                AnnotatedObject(
                    className: "\(label)", place: isNegative ? .missing("of negative size") : .fractions(box)))
        }
        self.objects = objects
        self.polygons = polygons
        self.scores = scores
    }
}
