extension Tensor: CustomStringConvertible {
    /// Type, shape and elements, such as `float32 [2, 2]` and below it `[[1.0, 2.0],` and ` [3.0, 4.0]]`.
    ///
    /// Of more than 1000 elements, a long dimension shows three at both ends. The text is not cheap: it fetches the elements.
    public var description: String {
        let heading = "\(dtype) \(shape)" + (device == .cpu ? "" : " on \(device)")
        do {
            let edges = count > 1000
            let shown = try edges ? withoutMiddles() : self
            let texts = try shown.elementTexts()
            guard !texts.isEmpty else { return heading + "\n[]" }
            let width = texts.map(\.count).max()!
            var rows = Rows(texts: texts, width: width, lengths: shown.shape, gaps: shape.map { edges && $0 > 6 })
            return heading + "\n" + rows.next(0)
        } catch {
            return heading + ", \(error)"
        }
    }

    /// Three at both ends of each dimension that is longer.
    private func withoutMiddles() throws(TensorError) -> Tensor {
        var result = try detached()
        for (dimension, length) in shape.enumerated() where length > 6 {
            let ends = [try result.sliced(dimension, 0..<3), try result.sliced(dimension, length - 3..<length)]
            result = try Tensor.concatenated(ends, dimension)
        }
        return result
    }

    private func elementTexts() throws(TensorError) -> [String] {
        switch dtype {
        case .float64: try elements(as: Double.self).map { "\($0)" }
        case .float32, .bfloat16, .float16: try elements(as: Float.self).map { "\($0)" }
        case .bool: try elements(as: Bool.self).map { "\($0)" }
        default: try elements(as: Int.self).map { "\($0)" }
        }
    }
}

/// Elements in C order as nested brackets.
private struct Rows {
    let texts: [String]
    let width: Int
    let lengths: [Int]
    /// Which dimensions lack their middle.
    let gaps: [Bool]
    var position = 0

    init(texts: [String], width: Int, lengths: [Int], gaps: [Bool]) {
        (self.texts, self.width, self.lengths, self.gaps) = (texts, width, lengths, gaps)
    }

    /// The part of this dimension that comes next.
    mutating func next(_ dimension: Int) -> String {
        guard dimension < lengths.count else {
            defer { position += 1 }
            return String(repeating: " ", count: width - texts[position].count) + texts[position]
        }
        var parts: [String] = []
        for index in 0..<lengths[dimension] {
            if index == 3, gaps[dimension] { parts.append("…") }
            parts.append(next(dimension + 1))
        }
        let isInnermost = dimension == lengths.count - 1
        let separator =
            isInnermost
            ? ", "
            : "," + String(repeating: "\n", count: lengths.count - 1 - dimension)
                + String(repeating: " ", count: dimension + 1)
        return "[" + parts.joined(separator: separator) + "]"
    }
}
