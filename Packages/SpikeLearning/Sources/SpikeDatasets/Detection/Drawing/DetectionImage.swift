import ArrayFiles
import Foundation
import ObjectDetection

/// Draws boxes with their classes and scores on images.
///
/// Each class has a colour. Lines have dark edges, and texts are light on dark plates, so that both are legible on any
/// image. Small images are enlarged by a whole factor first, until the longer side has at least 640 pixels, and the
/// shorter one 200 unless the longer one would then have more than 4096.
public enum DetectionImage {
    /// The least lengths of the sides of a drawn image, and the greatest length that a side is enlarged to for the
    /// shorter one, in pixels.
    private static let sides = (longer: 640, shorter: 200, limit: 4096)

    /// Draws what a detector found.
    ///
    /// - Parameters:
    ///   - detections: The detections, in pixels of the image. Those with higher scores are drawn above others.
    ///   - image: The image, of one channel or three.
    ///   - classNames: The names of the classes. A label without a name is written as a number, and so is one whose name
    ///     has letters that are not Latin.
    /// - Returns: The image with the boxes, in three channels.
    public static func draw(_ detections: [Detection], on image: Image, classNames: [String]) -> Image {
        let marks = detections.filter { $0.box.isFinite }.map { one in
            let score = (one.score * 100).rounded() / 100
            return Mark(
                box: one.box, text: "\(name(one.label, classNames)) \(score)", label: one.label, rank: one.score)
        }
        return draw(marks.sorted { $0.rank < $1.rank }, on: image)
    }

    /// Draws annotated boxes, with their classes.
    ///
    /// - Parameters:
    ///   - truths: The boxes, in pixels of the image. The text of a difficult one is in brackets.
    ///   - image: The image, of one channel or three.
    ///   - classNames: The names of the classes. A label without a name is written as a number, and so is one whose name
    ///     has letters that are not Latin.
    /// - Returns: The image with the boxes, in three channels.
    public static func draw(_ truths: [LabelledBox], on image: Image, classNames: [String]) -> Image {
        let marks = truths.filter { $0.box.isFinite }.map { one in
            let name = name(one.label, classNames)
            return Mark(box: one.box, text: one.isDifficult ? "(\(name))" : name, label: one.label, rank: 0)
        }
        return draw(marks, on: image)
    }

    /// Writes an image as PNG, whole or not at all.
    ///
    /// - Parameters:
    ///   - image: The image, of one channel or three.
    ///   - path: The path of the file.
    /// - Throws: `FileError` if the file cannot be written.
    public static func write(_ image: Image, to path: String) throws(FileError) {
        try AtomicFile.write(PNGImage.encode(image, path), to: path)
    }

    /// Returns the colour of a class as red, green and blue. Neighbouring labels have distant hues.
    public static func colour(_ label: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
        // Multiples of the golden ratio, modulo 1.
        let turn = (Double(label) * 0.618_033_988_749_895 + 0.33).truncatingRemainder(dividingBy: 1)
        func channel(_ offset: Double) -> UInt8 {
            let k = (offset + 6 * abs(turn)).truncatingRemainder(dividingBy: 6)
            return UInt8(255 * (1 - 0.75 * max(0, min(k, 4 - k, 1))))
        }
        return (channel(5), channel(3), channel(1))
    }

    private static func name(_ label: Int, _ classNames: [String]) -> String {
        classNames.indices.contains(label) && BitmapFont.canWrite(classNames[label]) ? classNames[label] : "\(label)"
    }

    private struct Mark {
        let box: Box
        let text: String
        let label: Int
        let rank: Double
    }

    /// Draws marks, the last above the others.
    private static func draw(_ marks: [Mark], on image: Image) -> Image {
        let (longer, shorter) = (max(image.width, image.height), min(image.width, image.height))
        func factor(_ side: Int, _ least: Int) -> Int { (least + side - 1) / side }
        let ofShorter = min(factor(shorter, sides.shorter), sides.limit / longer)
        var canvas = Canvas(image.withChannels(3), factor: max(factor(longer, sides.longer), ofShorter, 1))
        for mark in marks { canvas.frame(mark.box, colour(mark.label)) }
        // The text of the last mark has the first choice of places.
        for mark in marks.reversed() { canvas.plate(mark.text, mark.box, colour(mark.label)) }
        return canvas.image
    }
}

/// An image that is drawn on.
private struct Canvas {
    typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

    private(set) var image: Image
    private let factor: Int
    /// The width of lines, and the size of a pixel of the font.
    private let unit: Int
    private var plates: [Box] = []

    private static let dark: Colour = (16, 16, 16)
    private static let light: Colour = (255, 255, 255)

    /// - Parameter factor: The factor by which the image is enlarged.
    init(_ image: Image, factor: Int) {
        self.image = image.resized(height: image.height * factor, width: image.width * factor)
        self.factor = factor
        let (width, height) = (self.image.width, self.image.height)
        unit = max(min(max(width, height) / 320, min(width, height) / 100), 2)
    }

    /// Draws the outline of a box, with dark edges on both sides.
    mutating func frame(_ box: Box, _ colour: Colour) {
        let (left, top, right, bottom) = edges(box)
        for (grow, colour) in [(1, Self.dark), (0, colour)] {
            let (outer, inner) = (grow, unit + grow)
            fill(left - outer, top - outer, right + outer, top + inner, colour)
            fill(left - outer, bottom - inner, right + outer, bottom + outer, colour)
            fill(left - outer, top - outer, left + inner, bottom + outer, colour)
            fill(right - inner, top - outer, right + outer, bottom + outer, colour)
        }
    }

    /// Writes a text on a dark plate: above the box, in it or below it, where it covers no other one.
    mutating func plate(_ text: String, _ box: Box, _ colour: Colour) {
        let room = image.width / (unit * (BitmapFont.width + 1)) - 2
        let glyphs = BitmapFont.glyphs(text).prefix(max(room, 1))
        let width = unit * ((BitmapFont.width + 1) * glyphs.count + 2)
        let height = unit * (BitmapFont.height + 2)
        let (boxLeft, boxTop, boxRight, boxBottom) = edges(box)
        let places = [
            (boxLeft, boxTop - height), (boxRight - width, boxTop - height), (boxLeft, boxBottom),
            (boxLeft, boxTop + unit), (boxRight - width, boxBottom), (boxLeft, boxBottom - height - unit),
        ].map { (max(min($0.0, image.width - width), 0), max(min($0.1, image.height - height), 0)) }
        func plate(_ place: (Int, Int)) -> Box {
            Box(x: Double(place.0), y: Double(place.1), width: Double(width), height: Double(height))
        }
        let (left, top) =
            places.first { place in plates.allSatisfy { $0.intersectionArea(plate(place)) == 0 } } ?? places[0]
        plates.append(plate((left, top)))
        fill(left, top, left + width, top + height, colour)
        fill(left + 1, top + 1, left + width - 1, top + height - 1, Self.dark)
        for (place, rows) in glyphs.enumerated() {
            let x = left + unit * (1 + place * (BitmapFont.width + 1)) + unit / 2
            for (row, bits) in rows.enumerated() {
                for column in 0..<BitmapFont.width where bits >> (BitmapFont.width - 1 - column) & 1 == 1 {
                    let (x, y) = (x + unit * column, top + unit * (row + 1))
                    fill(x, y, x + unit, y + unit, Self.light)
                }
            }
        }
    }

    /// The edges of a box on the canvas, at least a pixel apart.
    private func edges(_ box: Box) -> (Int, Int, Int, Int) {
        func place(_ value: Double, _ limit: Int) -> Int {
            Int((min(max(value, -1), Double(limit / factor) + 1) * Double(factor)).rounded())
        }
        let (left, top) = (place(box.left, image.width), place(box.top, image.height))
        return (left, top, max(place(box.right, image.width), left + 1), max(place(box.bottom, image.height), top + 1))
    }

    /// Fills a rectangle, as far as it lies in the image.
    private mutating func fill(_ left: Int, _ top: Int, _ right: Int, _ bottom: Int, _ colour: Colour) {
        let (left, right) = (max(left, 0), min(right, image.width))
        guard left < right else { return }
        for row in max(top, 0)..<max(min(bottom, image.height), max(top, 0)) {
            for (channel, value) in [colour.red, colour.green, colour.blue].enumerated() {
                for column in left..<right { image[channel, row, column] = value }
            }
        }
    }
}
