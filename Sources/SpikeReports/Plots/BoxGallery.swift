import SpikeEncoding

/// Pairs of images with boxes: on the left those that are annotated, on the right those that were found.
public struct BoxGallery: Plot {
    /// A box on an image, with a text.
    public struct Mark: Sendable, Hashable {
        /// The x coordinate of the left edge, in pixels of the image.
        public let x: Double
        /// The y coordinate of the upper edge, in pixels of the image.
        public let y: Double
        /// The width in pixels of the image.
        public let width: Double
        /// The height in pixels of the image.
        public let height: Double
        /// The text at the box, such as `dog 0.87`.
        public let text: String
        /// The red, green and blue of the box, 0...255.
        public let colour: [UInt8]

        /// Creates a mark.
        ///
        /// - Parameters:
        ///   - x: The x coordinate of the left edge, in pixels of the image.
        ///   - y: The y coordinate of the upper edge, in pixels of the image.
        ///   - width: The width in pixels of the image.
        ///   - height: The height in pixels of the image.
        ///   - text: The text at the box.
        ///   - colour: The red, green and blue of the box. Traps unless there are three.
        public init(x: Double, y: Double, width: Double, height: Double, text: String, colour: [UInt8]) {
            precondition(colour.count == 3, "BoxGallery: a colour has 3 values, got \(colour.count)")
            self.x = x
            self.y = y
            self.width = width
            self.height = height
            self.text = text
            self.colour = colour
        }
    }

    /// An image with two sets of boxes.
    public struct Pair: Sendable, Hashable {
        /// The image without boxes.
        public let image: PixelImage
        /// The annotated boxes, drawn on the left.
        public let truths: [Mark]
        /// The boxes that were found, drawn on the right.
        public let found: [Mark]

        /// Creates a pair.
        ///
        /// - Parameters:
        ///   - image: The image without boxes.
        ///   - truths: The annotated boxes.
        ///   - found: The boxes that were found. Later ones are drawn above earlier ones.
        public init(image: PixelImage, truths: [Mark], found: [Mark]) {
            self.image = image
            self.truths = truths
            self.found = found
        }
    }

    /// The title of the plot.
    public let title: String
    /// The images with their boxes, from top to bottom.
    public let pairs: [Pair]
    /// A line of text below the title; `nil` for none.
    public let note: String?

    /// Creates a gallery.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - pairs: The images with their boxes, from top to bottom.
    ///   - note: A line of text below the title; `nil` for none.
    public init(title: String, pairs: [Pair], note: String? = nil) {
        self.title = title
        self.pairs = pairs
        self.note = note
    }

    private static let margin = 14.0
    private static let gap = 12.0
    private static let textHeight = 14.0

    public var svg: String {
        let header = Header(title: title, note: note, width: PlotArea.imageWidth)
        let width = (PlotArea.imageWidth - 2 * Self.margin - Self.gap) / 2
        let heights = pairs.map { width * Double($0.image.height) / Double($0.image.width) }
        let top = header.height + 18
        let height = top + heights.reduce(0) { $0 + $1 + Self.gap } + 6
        return SVGWriter.document(
            title: title,
            description: "\(counted(pairs.count, "image")) with annotated boxes, and with boxes that were found.",
            width: PlotArea.imageWidth, height: max(height, top + 30)
        ) { writer in
            header.draw(on: &writer)
            var y = top
            for (column, name) in ["annotated", "found"].enumerated() {
                let x = Self.margin + Double(column) * (width + Self.gap)
                writer.text(name, at: Point(x: x, y: top - 7), style: "tick")
            }
            for (pair, height) in zip(pairs, heights) {
                for (column, marks) in [pair.truths, pair.found].enumerated() {
                    let x = Self.margin + Double(column) * (width + Self.gap)
                    draw(pair.image, marks, in: Rectangle(x: x, y: y, width: width, height: height), on: &writer)
                }
                y += height + Self.gap
            }
            if pairs.isEmpty { writer.text("no images", at: Point(x: Self.margin, y: top + 20), style: "note") }
        }
    }

    private func draw(_ image: PixelImage, _ marks: [Mark], in area: Rectangle, on writer: inout SVGWriter) {
        writer.element(
            "image",
            [
                .text("xmlns:xlink", "http://www.w3.org/1999/xlink"), .text("xlink:href", image.dataAddress),
                .number("x", area.x), .number("y", area.y), .number("width", area.width),
                .number("height", area.height),
            ])
        let scale = area.width / Double(image.width)
        let (right, bottom) = (area.x + area.width, area.y + area.height)
        func horizontal(_ x: Double) -> Double { min(max(area.x + x * scale, area.x), right) }
        func vertical(_ y: Double) -> Double { min(max(area.y + y * scale, area.y), bottom) }
        for mark in marks {
            let (left, top) = (horizontal(mark.x), vertical(mark.y))
            let width = max(horizontal(mark.x + mark.width) - left, 0)
            let height = max(vertical(mark.y + mark.height) - top, 0)
            let colour = "#" + mark.colour.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            // A dark line below the coloured one sets the box apart from bright images.
            for (stroke, thickness) in [("#101010", 3.5), (colour, 1.8)] {
                writer.element(
                    "rect",
                    [
                        .number("x", left), .number("y", top), .number("width", width), .number("height", height),
                        .text("fill", "none"), .text("stroke", stroke), .number("stroke-width", thickness),
                    ])
            }
            let text = TextMetrics.fitted(mark.text, to: area.width - 4, size: 11)
            let plate = TextMetrics.width(text, size: 11) + 4
            let x = min(left, right - plate)
            let y = top - Self.textHeight >= area.y ? top - Self.textHeight : min(top, bottom - Self.textHeight)
            writer.element(
                "rect", style: "surface",
                [
                    .number("x", x), .number("y", y), .number("width", plate), .number("height", Self.textHeight),
                    .text("stroke", colour), .number("stroke-width", 1),
                ])
            writer.text(text, at: Point(x: x + 2, y: y + 10.5), style: "small")
        }
    }
}
