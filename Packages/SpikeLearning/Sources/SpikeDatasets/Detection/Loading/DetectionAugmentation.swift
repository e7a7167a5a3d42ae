import ObjectDetection
import TorchTensors

/// The random changes of images and their boxes while a detector is trained.
///
/// Four images form a mosaic, which is scaled and shifted; then colours change, and left and right may be swapped. The
/// defaults are those with which YOLOv5 is trained from scratch, as its documentation states them; this code is our own.
///
/// Sources: Bochkovskiy et al. 2020, arXiv 2004.10934 (mosaic); documentation of YOLOv5, hyperparameters.
public struct DetectionAugmentation: Sendable, Hashable, Codable {
    /// The probability of a mosaic, in 0...1; otherwise an image stands alone.
    public var mosaic: Double
    /// The greatest shift, as a part of the side, in 0...1.
    public var translation: Double
    /// The greatest change of the scale: the factor is within 1 − `scale` ... 1 + `scale`. It is in 0 ..< 1.
    public var scale: Double
    /// The greatest relative change of the hue, in 0...1.
    public var hue: Double
    /// The greatest relative change of the saturation, in 0...1.
    public var saturation: Double
    /// The greatest relative change of the brightness (the value of HSV), in 0...1.
    public var brightness: Double
    /// The probability that left and right are swapped, in 0...1.
    public var flip: Double

    /// Creates an augmentation.
    ///
    /// Traps if a parameter is out of its range.
    public init(
        mosaic: Double = 1, translation: Double = 0.1, scale: Double = 0.5, hue: Double = 0.015,
        saturation: Double = 0.7, brightness: Double = 0.4, flip: Double = 0.5
    ) {
        for (name, value) in [
            ("mosaic", mosaic), ("translation", translation), ("hue", hue), ("saturation", saturation),
            ("brightness", brightness), ("flip", flip),
        ] { precondition((0...1).contains(value), "DetectionAugmentation: \(name) must be in 0...1, got \(value)") }
        precondition((0..<1).contains(scale), "DetectionAugmentation: scale must be in 0 ..< 1, got \(scale)")
        self.mosaic = mosaic
        self.translation = translation
        self.scale = scale
        self.hue = hue
        self.saturation = saturation
        self.brightness = brightness
        self.flip = flip
    }

    /// Boxes must keep more than this part of their area in the image.
    static let leastShare = 0.1
    /// Boxes must be wider and higher than this, in pixels.
    static let leastSide = 2.0

    /// An image with the boxes on it.
    struct Augmented {
        var image: Image
        var boxes: [LabelledBox]
    }

    /// An image whose longer side has the size of the square, with the boxes on it.
    typealias Scaled = Augmented

    /// Returns a square with a random view of an image, and of three others if it is a mosaic.
    ///
    /// - Parameters:
    ///   - index: The index of the image.
    ///   - count: The number of images to choose the others from.
    ///   - side: The size of the square in pixels.
    ///   - random: The stream of all random numbers; the same stream gives the same square.
    ///   - scaled: Returns an image, scaled so that its longer side is `side`, with the boxes on it.
    func callAsFunction(
        _ index: Int, of count: Int, side: Int, _ random: RandomStream, _ scaled: (Int) throws -> Scaled
    ) rethrows -> Augmented {
        var draws = Draws(random.split("layout"))
        let canvas =
            draws.next() < mosaic
            ? try Self.mosaic([index] + (0..<3).map { _ in draws.integer(below: count) }, side: side, &draws, scaled)
            : Self.alone(try scaled(index), side: side)
        var view = Self.view(
            of: canvas, side: side, scale: 1 + scale * (2 * draws.next() - 1),
            centreX: Double(side) * (0.5 + translation * (2 * draws.next() - 1)),
            centreY: Double(side) * (0.5 + translation * (2 * draws.next() - 1)))
        let gains = [hue, saturation, brightness].map { 1 + $0 * (2 * draws.next() - 1) }
        view.image.changeColours(hue: gains[0], saturation: gains[1], brightness: gains[2])
        if draws.next() < flip {
            view.image = view.image.flipped()
            for place in view.boxes.indices {
                let box = view.boxes[place].box
                (view.boxes[place].box.left, view.boxes[place].box.right) = (
                    Double(side) - box.right, Double(side) - box.left
                )
            }
        }
        return view
    }

    /// Returns a square of twice the size with four images about a random point, whose coordinates are within a quarter
    /// and three quarters of it.
    static func mosaic(
        _ indices: [Int], side: Int, _ draws: inout Draws, _ scaled: (Int) throws -> Scaled
    ) rethrows -> Augmented {
        let (x, y) = (side / 2 + draws.integer(below: side + 1), side / 2 + draws.integer(below: side + 1))
        var canvas = Augmented(
            image: Image(channels: 3, height: 2 * side, width: 2 * side, filledWith: Letterbox.fill), boxes: [])
        for (place, index) in indices.enumerated() {
            let part = try scaled(index)
            let left = place % 2 == 0 ? x - part.image.width : x
            let top = place < 2 ? y - part.image.height : y
            canvas.image.paste(part.image, left: left, top: top)
            canvas.boxes += part.boxes.map { $0.mapped(scale: 1, shiftX: Double(left), shiftY: Double(top)) }
        }
        return canvas
    }

    /// Returns a square with an image in its middle.
    private static func alone(_ part: Scaled, side: Int) -> Augmented {
        let (left, top) = ((side - part.image.width) / 2, (side - part.image.height) / 2)
        var image = Image(channels: 3, height: side, width: side, filledWith: Letterbox.fill)
        image.paste(part.image, left: left, top: top)
        return Augmented(
            image: image, boxes: part.boxes.map { $0.mapped(scale: 1, shiftX: Double(left), shiftY: Double(top)) })
    }

    /// Returns a square with a scaled view of a canvas. Boxes are cut at the edges of the canvas and of the square, and
    /// are dropped if little of them remains.
    ///
    /// - Parameters:
    ///   - centreX: The x coordinate of the canvas's centre in the square.
    ///   - centreY: The y coordinate of the canvas's centre in the square.
    static func view(
        of canvas: Augmented, side: Int, scale: Double, centreX: Double, centreY: Double
    ) -> Augmented {
        let (width, height) = (Double(canvas.image.width), Double(canvas.image.height))
        let (shiftX, shiftY) = (centreX - scale * width / 2, centreY - scale * height / 2)
        let image = canvas.image.scaledView(side: side, scale: scale, shiftX: shiftX, shiftY: shiftY)
        let boxes = canvas.boxes.compactMap { one -> LabelledBox? in
            var seen = one
            seen.box = one.box.clipped(width: width, height: height)
            seen = seen.mapped(scale: scale, shiftX: shiftX, shiftY: shiftY)
            seen.box = seen.box.clipped(width: Double(side), height: Double(side))
            guard seen.box.width > leastSide, seen.box.height > leastSide,
                seen.box.area > leastShare * scale * scale * one.box.area
            else { return nil }
            return seen
        }
        return Augmented(image: image, boxes: boxes)
    }
}

extension LabelledBox {
    /// Returns the box scaled about the origin, then shifted.
    func mapped(scale: Double, shiftX: Double, shiftY: Double) -> LabelledBox {
        var result = self
        result.box = box.mapped(scaleX: scale, scaleY: scale, shiftX: shiftX, shiftY: shiftY)
        return result
    }
}
