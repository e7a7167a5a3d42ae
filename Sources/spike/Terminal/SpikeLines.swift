import SpikeGym

/// Spikes drawn for a terminal: one line per unit, one bar per spike.
struct SpikeLines {
    let text: String

    private static let stepLimit = 100
    private static let lineLimit = 64

    init(_ spikes: ObservationSpikes, unitNames: [String]) {
        let width = unitNames.map(\.count).max() ?? 0
        let shown = min(spikes.steps, Self.stepLimit)
        var lines: [String] = []
        for row in 0..<spikes.batch where lines.count < Self.lineLimit {
            if spikes.batch > 1 { lines.append("row \(row) of the batch") }
            for unit in 0..<spikes.units where lines.count < Self.lineLimit {
                let train = (0..<shown).map { spikes[$0, row, unit] == 0 ? "·" : "│" }.joined()
                let name = unitNames[unit] + String(repeating: " ", count: width - unitNames[unit].count)
                lines.append("\(name)  \(train)\(shown < spikes.steps ? "…" : "")")
            }
        }
        let all = spikes.batch * (spikes.units + (spikes.batch > 1 ? 1 : 0))
        if lines.count < all { lines.append("… and \(all - lines.count) more lines") }
        text = lines.joined(separator: "\n")
    }
}
