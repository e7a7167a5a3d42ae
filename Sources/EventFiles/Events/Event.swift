/// One event of an event camera: a pixel that became brighter or darker.
public struct Event: Sendable, Hashable {
    /// The time in microseconds, on the clock of the recording.
    public let time: Int64

    /// The column of the pixel, counted from 0.
    public let x: UInt16

    /// The row of the pixel, counted from 0.
    public let y: UInt16

    /// True if the pixel became brighter (ON), false if it became darker (OFF).
    public let isOn: Bool

    /// Creates an event.
    ///
    /// - Parameters:
    ///   - time: The time in microseconds.
    ///   - x: The column of the pixel, counted from 0.
    ///   - y: The row of the pixel, counted from 0.
    ///   - isOn: True if the pixel became brighter, false if it became darker.
    public init(time: Int64, x: UInt16, y: UInt16, isOn: Bool) {
        self.time = time
        self.x = x
        self.y = y
        self.isOn = isOn
    }
}

/// The size of a sensor in pixels.
public struct SensorSize: Sendable, Hashable, Codable {
    /// The number of columns.
    public var width: Int

    /// The number of rows.
    public var height: Int

    /// Creates a size.
    ///
    /// - Parameters:
    ///   - width: The number of columns, 0…65,536. Traps otherwise.
    ///   - height: The number of rows, 0…65,536. Traps otherwise.
    public init(width: Int, height: Int) {
        precondition(0...65_536 ~= width, "SensorSize: width must be 0…65536, got \(width)")
        precondition(0...65_536 ~= height, "SensorSize: height must be 0…65536, got \(height)")
        self.width = width
        self.height = height
    }

    /// A size from a file; `nil` unless both numbers are those of a sensor, 1…65,536.
    init?(inFile width: Int?, _ height: Int?) {
        guard let width, let height, 1...65_536 ~= width, 1...65_536 ~= height else { return nil }
        self.init(width: width, height: height)
    }

    /// A size such as `1280x720`, as headers of Prophesee give it; `nil` for another text.
    init?(geometry text: String) {
        let sides = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { side in
            Int(side.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
        }
        guard sides.count == 2 else { return nil }
        self.init(inFile: sides[0], sides[1])
    }
}
