import ObjectDetection
import SpikingModels

/// A prediction that is to find an object: one cell and anchor that the object is assigned to.
struct AnchorMatch: Equatable {
    /// The index of the image in the batch.
    let image: Int
    /// The number of the prediction in the grid.
    let prediction: Int
    /// The column of the cell.
    let column: Int
    /// The row of the cell.
    let row: Int
    /// The anchor of the prediction.
    let anchor: Anchor
    /// The box around the object, in pixels of the network's input.
    let box: Box
    /// The index of the object's class.
    let label: Int
}

extension DetectionGrid {
    /// The ratio below which an object and an anchor match: both the widths and the heights differ by a smaller factor.
    static let anchorRatio = 4.0

    /// Returns the predictions that are to find the objects of a batch, scale by scale.
    ///
    /// An object is assigned to every anchor that differs from it by less than `anchorRatio` in width and in height, in up
    /// to three cells of the anchor's scale: the cell that contains the centre of the object, and the nearest neighbours
    /// beside it and above or below it. A neighbour is the one on whose side of the cell the centre lies; it must lie in
    /// the image. Objects whose centre lies outside of the image are left out.
    ///
    /// - Parameter boxes: The objects of each image, in pixels of the network's input.
    /// - Returns: For each scale, the matches in the order of images, objects, anchors and cells.
    func matches(_ boxes: [[LabelledBox]]) -> [[AnchorMatch]] {
        scales.map { scale in
            boxes.enumerated().flatMap { image, boxes in
                boxes.flatMap { scale.matches($0, image: image) }
            }
        }
    }
}

extension DetectionGrid.Scale {
    fileprivate func matches(_ object: LabelledBox, image: Int) -> [AnchorMatch] {
        let box = object.box
        let (x, y) = (box.centreX / Double(stride), box.centreY / Double(stride))
        guard !box.isEmpty, x >= 0, y >= 0, x < Double(columns), y < Double(rows) else { return [] }
        let (column, row) = (Int(x), Int(y))
        var cells = [(column, row)]
        /// The neighbour on whose side the position lies; nil in the middle of the cell and at the edge of the image.
        func neighbour(_ position: Double, _ cell: Int, _ count: Int) -> Int? {
            let offset = position - Double(cell)
            if offset < 0.5 { return cell > 0 ? cell - 1 : nil }
            return offset > 0.5 && cell + 1 < count ? cell + 1 : nil
        }
        if let next = neighbour(x, column, columns) { cells.append((next, row)) }
        if let next = neighbour(y, row, rows) { cells.append((column, next)) }
        return anchors.enumerated().flatMap { index, anchor -> [AnchorMatch] in
            let (wide, high) = (box.width / anchor.width, box.height / anchor.height)
            guard max(wide, 1 / wide, high, 1 / high) < DetectionGrid.anchorRatio else { return [] }
            return cells.map { column, row in
                AnchorMatch(
                    image: image, prediction: self.index(anchor: index, row: row, column: column), column: column,
                    row: row, anchor: anchor, box: box, label: object.label)
            }
        }
    }
}
