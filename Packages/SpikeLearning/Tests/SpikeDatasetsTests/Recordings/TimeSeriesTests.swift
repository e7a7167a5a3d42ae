import Foundation
import TestSupport
import Testing

@testable import SpikeDatasets

@Suite struct TimeSeriesTests {
    private let folder = try! TemporaryFolder()

    private static let train = """
        # A comment
        @problemName Made
        @timeStamps false
        @missing true
        @univariate false
        @dimensions 2
        @equalLength false

        @classLabel true walking 1 a:b
        @data
        1,2.5,-3e2:4,5,6:walking
        # Another comment
        ?, 2 ,NaN:7,8,9: 1

        1:2:1\r
        """

    private func file(_ text: String) throws -> TimeSeriesFile {
        try TimeSeriesFile(folder.file("made.ts", Array(text.utf8)))
    }

    private func flaw(_ text: String) throws -> String {
        let text = try #require(message { _ = try file(text) })
        #expect(!text.contains("\n"))
        return String(text.dropFirst(folder.file("made.ts").count))
    }

    @Test func readsChannelsMissingValuesAndUnequalLengths() throws {
        let series = try file(Self.train)
        #expect(series.classNames == ["walking", "1", "a:b"])
        #expect(series.cases.map(\.label) == [0, 1, 1])
        #expect(series.cases[0].channels == [[1, 2.5, -300], [4, 5, 6]])
        #expect(series.cases[1].channels[0].map(\.isNaN) == [true, false, true] && series.cases[1].channels[0][1] == 2)
        #expect(series.cases[2].channels == [[1], [2]])
        let packed = try folder.file("made.ts.gz", Made.gzipped(Array(Self.train.utf8), folder))
        #expect(try TimeSeriesFile(packed).cases.count == 3)
    }

    @Test func flawsNameTheLine() throws {
        let head = "@classLabel true a b\n@data\n"
        #expect(try flaw("") == ": there is no @data in it; is this a .ts file?")
        #expect(try flaw(head) == ": no line follows @data")
        #expect(try flaw("1,2,3:a") == ", line 1: it stands before @data; is this a .ts file?")
        #expect(try flaw("@data\n1:a").contains("line 1: there is no @classLabel true"))
        #expect(try flaw("@classLabel false\n@data\n1").contains("line 1: the series have no classes"))
        #expect(try flaw("@targetlabel true\n@data\n1:2").contains("line 1: the series have no classes"))
        #expect(try flaw("@classLabel true a a\n").contains("each once"))
        #expect(try flaw("@timestamps true\n").contains("line 1: series with time stamps are not read"))
        #expect(try flaw("@dimensions x\n").contains("line 1: @dimensions x needs a number above 0"))
        #expect(try flaw(head + "1,2:a\n1,2") == ", line 4: there is no colon before the name of a class")
        #expect(try flaw(head + "1,2:c") == ", line 3: \"c\" is none of the classes a, b")
        #expect(try flaw(head + "1,x:a") == ", line 3: value 2 of a channel is no number: \"x\"")
        #expect(try flaw(head + "1,1e99:a") == ", line 3: value 2 of a channel is no number: \"1e99\"")
        #expect(try flaw(head + "1,,2:a") == ", line 3: value 2 of a channel is no number: \",2\"")
        #expect(try flaw(head + "1, :a") == ", line 3: value 2 of a channel is not there")
        #expect(try flaw(head + "1 2:a").contains("something else than a comma follows value 1"))
        #expect(try flaw(head + "(0,1),(1,2):a").contains("value 1 of a channel is no number"))
        #expect(try flaw(head + "1:2:a\n1:a") == ", line 4: it has 1 channel, not 2")
        #expect(try flaw("@univariate true\n" + head + "1:2:a").contains("it has 2 channels, not 1"))
        #expect(try flaw(head + "1,2:3:a") == ", line 3: its channels differ in length: [2, 1]")
        #expect(
            try flaw("@equalLength true\n@seriesLength 3\n" + head + "1,2:a")
                == ", line 5: it has 2 values per channel, not 3")
        #expect(try flaw("@equalLength true\n" + head + "1,2:a\n1:a").contains("line 5: it has 1 value per channel"))
    }

    /// Damaged files end in an error or in series, never in a trap.
    @Test func damageIsAnErrorAtMost() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        for _ in 0..<1000 {
            var bytes = Array(Self.train.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                if bytes.isEmpty { break }
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array(":,?@#\n1e- ".utf8).randomElement(using: &random)!, at: place)
                default: bytes.removeLast(bytes.count - place - 1)
                }
            }
            let path = try folder.file("damaged.ts", bytes)
            let flaw = message {
                for series in try TimeSeriesFile(path).cases {
                    #expect((0..<3).contains(series.label) && !series.channels.isEmpty, "seed \(seed)")
                }
            }
            #expect(flaw?.hasPrefix(path) ?? true, "seed \(seed): \(flaw ?? "")")
        }
    }

    @Test func twoFilesAreADataSet() throws {
        try folder.file("Made_TRAIN.ts", Array(Self.train.utf8))
        try folder.file("Made_TEST.ts", Array("@classLabel true 1 walking\n@data\n1,2:3,4:walking\n?,5:1,1:1".utf8))
        let files = TimeSeriesFiles()
        #expect(files.path(in: folder.path) == folder.path)
        #expect(TimeSeriesFiles("Other").path(in: folder.path) == nil)
        let dataset = try files.read("Made", from: folder.path)
        #expect(dataset.classNames == ["walking", "1", "a:b"])
        #expect(dataset.train.classIndices == [0, 1, 1] && dataset.test.classIndices == [0, 1])
        let (signals, changes) = try dataset.test.signals()
        #expect(signals[1].values == [5, 5, 1, 1], "a missing value at the beginning is that of its neighbour")
        #expect(changes.map(\.text) == ["1 recording kept, missing values filled in: test 1"])
        let (samples, lengths) = try dataset.train.tensor(at: [0, 2])
        #expect(samples.shape == [2, 2, 3] && lengths == [3, 1])
        #expect(try samples.elements(as: Float.self) == [1, 2.5, -300, 4, 5, 6, 1, 0, 0, 2, 0, 0])

        try folder.file("Made_TEST.ts", Array("@classLabel true c\n@data\n1:2:c".utf8))
        #expect(
            message { _ = try files.read("Made", from: folder.path) }?.contains("its class c is none of those in")
                == true)
        try folder.file("Made_TEST.ts", Array("@classLabel true 1\n@data\n1:1".utf8))
        #expect(message { _ = try files.read("Made", from: folder.path) }?.contains("it has 1 channel, and") == true)
        try folder.file("Also_TRAIN.ts", [])
        try folder.file("Also_TEST.ts", [])
        #expect(files.path(in: folder.path) == nil, "of two pairs, none is chosen")
    }
}
