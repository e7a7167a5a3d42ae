import SpikeEncoding

/// Events of a camera as frames one after the other, in rows from left to right. Pixels that became brighter (ON) and
/// darker (OFF) have the colours of spikes up and down.
public struct FilmStrip: Plot {
    /// One frame.
    public struct Frame: Sendable, Hashable {
        /// The text below the frame, such as its time.
        public let caption: String

        /// The number of rows, H.
        public let height: Int

        /// The number of columns, W.
        public let width: Int

        /// The strength of OFF events, `[H, W]` in C order, from 0 (none) to 1 (full colour).
        public let off: [Float]

        /// The strength of ON events, `[H, W]` in C order, from 0 (none) to 1 (full colour).
        public let on: [Float]

        /// Creates a frame.
        ///
        /// - Parameters:
        ///   - caption: The text below the frame.
        ///   - height: The number of rows, H. Traps unless it is above 0.
        ///   - width: The number of columns, W. Traps unless it is above 0.
        ///   - off: The strength of OFF events, `[H, W]` in C order, from 0 (none) to 1 (full colour).
        ///   - on: The strength of ON events, likewise. Traps unless both have H · W values.
        public init(caption: String, height: Int, width: Int, off: [Float], on: [Float]) {
            precondition(
                height > 0 && width > 0 && off.count == height * width && on.count == height * width,
                "FilmStrip.Frame: \(off.count) and \(on.count) values do not fill [\(height), \(width)]")
            self.caption = caption
            self.height = height
            self.width = width
            self.off = off
            self.on = on
        }

        /// The frame on white. Where both kinds of events are, their colours mix.
        var image: PixelImage {
            let (up, down) = (Theme.up.lightComponents, Theme.down.lightComponents)
            let planes = (0..<3).flatMap { channel in
                on.indices.map { pixel -> UInt8 in
                    let ink = on[pixel] * (255 - up[channel]) + off[pixel] * (255 - down[channel])
                    return UInt8(max(0, min(255, 255 - ink)))
                }
            }
            return PixelImage(channels: 3, height: height, width: width, pixels: planes)
        }
    }

    /// The title of the plot.
    public let title: String

    /// The frames in order of time.
    public let frames: [Frame]

    /// A line of text below the title; `nil` for none.
    public let note: String?

    /// Creates a strip.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - frames: The frames in order of time.
    ///   - note: A line of text below the title; `nil` for none.
    public init(title: String, frames: [Frame], note: String? = nil) {
        self.title = title
        self.frames = frames
        self.note = note
    }

    private static let (gap, captionHeight, left) = (10.0, 22.0, 14.0)

    public var svg: String {
        let legend = [
            LegendEntry(symbol: .tick("up"), text: "ON: brighter"),
            LegendEntry(symbol: .tick("down"), text: "OFF: darker"),
        ]
        let header = Header(title: title, legend: legend, note: note, width: PlotArea.imageWidth)
        let columns = min(max(1, frames.count), 4)
        let room = PlotArea.imageWidth - Self.left - PlotArea.rightMargin
        let width = (room + Self.gap) / Double(columns) - Self.gap
        // The frames of a strip are of one sensor; a tall one is not drawn higher than wide.
        let shape = frames.map { Double($0.height) / Double($0.width) }.max() ?? 1
        let height = width * min(1, shape)
        let rows = (frames.count + columns - 1) / columns
        return SVGWriter.document(
            title: title, description: "\(counted(frames.count, "frame")) of events.", width: PlotArea.imageWidth,
            height: header.height + 8 + Double(max(1, rows)) * (height + Self.captionHeight + Self.gap)
        ) { writer in
            header.draw(on: &writer)
            for (index, frame) in frames.enumerated() {
                let place = Rectangle(
                    x: Self.left + Double(index % columns) * (width + Self.gap),
                    y: header.height + 8 + Double(index / columns) * (height + Self.captionHeight + Self.gap),
                    width: width, height: height)
                draw(frame, in: place, on: &writer)
            }
        }
    }

    private func draw(_ frame: Frame, in place: Rectangle, on writer: inout SVGWriter) {
        let scale = min(place.width / Double(frame.width), place.height / Double(frame.height))
        let (width, height) = (Double(frame.width) * scale, Double(frame.height) * scale)
        let x = place.x + (place.width - width) / 2
        writer.element(
            "image",
            [
                .text("xmlns:xlink", "http://www.w3.org/1999/xlink"), .text("xlink:href", frame.image.dataAddress),
                .number("x", x), .number("y", place.y), .number("width", width), .number("height", height),
            ])
        writer.element(
            "rect", style: "frame",
            [.number("x", x), .number("y", place.y), .number("width", width), .number("height", height)])
        writer.text(
            frame.caption, at: Point(x: place.x + place.width / 2, y: place.y + height + 16), anchor: .middle,
            style: "tick")
    }
}
