import FileTestSupport
import SpikeEncoding
import SpikeFiles
import Testing

@Suite struct SpikeTrainFileTests {
    private let train = SpikeTrain(signs: [0, 1, 0, -1, 1, 0, 0, 1], unitCount: 2)

    private func encoded(_ train: SpikeTrain, samplingRate: Double? = nil) throws -> EncodedSignal {
        EncodedSignal(
            codec: train.amplitudes == nil ? try StepForward().codec : try RateStepForward(threshold: 1).codec,
            spikes: train,
            channels: Array(repeating: EncodedChannel(initialValue: 0), count: train.unitCount),
            samplingRate: samplingRate)
    }

    private func read(_ text: String, stepRate: Double? = nil) throws -> SpikeTrain {
        try withFile("a.csv", text) { try SpikeTrainFile.readTrain($0, stepRate: stepRate) }
    }

    @Test func writesEventsInOrder() throws {
        let folder = try TemporaryFolder()
        try SpikeTrainFile.write(encoded(train), to: folder.file("a.csv"))
        #expect(
            try folder.bytes("a.csv") == Array("step,channel,polarity\n0,1,1\n1,0,1\n3,0,-1\n3,1,1\n".utf8))
        try SpikeTrainFile.write(encoded(train, samplingRate: 8), to: folder.file("b.csv"))
        #expect(
            try folder.bytes("b.csv")
                == Array("time_s,channel,polarity\n0.0,1,1\n0.125,0,1\n0.375,0,-1\n0.375,1,1\n".utf8))
        let graded = SpikeTrain(amplitudes: [0, 0.5, -2], unitCount: 1)
        try SpikeTrainFile.write(encoded(graded), to: folder.file("c.csv"))
        #expect(try folder.bytes("c.csv") == Array("step,channel,polarity,amplitude\n1,0,1,0.5\n2,0,-1,-2.0\n".utf8))
    }

    @Test(arguments: Examples.codecs.indices, [360, 44_100, nil] as [Double?])
    func roundTripsEvents(_ index: Int, _ rate: Double?) throws {
        let folder = try TemporaryFolder()
        let encoded = try Examples.encoded(Examples.codecs[index].codec, samplingRate: rate, samples: 500)
        try SpikeTrainFile.write(encoded, to: folder.file("a.csv"))
        let read = try SpikeTrainFile.readTrain(
            folder.file("a.csv"), stepRate: encoded.stepRate, unitCount: encoded.spikes.unitCount,
            stepCount: encoded.spikes.stepCount)
        #expect(read == encoded.spikes)
    }

    @Test func countsFollowFromEvents() throws {
        #expect(try read("channel,step,polarity\n1,3,1\n0,3,-1\n1,0,1\n0,1,1\n") == train)
        #expect(try read("step,channel,polarity\n") == SpikeTrain(signs: [], unitCount: 0))
    }

    @Test(arguments: [
        ("step,channel\n1,2\n", "header: a list of events has the columns"), ("1,0,1\n", "header: a list of events"),
        ("step,channel,polarity\n1,0,2\n", "line 2: polarity 2.0 is neither 1 nor -1"),
        ("step,channel,polarity\n1,0,1\n1.5,0,1\n", "line 3: step 1.5 is no whole number"),
        ("step,channel,polarity\n-1,0,1\n", "line 2: step -1.0"),
        ("step,channel,polarity\n1,0.5,1\n", "line 2: channel 0.5"),
        ("step,channel,polarity\n1,0,1\n\n1,0,-1\n", "line 4: unit 0 has two spikes in step 1"),
        ("step,channel,polarity\n1e14,1e14,1\n", "steps take far more memory than the file"),
        ("step,channel,polarity\nnan,0,1\n", "line 2: step nan"),
        ("step,channel,polarity,amplitude\n1,0,1,-0.5\n", "line 2: the amplitude -0.5 does not go with polarity 1"),
        ("step,channel,polarity,amplitude\n1,0,1,1e300\n", "line 2: the amplitude 1e+300 is beyond what Float32 holds"),
        ("time_s,channel,polarity\n0.1,0,1\n", "give the rate of the steps"),
        (
            "step,channel,polarity,amplitude\n1,0,1,1e39\n",
            "line 2: the amplitude 1e+39 is beyond what Float32 holds"
        ),
        ("step,channel,polarity,amplitude\n1,0,1,inf\n", "line 2: the amplitude is inf"),
    ])
    func reports(_ text: String, _ expected: String) throws {
        let problem = try #require(message { _ = try read(text) })
        #expect(problem.contains(expected), "\(problem)")
    }

    @Test func timesMustFitTheRate() throws {
        #expect(try read("time_s,channel,polarity\n0.2,0,1\n", stepRate: 10).stepCount == 3)
        #expect(
            message { _ = try read("time_s,channel,polarity\n0.15,0,1\n", stepRate: 10) }?.contains(
                "is no step from 0.0 s on at 10.0 steps") == true)
        #expect(
            message { _ = try read("time_s,channel,polarity\n0.15,0,1\n", stepRate: 0) }?.contains("above 0 Hz") == true
        )
    }

    @Test(arguments: [(100.0, 4.0), (-0.5, 360), (1_700_000_000.123, 1000), (1_700_000_000.123, 44_100)])
    func timesCountFromTheRecordingsStart(_ start: Double, _ rate: Double) throws {
        let train = SpikeTrain(signs: [0, 0, 1, -1, 0, 1, 1, 0, 0, -1], unitCount: 2)
        let codec = try DeltaModulation().codec
        let encoded = EncodedSignal(
            codec: codec, spikes: train, channels: Array(repeating: EncodedChannel(initialValue: 0), count: 2),
            samplingRate: rate, startTime: start)
        let folder = try TemporaryFolder()
        let path = folder.file("a.csv")
        try SpikeTrainFile.write(encoded, to: path)
        let first = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")[1]
        let time = try #require(Double(first.prefix { $0 != "," }))
        // Unit 1 has the first event, in step 0.
        #expect(time == start)
        #expect(
            try SpikeTrainFile.readTrain(path, stepRate: rate, startTime: start, unitCount: 2, stepCount: 5) == train)
        let problem = message { _ = try SpikeTrainFile.readTrain(path, stepRate: rate, startTime: start + 1) }
        #expect(problem?.contains("is no step from \(start + 1) s on") == true)
    }

    @Test func countsGivenMustHoldTheEvents() throws {
        let problem = try withFile("a.csv", "step,channel,polarity\n5,0,1\n") { path in
            message { _ = try SpikeTrainFile.readTrain(path, unitCount: 1, stepCount: 5) }
        }
        #expect(problem?.contains("line 2: step 5 is outside 0..<5") == true)
    }

    @Test func roundTripsArrays() throws {
        let folder = try TemporaryFolder()
        for train in [train, SpikeTrain(amplitudes: [0, 0.5, -2, 0], unitCount: 2)] {
            try SpikeTrainFile.write(encoded(train), to: folder.file("a.npy"))
            #expect(try SpikeTrainFile.readTrain(folder.file("a.npy")) == train)
        }
        try NPYArray(shape: [3], elements: .int8([0, 1, -1])).write(to: folder.file("a.npy"))
        #expect(try SpikeTrainFile.readTrain(folder.file("a.npy")) == SpikeTrain(signs: [0, 1, -1], unitCount: 1))
    }

    @Test func arraysOfOtherValuesAreRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.npy")
        func problem(_ elements: NPYArray.Elements, shape: [Int]) throws -> String? {
            try NPYArray(shape: shape, elements: elements).write(to: path)
            return message { _ = try SpikeTrainFile.readTrain(path) }
        }
        #expect(
            try problem(.int8([0, 1, 0, 2]), shape: [2, 2])?.contains("unit 1, step 1: 2 is not -1, 0 or 1") == true)
        #expect(
            try problem(.float32([0, .nan]), shape: [2, 1])?.contains("unit 1, step 0: the amplitude is nan") == true)
        #expect(try problem(.float64([0, 1]), shape: [2, 1])?.contains("the array is of type f8") == true)
        #expect(try problem(.int8([0, 1]), shape: [2, 1, 1])?.contains("shape [2, 1, 1]") == true)
    }

    @Test func observationsAreWindows() throws {
        let folder = try TemporaryFolder()
        let codec = try ReceptiveFields(bins: 3, steps: 5)
        for (rows, shape) in [(1, [5, 6]), (4, [5, 4, 6])] {
            let values = (0..<rows * 2).map { Double($0) / 8 }
            let encoded = try codec.encode(Observations(values: values, featureCount: 2))
            try SpikeTrainFile.write(encoded, to: folder.file("a.npy"))
            let array = try NPYArray.read(folder.file("a.npy"))
            #expect(array.shape == shape)
            guard case .int8(let signs) = array.elements else {
                Issue.record("not int8")
                continue
            }
            for step in 0..<5 {
                for row in 0..<rows {
                    for unit in 0..<6 {
                        #expect(signs[(step * rows + row) * 6 + unit] == encoded.spikes[unit, row * 5 + step])
                    }
                }
            }
        }
    }
}
