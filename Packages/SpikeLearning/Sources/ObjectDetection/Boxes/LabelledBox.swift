/// A box around an object of an image, with the object's class, as an annotation states it.
public struct LabelledBox: Hashable, Sendable {
    /// The box around the object.
    public var box: Box

    /// The index of the class in the list of class names.
    public var label: Int

    /// True if the object is not to be searched for: one that is marked as difficult (VOC), or a group of objects that
    /// are not annotated one by one (the crowds of COCO). Evaluations ignore such a box, and detections of it.
    public var isDifficult: Bool

    /// Creates a labelled box.
    public init(box: Box, label: Int, isDifficult: Bool = false) {
        self.box = box
        self.label = label
        self.isDifficult = isDifficult
    }
}
