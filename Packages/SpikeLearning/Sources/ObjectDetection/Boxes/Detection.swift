/// An object that a detector found in an image.
public struct Detection: Hashable, Sendable {
    /// The box around the object.
    public var box: Box

    /// The index of the class in the list of class names.
    public var label: Int

    /// The confidence of the detector; higher is surer. Detectors of this package give scores in 0...1.
    public var score: Double

    /// Creates a detection.
    public init(box: Box, label: Int, score: Double) {
        self.box = box
        self.label = label
        self.score = score
    }
}
