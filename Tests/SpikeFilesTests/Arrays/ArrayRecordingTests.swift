import CZlib
import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Packs bytes with zlib.
func deflated(_ bytes: [UInt8], _ wrapping: Inflation.Wrapping) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
        &stream, 6, Z_DEFLATED, wrapping.rawValue, 8, Z_DEFAULT_STRATEGY, zlibVersion(),
        Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var (input, output) = (bytes, [UInt8](repeating: 0, count: bytes.count + 1000))
    return input.withUnsafeMutableBufferPointer { input in
        let count = output.count
        let left = output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            deflate(&stream, Z_FINISH)
            return Int(stream.avail_out)
        }
        return Array(output.prefix(count - left))
    }
}

/// Writes zip files.
func zipped(_ files: [(name: String, bytes: [UInt8])], isDeflated: Bool) -> [UInt8] {
    func low(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in files {
        let packed = isDeflated ? deflated(bytes, .none) : bytes
        let facts =
            low(isDeflated ? 8 : 0, 2) + low(0, 4) + low(Int(Inflation.crc32(bytes[...])), 4) + low(packed.count, 4)
            + low(bytes.count, 4) + low(name.utf8.count, 2) + low(0, 2)
        directory += Array("PK\u{01}\u{02}".utf8) + low(20, 2) + low(20, 2) + low(0, 2) + facts
        directory += low(0, 2) + low(0, 2) + low(0, 2) + low(0, 4) + low(archive.count, 4) + Array(name.utf8)
        archive += Array("PK\u{03}\u{04}".utf8) + low(20, 2) + low(0, 2) + facts + Array(name.utf8) + packed
    }
    let start = archive.count
    return archive + directory + Array("PK\u{05}\u{06}".utf8) + low(0, 4) + low(files.count, 2) + low(files.count, 2)
        + low(directory.count, 4) + low(start, 4) + low(0, 2)
}

/// The bytes of an array as a `.npy` file.
func npyBytes(_ array: NPYArray) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try array.write(to: folder.file("a.npy"))
    return try folder.bytes("a.npy")
}

@Suite struct ArrayRecordingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let matrix = NPYArray(shape: [2, 3], elements: .float32([1, 2, 3, 4, 5, 6]))
    private let number = NPYArray(shape: [], elements: .float64([250]))

    @Test(arguments: [false, true])
    func onlyArrayOfAnArchive(_ isDeflated: Bool) throws {
        let path = try folder.file(
            "a.npz", zipped([("x.npy", npyBytes(matrix)), ("fs.npy", npyBytes(number))], isDeflated: isDeflated))
        let file = try RecordingFile.load(path)
        #expect(file.content == Signal(channels: [[1, 2, 3], [4, 5, 6]], samplingRate: 250))
        #expect(file.summary.rateSource == .header)
        #expect(try RecordingFile.load(path, columns: ColumnSelection("2")).content.doubles == [4, 5, 6])
    }

    @Test func ratesThatContradictEachOther() throws {
        let other = NPYArray(shape: [], elements: .float64([200]))
        let path = try folder.file(
            "a.npz",
            zipped(
                [("x.npy", npyBytes(matrix)), ("fs.npy", npyBytes(number)), ("sampling_rate.npy", npyBytes(other))],
                isDeflated: true))
        #expect(
            message { _ = try RecordingFile.read(path) }?.contains(
                "fs says 250 Hz, and sampling_rate 200 Hz; give the right one by --sampling-rate") == true)
        #expect(try RecordingFile.read(path, samplingRate: 200).samplingRate == 200)
    }

    /// A number that is no rate is not passed over in silence.
    @Test(arguments: [(-250, "-250"), (0, "0"), (.nan, "nan"), (.infinity, "inf")] as [(Double, String)])
    func ratesThatAreNone(_ value: Double, _ text: String) throws {
        let rate = NPYArray(shape: [], elements: .float64([value]))
        let path = try folder.file(
            "a.npz", zipped([("x.npy", npyBytes(matrix)), ("fs.npy", npyBytes(rate))], isDeflated: false))
        #expect(
            message { _ = try RecordingFile.read(path) }
                == "\(path): fs says \(text) Hz, which is no sampling rate; give the right one by --sampling-rate")
        #expect(try RecordingFile.read(path, samplingRate: 200).samplingRate == 200)
    }

    @Test func ratesThatAreNoSingleNumber() throws {
        let rates = NPYArray(shape: [2], elements: .float64([250, 250]))
        let path = try folder.file(
            "a.npz", zipped([("x.npy", npyBytes(matrix)), ("fs.npy", npyBytes(rates))], isDeflated: false))
        let file = try RecordingFile.load(path, variable: "x")
        #expect(file.summary.warnings == ["\"fs\" is no single number, and gives no sampling rate"])
        #expect(file.content.samplingRate == nil)
    }

    @Test func severalArraysNeedAName() throws {
        let other = NPYArray(shape: [3], elements: .int16([7, 8, 9]))
        let path = try folder.file(
            "a.npz", zipped([("x.npy", npyBytes(matrix)), ("y.npy", npyBytes(other))], isDeflated: true))
        #expect(
            message { _ = try RecordingFile.read(path) }?.hasSuffix(
                "holds several arrays; choose one by --variable NAME: \"x\" (2 × 3), \"y\" (3)") == true)
        #expect(try RecordingFile.load(path, variable: "y").content.doubles == [7, 8, 9])
        #expect(
            message { _ = try RecordingFile.load(path, variable: "z") }?.contains(
                "has no array \"z\"; it has \"x\" (2 × 3), \"y\" (3)") == true)
    }

    @Test func damagedArchives() throws {
        let whole = try zipped([("x.npy", npyBytes(matrix))], isDeflated: true)
        var changed = whole
        changed[60] ^= 0x55
        for (bytes, problem) in [
            (Array(whole.dropLast(30)), "without its end"), (changed, "x.npy\" in it"), ([1, 2, 3], "is no zip file"),
            (zipped([], isDeflated: false), "none at all"),
        ] {
            let path = try folder.file("b.npz", bytes)
            let text = message { _ = try RecordingFile.read(path) }
            #expect(text?.contains(problem) == true, "\(text ?? "")")
        }
    }

    @Test func gzippedFiles() throws {
        let text = Array("time_s,a\n0,1\n0.5,2\n1,4\n".utf8)
        let halves = [text[..<12], text[12...]].map { deflated(Array($0), .gzip) }
        for packed in [deflated(text, .gzip), halves[0] + halves[1]] {
            let file = try RecordingFile.load(folder.file("a.csv.gz", packed))
            #expect(file.content.doubles == [1, 2, 4] && file.content.samplingRate == 2)
            #expect(try ObservationFile.read(folder.file("a.csv.gz")).values == [1, 2, 4])
        }
        let array = try folder.file("a.npy.gz", deflated(npyBytes(matrix), .gzip))
        #expect(try RecordingFile.read(array).doubles == [1, 2, 3, 4, 5, 6])
        for (bytes, problem) in [
            (Array(halves[0].dropLast(9)), "cannot be decompressed: it was cut short"), (text, "is no gzip file"),
            (halves[0] + [1], "has something else behind its compressed data"),
        ] {
            let path = try folder.file("b.csv.gz", bytes)
            let text = message { _ = try RecordingFile.read(path) }
            #expect(text?.contains(problem) == true, "\(text ?? "")")
        }
    }

    @Test(.enabled(if: Python.hasNumPy, "needs a Python with numpy; set SPIKEKIT_PYTHON"))
    func archivesOfNumPy() throws {
        for (function, name) in [("savez", "a.npz"), ("savez_compressed", "b.npz")] {
            let path = folder.file(name)
            let (output, errors) = try Python.run(
                "import numpy, sys\nnumpy.\(function)(sys.argv[1], ecg=numpy.arange(12.).reshape(3, 4).T, fs=360)",
                [path])
            _ = try #require(output, "\(errors)")
            let signal = try RecordingFile.read(path)
            #expect(signal.doubles == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11] && signal.samplingRate == 360)
        }
    }

    @Test(.enabled(if: Python.hasSciPy, "needs a Python with scipy; set SPIKEKIT_PYTHON"))
    func matricesOfMATLAB() throws {
        for (name, options) in [
            ("a.mat", "format='4'"), ("b.mat", "format='5'"), ("c.mat", "format='5', do_compression=True"),
        ] {
            for type in ["f8", "f4", "i2", "u1", "i4", "u2"] + (name == "a.mat" ? [] : ["i1", "u4", "i8", "u8"]) {
                let path = folder.file(name)
                let (output, errors) = try Python.run(
                    """
                    import numpy, scipy.io, sys
                    data = (numpy.arange(10).reshape(5, 2) * 3).astype(sys.argv[2])
                    scipy.io.savemat(sys.argv[1], {'val': data, 'Fs': 360.0, 'note': 'text'}, \(options))
                    """, [path, type])
                _ = try #require(output, "\(errors)")
                let file = try RecordingFile.load(path)
                #expect(file.content.doubles == [0, 6, 12, 18, 24, 3, 9, 15, 21, 27], "\(name) \(type)")
                #expect(file.content.channelCount == 2 && file.content.samplingRate == 360, "\(name) \(type)")
            }
        }
    }

    /// A file of version 4 with the matrix `val`, 2 × 3, of 16 bits.
    static func version4(isLittleEndian: Bool) -> [UInt8] {
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            return isLittleEndian ? bytes : bytes.reversed()
        }
        return [isLittleEndian ? 30 : 1030, 2, 3, 0, 4].flatMap { number($0, 4) } + Array("val\0".utf8)
            + [1, 4, 2, 5, -3, 6].flatMap { number($0, 2) }
    }

    /// A file of version 5 with the matrix `x`, 3 × 1, of double precision, and a text.
    static func version5(isCompressed: Bool, name: String = "x") -> [UInt8] {
        func low(_ value: Int, _ count: Int = 4) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        func element(_ type: Int, _ bytes: [UInt8]) -> [UInt8] {
            low(type) + low(bytes.count) + bytes + Array(repeating: 0, count: (8 - bytes.count % 8) % 8)
        }
        let numbers = [1.5, -2, 4].flatMap { low(Int(truncatingIfNeeded: $0.bitPattern), 8) }
        let matrix = element(
            14,
            element(6, low(6) + low(0)) + element(5, low(3) + low(1)) + low(1 | name.utf8.count << 16)
                + Array(name.utf8) + Array(repeating: 0, count: 4 - name.utf8.count)
                + element(9, numbers))
        let text = element(
            14,
            element(6, low(4) + low(0)) + element(5, low(1) + low(2)) + element(1, Array("note".utf8))
                + element(4, low(65, 2) + low(66, 2)))
        let packed =
            isCompressed
            ? [matrix, text].map { bytes in
                let data = deflated(bytes, .zlib)
                return low(15) + low(data.count) + data
            } : [matrix, text]
        return Array("MATLAB 5.0 MAT-file".utf8) + Array(repeating: 32, count: 105) + [0, 1] + Array("IM".utf8)
            + packed.joined()
    }

    @Test func ownMatrices() throws {
        for isLittleEndian in [false, true] {
            let path = try folder.file("a.mat", Self.version4(isLittleEndian: isLittleEndian))
            #expect(try RecordingFile.read(path).doubles == [1, 2, -3, 4, 5, 6])
        }
        for isCompressed in [false, true] {
            let path = try folder.file("a.mat", Self.version5(isCompressed: isCompressed))
            #expect(try RecordingFile.read(path).doubles == [1.5, -2, 4])
            #expect(
                message { _ = try RecordingFile.load(path, variable: "note") }?.contains(
                    "\"note\" is no array of real numbers; it has \"x\" (3 × 1), \"note\" (not of real numbers)")
                    == true)
            let cut = try folder.file("b.mat", Array(Self.version5(isCompressed: isCompressed).dropLast(70)))
            #expect(message { _ = try RecordingFile.read(cut) } != nil)
        }
        // The text of the header is free, and a matrix without a name is none of the user's.
        let whole = Self.version5(isCompressed: false)
        let nameless = Self.version5(isCompressed: false, name: "").dropFirst(128)
        let marked = Array("Made by us".utf8) + Array(repeating: 32, count: 114) + whole[124...] + nameless
        #expect(try RecordingFile.read(folder.file("f.mat", marked)).doubles == [1.5, -2, 4])
        let cut = try folder.file("c.mat", Array(Self.version4(isLittleEndian: true).dropLast()))
        #expect(message { _ = try RecordingFile.read(cut) }?.contains("a matrix of 2 × 3 numbers does not fit") == true)
        let newer = try folder.file("d.mat", "MATLAB 7.3 MAT-file")
        #expect(message { _ = try RecordingFile.read(newer) }?.contains("save it with the option -v7") == true)
        #expect(
            message { _ = try RecordingFile.read(folder.file("e.mat", "no such file, surely not one")) }?.contains(
                "is no MATLAB file of version 4 to 7") == true)
    }
}
