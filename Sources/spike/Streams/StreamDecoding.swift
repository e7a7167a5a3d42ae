import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

/// Decodes events from standard input to samples on standard output, as they arrive.
struct StreamDecoding {
    let format: SampleFormat

    func run() throws {
        StopRequest.listen()
        let input = try ChunkInput(following: nil)
        var decoding = EventDecoding(input.name, format: format)
        while case .bytes(let bytes)? = try input.next() { try decoding.push(bytes, write: ChunkOutput.write) }
        // After a signal, the events so far are decoded; that they were cut short is no news then.
        do {
            try decoding.finish(write: ChunkOutput.write)
        } catch let error as FileError {
            guard let request = StopRequest.current else { throw error }
            throw request.exitCode
        }
        if decoding.clippedCount > 0 {
            warn(
                "\(decoding.clippedCount) of "
                    + "\(counted(decoding.sampleCount * (decoding.channelCount ?? 1), "value")) beyond what "
                    + "\(format.rawValue) holds \(decoding.clippedCount == 1 ? "was" : "were") clipped")
        }
        if let request = StopRequest.current { throw request.exitCode }
    }
}
