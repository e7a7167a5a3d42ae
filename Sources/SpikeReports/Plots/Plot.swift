/// A picture made of data.
public protocol Plot: Sendable {
    /// The whole picture: an SVG file's contents, which can also stand inside an HTML page beside others. It follows
    /// the reader's choice of light or dark.
    var svg: String { get }
}
