/// An image of data that can be drawn as SVG.
public protocol Plot: Sendable {
    /// The image as the content of an SVG file in light colours.
    ///
    /// Colours are attributes of the elements, so the file needs no style sheet. Inside a report, the image follows the
    /// reader's choice of light or dark.
    var svg: String { get }
}
