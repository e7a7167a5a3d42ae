import CSndfile
import Foundation
import SpikeEncoding

extension RecordingFormat {
    static let audio = RecordingFormat(
        names: ["WAV", "FLAC", "OGG", "AIFF"], extensions: ["wav", "flac", "ogg", "aiff", "aif"],
        matches: { AudioRecording.hasSignature($0) },
        load: { (source, options) throws(FileError) in
            let signal = try AudioRecording.read(source.file, samplingRate: nil)
            return try RecordingFile.loaded(
                signal, source.path, options,
                .init(given: options.samplingRate, inFile: signal.samplingRate, source: .header))
        })
}

/// Reads and writes audio files with libsndfile.
enum AudioRecording {
    /// The lock for opening files, because the library reports errors of opening through a global variable.
    private static let opening = NSLock()
    private static let chunkValues = 1 << 16
    /// The largest number of values to read. Without a limit, a small file of compressed silence could fill the memory.
    private static let largestValueCount = 1 << 31

    static func read(_ input: InputFile, samplingRate: Double?) throws(FileError) -> Signal {
        let path = input.path
        try checkSignature(input)
        let truncation = try AudioTruncation.find(in: input)
        var info = SF_INFO()
        let file: OpaquePointer
        do throws(FileError) {
            file = try open(input, &info)
        } catch {
            throw truncation.map { .damaged(path: path, problem: $0.problem(0)) } ?? error
        }
        defer { withExtendedLifetime(input) { _ = sf_close(file) } }
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

    /// Reads a FLAC file of whole numbers.
    ///
    /// - Parameters:
    ///   - channelCount: The number of channels that the file must have.
    ///   - bits: The largest number of bits that a sample may have.
    /// - Returns: The samples of each channel as they are stored, not scaled.
    static func integers(_ input: InputFile, channelCount: Int, bits: Int) throws(FileError) -> [[Int32]] {
        let path = input.path
        guard try input.bytes(4).elementsEqual("fLaC".utf8) else {
            throw .malformed(path: path, place: "byte 0", problem: "is no FLAC file")
        }
        var info = SF_INFO()
        let file = try open(input, &info)
        defer { withExtendedLifetime(input) { _ = sf_close(file) } }
        let sizes = [SF_FORMAT_PCM_S8: 8, SF_FORMAT_PCM_16: 16, SF_FORMAT_PCM_24: 24]
        guard Int(info.channels) == channelCount, let size = sizes[Int(info.format) & SF_FORMAT_SUBMASK], size <= bits
        else {
            throw .malformed(
                path: path, place: "header",
                problem: "does not hold \(counted(channelCount, "channel")) of at most \(bits) bits")
        }
        // libsndfile puts samples of fewer bits into the highest ones.
        let samples = try read(path, file, info, nil, sf_readf_int).map { $0 >> Int32(32 - size) }
        let count = samples.count / channelCount
        return (0..<channelCount).map { Array(samples[$0 * count..<($0 + 1) * count]) }
    }

    /// Reads all samples, channel after channel.
    private static func read<Value: Numeric & BitwiseCopyable>(
        _ path: String, _ file: OpaquePointer, _ info: SF_INFO, _ truncation: AudioTruncation?,
        _ readFrames: (OpaquePointer?, UnsafeMutablePointer<Value>?, sf_count_t) -> sf_count_t
    ) throws(FileError) -> [Value] {
        let channels = Int(info.channels)
        guard channels > 0, info.samplerate > 0 else {
            throw .malformed(
                path: path, place: "header", problem: "\(counted(channels, "channel")) at \(info.samplerate) Hz")
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
                problem:
                    "was cut short or damaged: \(counted(frames.rowCount, "sample")) of each channel can be read, of "
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
    private static func checkSignature(_ input: InputFile) throws(FileError) {
        try input.seek(to: 0)
        guard hasSignature(try input.bytes(4)) else {
            throw .malformed(path: input.path, place: "byte 0", problem: "is no WAV, FLAC, Ogg or AIFF file")
        }
    }

    /// Writes a floating-point WAV file, with 64 bits per sample if Float32 does not hold the values, otherwise with 32.
    static func write(_ signal: Signal, to path: String) throws(FileError) {
        let type = signal.needsDoubles ? SF_FORMAT_DOUBLE : SF_FORMAT_FLOAT
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
        let sampleSize = Int(format) & SF_FORMAT_SUBMASK == SF_FORMAT_DOUBLE ? 8 : 4
        guard signal.values.count < (1 << 32) / sampleSize - 1024 else {
            throw .tooLarge(
                path: path,
                problem: "\(signal.values.count) samples are more than the 4 GiB that WAV can hold; write .npy")
        }
        try AtomicFile.write(to: path) { temporary in
            let file = try create(temporary, &info)
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

    private static func create(_ path: String, _ info: inout SF_INFO) throws(FileError) -> OpaquePointer {
        opening.lock()
        defer { opening.unlock() }
        if let file = sf_open(path, Int32(SFM_WRITE), &info) { return file }
        throw .unwritable(path: path, reason: reason(nil))
    }

    /// Whether a file begins as audio does.
    static func hasSignature(_ start: some Sequence<UInt8>) -> Bool {
        ["RIFF", "RIFX", "RF64", "riff", "fLaC", "OggS", "FORM"].contains { start.starts(with: $0.utf8) }
    }

    /// Opens an audio file that is read through `InputFile`. The file must live until it is closed.
    private static func open(_ input: InputFile, _ info: inout SF_INFO) throws(FileError) -> OpaquePointer {
        try input.seek(to: 0)
        var access = SF_VIRTUAL_IO(
            get_filelen: { sf_count_t(Unmanaged<InputFile>.fromOpaque($0!).takeUnretainedValue().size) },
            seek: { offset, origin, pointer in
                let file = Unmanaged<InputFile>.fromOpaque(pointer!).takeUnretainedValue()
                let base = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? file.position : file.size
                let (target, overflow) = base.addingReportingOverflow(Int(offset))
                guard !overflow, target >= 0, (try? file.seek(to: target)) != nil else { return -1 }
                return sf_count_t(target)
            },
            read: { buffer, count, pointer in
                let file = Unmanaged<InputFile>.fromOpaque(pointer!).takeUnretainedValue()
                guard count > 0 else { return 0 }
                let bytes = UnsafeMutableRawBufferPointer(start: buffer, count: Int(count))
                return sf_count_t((try? file.read(into: bytes)) ?? 0)
            },
            write: { _, _, _ in 0 },
            tell: { sf_count_t(Unmanaged<InputFile>.fromOpaque($0!).takeUnretainedValue().position) })
        opening.lock()
        defer { opening.unlock() }
        let pointer = Unmanaged.passUnretained(input).toOpaque()
        if let file = sf_open_virtual(&access, Int32(SFM_READ), &info, pointer) { return file }
        throw .malformed(path: input.path, place: nil, problem: "is no audio file that can be read: \(reason(nil))")
    }

    private static func reason(_ file: OpaquePointer?) -> String {
        var text = String(cString: sf_strerror(file)).lowercased().replacing("system error : ", with: "")
        while text.last == "." || text.last == "\n" { text.removeLast() }
        return text
    }
}
