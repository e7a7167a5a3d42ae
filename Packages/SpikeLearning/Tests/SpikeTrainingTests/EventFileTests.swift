import Foundation
import TestSupport
import Testing

@testable import SpikeTraining

@Suite struct CyclicRedundancyCheckTests {
    /// RFC 3720, appendix B.4; the last is the check value of the "CRC RevEng" catalogue.
    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E), (Array((0..<32).reversed()), 0x113F_DB5C),
            (Array("123456789".utf8), 0xE306_9283),
            ([], 0),
        ] as [([UInt8], UInt32)]) func knownValues(bytes: [UInt8], check: UInt32)
    {
        #expect(CyclicRedundancyCheck.castagnoli(bytes) == check)
    }
}

@Suite struct EventFileTests {
    private static func epochs(_ count: Int, slowness: Double = 1) -> [EpochMetrics] {
        (1...count).map { epoch in
            let x = Double(epoch)
            return EpochMetrics(
                epoch: epoch, trainLoss: 2 / x, trainAccuracy: 1 - 0.5 / x, testLoss: 2.5 / x,
                testAccuracy: 1 - 0.625 / x, learningRate: 0.001 * x, seconds: 10 * x * slowness)
        }
    }

    /// All records, each checked.
    private func records(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var (records, rest): ([[UInt8]], [UInt8]) = ([], bytes)
        while !rest.isEmpty {
            let record = try #require(RecordFraming.firstRecord(of: rest))
            records.append(record)
            rest.removeFirst(record.count + 16)
        }
        return records
    }

    @Test func framingIsReadBack() {
        for record in [[], [7], [UInt8](repeating: 3, count: 1000)] as [[UInt8]] {
            let framed = RecordFraming.framed(record)
            #expect(framed.count == record.count + 16)
            #expect(RecordFraming.firstRecord(of: framed + [1, 2]) == record)
            #expect(RecordFraming.firstRecord(of: Array(framed.dropLast())) == nil)
            for place in framed.indices {
                var damaged = framed
                damaged[place] ^= 4
                #expect(RecordFraming.firstRecord(of: damaged) == nil, "byte \(place)")
            }
        }
    }

    /// What protobuf 6 (Python) makes of the same event.
    @Test func messageBytes() {
        let version = EventMessage(time: 1.5, content: .fileVersion)
        #expect(version.bytes == [9, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 26, 13] + Array("brain.Event:2".utf8))
        let scalars = EventMessage(
            time: 2, content: .scalars(step: 300, [EventMessage.Scalar(tag: "a/b", value: 0.5)]))
        #expect(
            scalars.bytes == [9, 0, 0, 0, 0, 0, 0, 0, 0x40, 16, 0xAC, 2, 42, 12, 10, 10, 10, 3]
                + Array("a/b".utf8) + [21, 0, 0, 0, 0x3F])
        #expect(EventMessage.time(of: scalars.bytes) == 2 && EventMessage.time(of: [1, 2]) == nil)
    }

    @Test func growsWithTheRunAndHasNoEpochTwice() throws {
        let folder = try TemporaryFolder()
        let events = EventFile(path: folder.file("events"))
        try events.write(Self.epochs(1), imagesPerEpoch: 50)
        let first = try folder.bytes("events")
        try events.write(Self.epochs(3), imagesPerEpoch: 50)
        let third = try folder.bytes("events")
        #expect(third.starts(with: first))
        #expect(try records(third).count == 4)
        try events.write(Self.epochs(3), imagesPerEpoch: 50)
        #expect(try folder.bytes("events") == third && folder.names == ["events"])

        // A run that was interrupted after an epoch's figures, and did it again in another time.
        try events.write(Self.epochs(2) + Self.epochs(4, slowness: 2)[2...], imagesPerEpoch: 50)
        let again = try records(folder.bytes("events"))
        #expect(again.count == 5)
        let start = try #require(EventMessage.time(of: again[0]))
        #expect(again.map { EventMessage.time(of: $0)! - start } == [0, 10, 20, 60, 80])
    }

    @Test func aHalfWrittenFileBecomesWhole() throws {
        let folder = try TemporaryFolder()
        let events = EventFile(path: folder.file("events"))
        try events.write(Self.epochs(2), imagesPerEpoch: 50)
        let whole = try folder.bytes("events")
        for kept in [whole.count - 5, 40, 3, 0] {
            try Data(whole.prefix(kept)).write(to: URL(fileURLWithPath: folder.file("events")))
            try events.write(Self.epochs(2), imagesPerEpoch: 50)
            #expect(try records(folder.bytes("events")).count == 3, "\(kept) bytes kept")
        }
    }

    @Test(.enabled(if: Python.has("tensorboard"))) func tensorBoardReadsThem() throws {
        let folder = try TemporaryFolder()
        try EventFile(path: folder.file("events.out.tfevents.spikekit")).write(
            Self.epochs(3), imagesPerEpoch: 50)
        let output = try Python.run(
            """
            import sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1])
            events.Reload()
            print(events.file_version if hasattr(events, "file_version") else 2.0)
            for tag in sorted(events.Tags()["scalars"]):
                print(tag, [(e.step, round(e.value, 4)) for e in events.Scalars(tag)])
            """, [folder.path])
        #expect(
            output.split(separator: "\n").dropFirst().joined(separator: "\n") == """
                learning-rate [(1, 0.001), (2, 0.002), (3, 0.003)]
                images-per-second [(1, 5.0), (2, 5.0), (3, 5.0)]
                test/accuracy [(1, 0.375), (2, 0.6875), (3, 0.7917)]
                test/loss [(1, 2.5), (2, 1.25), (3, 0.8333)]
                train/accuracy [(1, 0.5), (2, 0.75), (3, 0.8333)]
                train/loss [(1, 2.0), (2, 1.0), (3, 0.6667)]
                """)
    }
}
