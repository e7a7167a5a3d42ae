import ObjectDetection

/// Brings boxes into an image, as far as that can be done without guessing what was meant.
struct BoxRepair {
    private let size: PixelSize
    private let turn: ExifOrientation

    /// - Parameters:
    ///   - size: The size of the upright image.
    ///   - turn: The orientation in which the image is stored, if boxes are stated for the stored image; `upright` if
    ///     they are stated for the upright one.
    init(_ size: PixelSize, _ turn: ExifOrientation) {
        self.size = size
        self.turn = turn
    }

    /// Returns a box in pixels of the upright image, or `nil` if it has to be left out.
    ///
    /// - Parameters:
    ///   - place: The box as the annotation states it.
    ///   - name: The annotation that messages name.
    ///   - leftOut: The list in which repairs and omissions are counted.
    func box(_ place: AnnotatedObject.Place, _ name: String, _ leftOut: inout [LeftOut]) -> Box? {
        let (width, height) = (Double(size.width), Double(size.height))
        var box: Box
        switch place {
        case .missing: return nil
        case .pixels(let pixels): box = pixels
        case .fractions(let fractions):
            let edges = [fractions.left, fractions.top, fractions.right, fractions.bottom]
            // A fraction may be off by its rounding, and a box may stick out of the image a bit.
            if edges.allSatisfy({ abs($0) <= 1.5 }) || !fractions.isFinite {
                box = fractions.mapped(scaleX: width, scaleY: height, shiftX: 0, shiftY: 0)
            } else {
                box = fractions
                leftOut.add(name, "stated in pixels where fractions belong", .repairedBox)
            }
        }
        guard box.isFinite else {
            leftOut.add(name, "with coordinates that are not finite numbers", .box)
            return nil
        }
        if box.left > box.right || box.top > box.bottom {
            leftOut.add(name, "with exchanged edges", .repairedBox)
            box = Box(
                left: min(box.left, box.right), top: min(box.top, box.bottom), right: max(box.left, box.right),
                bottom: max(box.top, box.bottom))
        }
        guard !box.isEmpty else {
            leftOut.add(name, "without area", .box)
            return nil
        }
        if turn != .upright {
            box = turned(box)
            leftOut.add(name, "turned like their image", .repairedBox)
        }
        let inside = box.clipped(width: width, height: height)
        guard !inside.isEmpty else {
            leftOut.add(name, "outside of the image", .box)
            return nil
        }
        let cut = max(
            max(inside.left - box.left, inside.top - box.top), max(box.right - inside.right, box.bottom - inside.bottom)
        )
        // Fractions of six digits are rounded by less than that.
        if cut > 0.01 { leftOut.add(name, "cut at the edges of the image", .repairedBox) }
        return inside
    }

    /// Returns a box of the stored image, turned like the image.
    private func turned(_ box: Box) -> Box {
        let (width, height) = (Double(size.width), Double(size.height))
        switch turn {
        case .transposed: return Box(left: box.top, top: box.left, right: box.bottom, bottom: box.right)
        case .quarterRight:
            return Box(left: width - box.bottom, top: box.left, right: width - box.top, bottom: box.right)
        case .transversed:
            return Box(
                left: width - box.bottom, top: height - box.right, right: width - box.top, bottom: height - box.left)
        case .quarterLeft:
            return Box(left: box.top, top: height - box.right, right: box.bottom, bottom: height - box.left)
        case .upright, .mirrored, .upsideDown, .flipped: return box
        }
    }
}
