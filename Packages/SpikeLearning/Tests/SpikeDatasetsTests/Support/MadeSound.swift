import SpikeEncoding
import SpikeFiles
import TestSupport

extension Made {
    /// A WAV file of constant channels.
    static func sound(
        _ name: String, _ values: [Float] = [0.5], count: Int = 8000, rate: Double = 16_000, _ folder: TemporaryFolder
    ) throws {
        try folder.file(name, [])
        let signal = Signal(channels: values.map { [Float](repeating: $0, count: count) }, samplingRate: rate)
        try RecordingFile.write(signal, to: folder.file(name))
    }
}

extension Made {
    /// A WAV file that rises from 0 to 1.
    static func ramp(_ name: String, count: Int, _ folder: TemporaryFolder) throws {
        try folder.file(name, [])
        let signal = Signal(
            channels: [(0..<count).map { Float($0) / Float(count) }], samplingRate: 16_000)
        try RecordingFile.write(signal, to: folder.file(name))
    }
}
