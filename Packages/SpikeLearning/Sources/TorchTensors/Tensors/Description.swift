extension Tensor: CustomStringConvertible {
    /// A text with the type, the shape and the elements of the tensor, such as `float32 [2, 2]` followed by the lines
    /// `[[1.0, 2.0],` and ` [3.0, 4.0]]`.
    ///
    /// If the tensor has more than 1000 elements, each dimension longer than 6 shows its first three and last three
    /// indices. Making the text is expensive, as it copies the shown elements to the CPU.
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

    /// Returns the first three and last three indices of each dimension that is longer than 6.
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

/// Formats elements in C order as nested brackets.
private struct Rows {
    let texts: [String]
    let width: Int
    let lengths: [Int]
    /// For each dimension, whether its middle is left out.
    let gaps: [Bool]
    var position = 0

    init(texts: [String], width: Int, lengths: [Int], gaps: [Bool]) {
        (self.texts, self.width, self.lengths, self.gaps) = (texts, width, lengths, gaps)
    }

    /// Returns the text for the next part of this dimension.
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
