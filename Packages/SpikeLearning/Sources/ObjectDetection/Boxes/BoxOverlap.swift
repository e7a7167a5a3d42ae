import Foundation

// How much two boxes agree. Wherever a quotient is 0/0, as for boxes without area, it counts as 0.

extension Box {
    /// Returns the intersection over union, I/U in 0...1: the area that the boxes share, divided by the area that they
    /// cover together.
    public func iou(_ other: Box) -> Double {
        let shared = intersectionArea(other)
        return ratio(shared, area + other.area - shared)
    }

    /// Returns the generalized intersection over union, IoU − (C − U)/C in −1...1, where C is the area of the smallest
    /// box around both.
    ///
    /// Source: Rezatofighi et al. 2019, arXiv 1902.09630.
    public func giou(_ other: Box) -> Double {
        let shared = intersectionArea(other)
        let union = area + other.area - shared
        let hull = hull(other)
        let hullArea = hull.width * hull.height
        return ratio(shared, union) - ratio(hullArea - union, hullArea)
    }

    /// Returns the distance intersection over union, IoU − d²/c² in −1...1, where d is the distance between the
    /// centres and c is the diagonal of the smallest box around both.
    ///
    /// Source: Zheng et al. 2020, arXiv 1911.08287.
    public func diou(_ other: Box) -> Double {
        let hull = hull(other)
        let diagonal = hull.width * hull.width + hull.height * hull.height
        let (dx, dy) = (centreX - other.centreX, centreY - other.centreY)
        return iou(other) - ratio(dx * dx + dy * dy, diagonal)
    }

    /// Returns the complete intersection over union, DIoU − αv.
    ///
    /// v = 4/π² · (atan(w₁/h₁) − atan(w₂/h₂))² compares the shapes of the boxes, and α = v / (1 − IoU + v) weights it.
    ///
    /// Source: Zheng et al. 2020, arXiv 1911.08287.
    public func ciou(_ other: Box) -> Double {
        let angle = atan2(width, height) - atan2(other.width, other.height)
        let shape = 4 / (Double.pi * Double.pi) * angle * angle
        return diou(other) - ratio(shape, 1 - iou(other) + shape) * shape
    }

    /// The smallest box around both.
    private func hull(_ other: Box) -> Box {
        Box(
            left: min(left, other.left), top: min(top, other.top), right: max(right, other.right),
            bottom: max(bottom, other.bottom))
    }
}

private func ratio(_ part: Double, _ whole: Double) -> Double { whole == 0 ? 0 : part / whole }
