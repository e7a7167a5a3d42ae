import CHDF5
import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// Files whose seal is right and whose content is not, as only another program could write them.
@Suite struct EncodedHeaderTests {
    private let encoded: EncodedSignal
    private let json: String

    init() throws {
        encoded = try StepForward().encode(Signal(channels: [[0, 1, 2, 3]], samplingRate: 10))
        json = try EncodedHeader(encoded).json("")
    }

    /// What reading such a file says.
    private func problem(
        json: String, steps: [Int64] = [1], units: [UInt16] = [0], polarity: [Int8] = [1], hasSteps: Bool = true
    ) throws -> String? {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = try folder.file("a.h5", "")
        try HDF5.withLibrary { () throws(FileError) in
            let writer = try HDF5Writer(path)
            try writer.group("spikes")
            if hasSteps { try writer.array("spikes/steps", steps) }
            try writer.array("spikes/units", units)
            try writer.array("spikes/polarity", polarity)
            try writer.text("encoding", json)
            try writer.close()
        }
        try Seal.apply(to: path)
        return message { _ = try EncodedFile.read(path) }
    }

    @Test func acceptsWhatFits() throws {
        #expect(try problem(json: json) == nil)
    }

    @Test func checksEvents() throws {
        #expect(
            try problem(json: json, steps: [4])?.contains("spike 0 of group spikes: step 4 is outside 0..<4") == true)
        #expect(try problem(json: json, steps: [-1])?.contains("step -1") == true)
        #expect(try problem(json: json, units: [1])?.contains("unit 1 is outside 0..<1") == true)
        #expect(try problem(json: json, polarity: [2])?.contains("polarity 2") == true)
        #expect(
            try problem(json: json, steps: [1, 1], units: [0, 0], polarity: [1, 1])?.contains("two spikes in step 1")
                == true)
        #expect(try problem(json: json, units: [0, 0])?.contains("dataset spikes/units: 2 values for 1 step") == true)
        #expect(try problem(json: json, hasSteps: false)?.contains("dataset spikes/steps: is missing") == true)
    }

    /// What reading a file of frames says.
    private func problem<Number: HDF5Number>(_ header: EncodedSignal, frames: [Number], columns: Int) throws -> String?
    {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = try folder.file("a.h5", "")
        try HDF5.withLibrary { () throws(FileError) in
            let writer = try HDF5Writer(path)
            try writer.group("spikes")
            try writer.table("spikes/frames", frames, columns: columns)
            try writer.text("encoding", EncodedHeader(header).json(path))
            try writer.close()
        }
        try Seal.apply(to: path)
        return message { _ = try EncodedFile.read(path) }
    }

    @Test func checksFrames() throws {
        #expect(try problem(encoded, frames: [0, 1, -1, 0] as [Int8], columns: 4) == nil)
        #expect(
            try problem(encoded, frames: [0, 1, 2, 0] as [Int8], columns: 4)?.contains(
                "dataset spikes/frames, unit 0, step 2: 2 is not -1, 0 or 1") == true)
        for columns in [1, 2] {
            #expect(
                try problem(encoded, frames: [0, 1, 0, 0] as [Int8], columns: columns)?.contains(
                    "dataset spikes/frames: is not of shape (1, 4)") == true)
        }
        #expect(try problem(encoded, frames: [0, 1, 0] as [Int8], columns: 3)?.contains("(1, 4)") == true)
        #expect(
            try problem(encoded, frames: [0, 1, 0, 0] as [Float], columns: 4)?.contains(
                "dataset spikes/frames: its numbers are not of type Int8") == true)
        let graded = try RateStepForward(threshold: 1).encode(Signal(channels: [[0, 1, 2, 3]], samplingRate: 10))
        #expect(try problem(graded, frames: [0, 1.5, -1, 0] as [Float], columns: 4) == nil)
        #expect(
            try problem(graded, frames: [0, 1.5, -1, .nan] as [Float], columns: 4)?.contains(
                "step 3: the amplitude is nan") == true)
        #expect(try problem(graded, frames: [0, 1, 0, 0] as [Int8], columns: 4)?.contains("of type Float") == true)
    }

    @Test(arguments: [
        ("\"format\":\"spikekit\"", "\"format\":\"other\"", "format \"other\" version 1 is unknown"),
        ("\"version\":1", "\"version\":9", "version 9 is unknown"),
        ("\"unitCount\":1", "\"unitCount\":2", "2 units for 1 channel"),
        ("\"unitCount\":1", "\"unitCount\":-1", "negative"),
        ("\"stepCount\":4", "\"stepCount\":9000000000000000000", "more than fit into memory"),
        ("\"samplingRate\":10", "\"samplingRate\":-10", "the sampling rate is -10"), ("{", "", "JSON"),
        ("step-forward", "step-backward", "unknown codec"),
        ("\"threshold\":[0.5]", "\"threshold\":[]", "at least one value"),
        ("\"threshold\":[0.5]", "\"threshold\":[1,2]", "2 values for 1 channel"),
        ("\"threshold\":[0.5]", "\"threshold\":[-1]", "threshold"),
    ])
    func checksTheHeader(_ old: String, _ new: String, _ expected: String) throws {
        #expect(json.contains(old), "\(json)")
        let text = try #require(try problem(json: json.replacing(old, with: new)))
        #expect(text.contains("dataset encoding: ") || expected.contains("memory"), "\(text)")
        #expect(text.contains(expected), "\(text)")
    }

    /// Programs from before offsets read what has none, and refuse what they would decode wrongly.
    @Test func theVersionFollowsFromWhatIsInside() throws {
        #expect(json.contains("\"version\":1") && !json.contains("offset") && !json.contains("startTime"))
        let signal = Signal(channels: [[0, 1, 2, 3]], samplingRate: 10)
        for (offset, start) in [(0x1p40, 0.0), (0, 7.5)] {
            let moved = Signal(
                values: signal.values, channelCount: 1, samplingRate: 10, startTime: start, channelOffsets: [offset])
            let json = try EncodedHeader(StepForward().encode(moved)).json("")
            #expect(json.contains("\"version\":2"))
            #expect(json.contains("\"offset\":1099511627776") == (offset != 0))
            #expect(json.contains("\"startTime\":7.5") == (start != 0))
        }
        for text in ["\"startTime\":1e999,", "\"startTime\":\"x\","] {
            #expect(try problem(json: json.replacing("\"unitCount\"", with: text + "\"unitCount\"")) != nil)
        }
    }

    @Test func namesTheWrongKindOfFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a.h5", Array(repeating: 7, count: 2000))
        try Seal.apply(to: path)
        #expect(message { _ = try EncodedFile.read(path) }?.contains("a.h5, file: libhdf5 says:") == true)
        _ = try folder.names
    }
}
