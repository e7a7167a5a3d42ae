import Foundation
import ObjectDetection

/// An annotation in the XML format of Pascal VOC.
///
/// Each `object` of the root has a `name` and a `bndbox` with `xmin`, `ymin`, `xmax` and `ymax` in pixels of the upright
/// image. These numbers are taken as the edges of the box, as evaluations of VOC usually do. VOC itself counts pixels
/// from 1 and includes the last one, so a box is up to one pixel smaller here, and half a pixel further down and right.
/// Parts within objects, such as heads and hands, are skipped.
///
/// Source: development kit of Pascal VOC 2012.
struct VOCAnnotation {
    /// The name of the image's file, without folders; `nil` if it is not stated.
    let fileName: String?
    /// The size of the image; `nil` if it is not stated, or stated as 0.
    let size: PixelSize?
    /// The objects, in the order of the file.
    let objects: [AnnotatedObject]

    /// Reads an annotation; returns `nil` if the content is no XML.
    init?(_ content: [UInt8]) {
        var fileName: String?
        var (width, height): (Int?, Int?)
        var objects: [AnnotatedObject] = []
        /// The texts of the object that is being read.
        var fields: [String: String] = [:]
        let isXML = XMLElements.visit(content) { path, text in
            guard path.count <= 4 else { return }
            switch path.dropFirst().joined(separator: "/") {
            case "filename": fileName = text
            case "size/width": width = Int(text)
            case "size/height": height = Int(text)
            case "object/name", "object/difficult", "object/bndbox/xmin", "object/bndbox/ymin", "object/bndbox/xmax",
                "object/bndbox/ymax":
                fields[path.last!] = text
            case "object":
                objects.append(Self.object(fields))
                fields = [:]
            default: break
            }
        }
        guard isXML else { return nil }
        self.fileName = fileName.map { String($0.split { $0 == "/" || $0 == "\\" }.last ?? "") }
        size =
            if let width, let height, width > 0, height > 0 { PixelSize(width: width, height: height) } else { nil }
        self.objects = objects
    }

    private static func object(_ fields: [String: String]) -> AnnotatedObject {
        let edges = ["xmin", "ymin", "xmax", "ymax"].compactMap { fields[$0].flatMap { Double(decimal: $0) } }
        let place: AnnotatedObject.Place =
            edges.count == 4
            ? .pixels(Box(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3]))
            : .missing("without four numbers")
        let isDifficult = ["1", "true"].contains(fields["difficult"]?.lowercased())
        return AnnotatedObject(className: fields["name"] ?? "", place: place, isDifficult: isDifficult)
    }
}
