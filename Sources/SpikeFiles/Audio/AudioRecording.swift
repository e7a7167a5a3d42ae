import CSndfile
import Foundation
import SpikeEncoding

/// Reads and writes audio files with libsndfile.
enum AudioRecording {
    /// The lock for opening files, because the library reports errors of opening through a global variable.
    private static let opening = NSLock()
    private static let chunkValues = 1 << 16
    /// The largest number of values to read. Without a limit, a small file of compressed silence could fill the memory.
    private static let largestValueCount = 1 << 31

    static func read(_ path: String, samplingRate: Double?) throws(FileError) -> Signal {
        try checkSignature(path)
        let truncation = try AudioTruncation.find(in: InputFile(path))
        var info = SF_INFO()
        let file: OpaquePointer
        do throws(FileError) {
            file = try open(path, SFM_READ, &info)
        } catch {
            throw truncation.map { .damaged(path: path, problem: $0.problem(0)) } ?? error
        }
        defer { sf_close(file) }
        let subtype = info.format & Int32(SF_FORMAT_SUBMASK)
        // What Float32 does not hold.
        if subtype == Int32(SF_FORMAT_PCM_32) || subtype == Int32(SF_FORMAT_DOUBLE) {
            let samples = try read(path, file, info, truncation, sf_readf_double)
            return Signal(
                exactValues: samples, channelCount: Int(info.channels),
                samplingRate: samplingRate ?? Double(info.samplerate))
        }
        let samples = try read(path, file, info, truncation, sf_readf_float)
        return Signal(
            values: samples, channelCount: Int(info.channels), samplingRate: samplingRate ?? Double(info.samplerate))
    }

    /// Reads all samples, channel after channel.
    private static func read<Value: BinaryFloatingPoint & BitwiseCopyable>(
        _ path: String, _ file: OpaquePointer, _ info: SF_INFO, _ truncation: AudioTruncation?,
        _ readFrames: (OpaquePointer?, UnsafeMutablePointer<Value>?, sf_count_t) -> sf_count_t
    ) throws(FileError) -> [Value] {
        let channels = Int(info.channels)
        guard channels > 0, info.samplerate > 0 else {
            throw .malformed(path: path, place: "header", problem: "\(channels) channels at \(info.samplerate) Hz")
        }
        var frames = TableBlocks<Value>(columnCount: channels)
        let chunkFrames = max(1, chunkValues / channels)
        var chunk = [Value](repeating: 0, count: chunkFrames * channels)
        while true {
            let count = Int(readFrames(file, &chunk, sf_count_t(chunkFrames)))
            guard count > 0 else { break }
            chunk.withUnsafeBufferPointer {
                frames.append(rows: UnsafeBufferPointer(rebasing: $0[..<(count * channels)]))
            }
            guard frames.rowCount * channels <= largestValueCount else {
                throw .tooLarge(
                    path: path, problem: "more than \(largestValueCount) samples; cut the recording into parts")
            }
        }
        let promised = info.frames == sf_count_t.max ? 0 : Int(info.frames)
        if let truncation { throw .damaged(path: path, problem: truncation.problem(frames.rowCount)) }
        // The largest possible count means a stream of unknown length.
        if frames.rowCount < promised {
            throw .damaged(
                path: path,
                problem: "was cut short or damaged: \(frames.rowCount) samples of each channel can be read, of "
                    + "\(promised) that its header promises")
        }
        if sf_error(file) != SF_ERR_NO_ERROR {
            throw .malformed(
                path: path, place: "sample \(frames.rowCount)",
                problem: "\(reason(file)); the file was cut short or is damaged, encode it again")
        }
        guard frames.rowCount > 0 else {
            throw .malformed(path: path, place: nil, problem: "holds no samples")
        }
        return frames.columnMajor(Array(0..<channels))
    }

    /// Checks the first bytes of a file, because libsndfile takes many files of unknown formats for MPEG audio.
    private static func checkSignature(_ path: String) throws(FileError) {
        let start = try InputFile(path).bytes(4)
        guard
            ["RIFF", "RIFX", "RF64", "riff", "fLaC", "OggS", "FORM"].contains(where: { start.elementsEqual($0.utf8) })
        else {
            throw .malformed(path: path, place: "byte 0", problem: "is no WAV, FLAC, Ogg or AIFF file")
        }
    }

    /// Writes a floating-point WAV file, with 64 bits per sample if a channel has an offset, otherwise with 32.
    static func write(_ signal: Signal, to path: String) throws(FileError) {
        let type = signal.channelOffsets.isEmpty ? SF_FORMAT_FLOAT : SF_FORMAT_DOUBLE
        try write(signal, to: path, format: Int32(SF_FORMAT_WAV | type))
    }

    /// Writes an audio file in a given format.
    ///
    /// - Parameter format: A format of libsndfile, with its major and minor type.
    static func write(_ signal: Signal, to path: String, format: Int32) throws(FileError) {
        var info = SF_INFO()
        info.samplerate = try wholeRate(signal, path)
        info.channels = try channelCount(signal, path)
        info.format = format
        let sampleSize = signal.channelOffsets.isEmpty ? 4 : 8
        guard signal.values.count < (1 << 32) / sampleSize - 1024 else {
            throw .tooLarge(
                path: path,
                problem: "\(signal.values.count) samples are more than the 4 GiB that WAV can hold; write .npy")
        }
        try AtomicFile.write(to: path) { temporary in
            let file = try open(temporary, SFM_WRITE, &info)
            // The chunk of peaks is left out, because it holds the time of writing. Equal signals give equal files.
            sf_command(file, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))
            let isWritten = writeFrames(signal, file)
            let problem = reason(file)
            guard sf_close(file) == 0, isWritten else { throw FileError.unwritable(path: path, reason: problem) }
        }
    }

    private static func writeFrames(_ signal: Signal, _ file: OpaquePointer) -> Bool {
        let chunkFrames = max(1, chunkValues / signal.channelCount)
        var chunk: [Double] = []
        for start in stride(from: 0, to: signal.sampleCount, by: chunkFrames) {
            let end = min(start + chunkFrames, signal.sampleCount)
            chunk.removeAll(keepingCapacity: true)
            for sample in start..<end {
                for channel in 0..<signal.channelCount {
                    chunk.append(signal.value(ofChannel: channel, sample: sample))
                }
            }
            guard sf_writef_double(file, chunk, sf_count_t(end - start)) == end - start else { return false }
        }
        return true
    }

    private static func wholeRate(_ signal: Signal, _ path: String) throws(FileError) -> Int32 {
        guard let rate = signal.samplingRate else {
            throw .unsuitable(
                path: path,
                problem: "WAV needs a sampling rate, and the recording has none; give one, or write .npy or .csv")
        }
        guard let whole = Int32(exactly: rate), whole > 0 else {
            throw .unsuitable(
                path: path, problem: "WAV holds whole sampling rates only, not \(rate) Hz; write .csv, or resample")
        }
        return whole
    }

    private static func channelCount(_ signal: Signal, _ path: String) throws(FileError) -> Int32 {
        guard signal.channelCount > 0, signal.sampleCount > 0 else {
            throw .unsuitable(path: path, problem: "the recording is empty; there is nothing to write")
        }
        guard signal.channelCount <= 1024 else {
            throw .unsuitable(
                path: path, problem: "WAV holds 1024 channels at most, not \(signal.channelCount); write .npy")
        }
        return Int32(signal.channelCount)
    }

    private static func open(_ path: String, _ mode: Int, _ info: inout SF_INFO) throws(FileError) -> OpaquePointer {
        opening.lock()
        defer { opening.unlock() }
        if let file = sf_open(path, Int32(mode), &info) { return file }
        let problem = reason(nil)
        if mode == SFM_WRITE { throw .unwritable(path: path, reason: problem) }
        throw .malformed(path: path, place: nil, problem: "is no audio file that can be read: \(problem)")
    }

    private static func reason(_ file: OpaquePointer?) -> String {
        var text = String(cString: sf_strerror(file)).lowercased()
        while text.last == "." || text.last == "\n" { text.removeLast() }
        return text
    }
}
