/// An image made of data.
public protocol Plot: Sendable {
    /// The whole image: an SVG file's contents in light colours, by attributes alone, which can also stand inside a
    /// report, where it follows the reader's choice of light or dark.
    var svg: String { get }
}
