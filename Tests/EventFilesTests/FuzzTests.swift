import EventFiles
import FileTestSupport
import Foundation
import Testing

/// Damaged files of every format: readers throw `FileError` or return events, of which each takes some of the file.
@Suite struct FuzzTests {
    private static let count =
        ProcessInfo.processInfo.environment["SPIKEKIT_FUZZ_CASES"].flatMap(Int.init) ?? 2000

    private func run(_ name: String, _ originals: [[UInt8]], count: Int = Self.count) throws {
        try Fuzz(seed: Examples.seed, count: count).run(originals, name: name) { path in
            let recording = try EventFile.read(path)
            let summary = try EventFile.summary(path)
            #expect(summary.eventCount == recording.count)
            #expect(recording.count == 0 || recording.size.width > Int(recording.xs.max()!))
        }
    }

    private func written(_ type: String) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        try EventFile.write(Examples.recording(count: 100, seed: 3), to: folder.file("a.\(type)"))
        return try folder.bytes("a.\(type)")
    }

    private let recording = Examples.recording(count: 100, seed: 2)

    @Test func raw() throws {
        try run(
            "a.raw",
            [written("raw"), Examples.evt2(recording), Examples.evt3([0x8000, 0x37F0, 0x4FFF, 0x4FFF, 0x50FF])])
    }

    @Test func dat() throws { try run("a.dat", [Examples.dat(recording)]) }

    @Test func nmnist() throws { try run("a.bin", [Examples.nmnist(recording)]) }

    @Test func aedat() throws {
        try run(
            "a.aedat",
            [
                Examples.aedat2(recording, chip: "DVS128"), Examples.aedat2(recording, chip: nil),
                Examples.aedat3(recording, perPacket: 20),
            ])
    }

    @Test func aedat4() throws { try run("a.aedat4", [written("aedat4")]) }

    @Test func npy() throws { try run("a.npy", [written("npy")]) }

    @Test func ownHDF5() throws { try run("a.h5", [written("h5")], count: min(Self.count, 2000)) }
}
