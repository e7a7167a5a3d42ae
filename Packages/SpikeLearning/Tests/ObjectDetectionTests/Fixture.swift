import Foundation
import ObjectDetection

/// The reference results, which `Fixtures/README.md` describes.
enum Fixture {
    static func load<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name).json")
        return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
    }
}

extension Box {
    /// Creates a box from its left, upper, right and lower edge.
    init(_ edges: [Double]) { self.init(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3]) }
}
