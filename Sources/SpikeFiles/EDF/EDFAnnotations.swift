/// The time-stamped annotation lists of EDF+ and BDF+: the start of each data record, and labels.
///
/// Source: B. Kemp and J. Olivan (2003), doi:10.1016/S1388-2457(03)00123-8; edfplus.info/specs/edfplus.html.
struct EDFAnnotations {
    /// The start of each data record in seconds after the start of the file; `nil` where none is given.
    private(set) var recordStarts: [Double?] = []
    /// The labels, with times in seconds after the start of the file.
    private(set) var labels: [RecordingLabels.Label] = []

    /// Adds what one data record holds.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of a signal of annotations.
    ///   - isFirst: Whether this is the first such signal of the data record, which holds the record's start.
    /// - Returns: Whether the bytes are annotations.
    mutating func add(_ bytes: ArraySlice<UInt8>, isFirst: Bool) -> Bool {
        var start: Double?
        var isWellFormed = true
        // A list ends with 0; unused bytes are 0, too. 20 stands after times and texts, 21 before a duration.
        for (index, list) in bytes.split(separator: 0).enumerated() {
            let fields = list.split(separator: 20, omittingEmptySubsequences: false)
            let times = fields[0].split(separator: 21, omittingEmptySubsequences: false).map {
                Double(String(decoding: $0, as: UTF8.self))
            }
            guard fields.count > 1, times.count <= 2, let onset = times[0], onset.isFinite,
                fields[0].first == UInt8(ascii: "+") || fields[0].first == UInt8(ascii: "-")
            else {
                isWellFormed = false
                continue
            }
            let texts = fields.dropFirst()
            if isFirst, index == 0, texts.first?.isEmpty == true { start = onset }
            for text in texts where !text.isEmpty {
                labels.append(
                    .init(
                        time: onset, duration: times.count > 1 ? times[1] : nil,
                        symbol: String(decoding: text, as: UTF8.self)))
            }
        }
        if isFirst { recordStarts.append(start) }
        return isWellFormed
    }
}
