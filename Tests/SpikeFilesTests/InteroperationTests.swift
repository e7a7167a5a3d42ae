import FileTestSupport
import Foundation
import SpikeEncoding
import Testing

@testable import SpikeFiles

/// NumPy and h5py read what we write, and we read what NumPy writes.
@Suite struct InteroperationTests {
    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let (output, errors) = try Python.run(program, arguments)
        return try #require(output, "\(errors)")
    }

    @Test(
        .enabled(if: Python.hasNumPy, "needs a Python with numpy; set SPIKEKIT_PYTHON"),
        arguments: ["f4", "f8", "i2", "u1"])
    func weReadNumPysArrays(_ type: String) throws {
        let folder = try TemporaryFolder()
        for (order, layout) in [("<", "C"), (">", "C"), ("<", "F"), (">", "F")] {
            _ = try run(
                """
                import numpy, sys
                numpy.save(sys.argv[1], numpy.array([[1, 2, 3], [4, 5, 60]], dtype=sys.argv[2], order=sys.argv[3]))
                """, [folder.file("a.npy"), order + type, layout])
            #expect(try RecordingFile.read(folder.file("a.npy")) == Signal(channels: [[1, 2, 3], [4, 5, 60]]))
        }
    }

    @Test(
        .enabled(if: Python.hasH5py, "needs a Python with h5py; set SPIKEKIT_PYTHON"),
        arguments: [10, nil] as [Double?])
    func h5pyReadsOurSpikes(_ rate: Double?) throws {
        let folder = try TemporaryFolder()
        let train = SpikeTrain(amplitudes: [0, 0.5, 0, -2, 1, 0, 0, 0.25], unitCount: 2)
        let encoded = EncodedSignal(
            codec: try RateStepForward(threshold: 1).codec, spikes: train,
            channels: [EncodedChannel(name: "ü", initialValue: 0.1), EncodedChannel(initialValue: 2)],
            samplingRate: rate, unit: "mV")
        try EncodedFile.write(encoded, to: folder.file("a.h5"))
        let output = try run(
            """
            import h5py, json, numpy, sys
            with h5py.File(sys.argv[1], 'r') as h5:
                print(sorted(h5['spikes'].keys()), h5['spikes/times'].attrs['unit'])
                for name in ['times', 'units', 'steps', 'polarity', 'amplitudes']:
                    dataset = h5['spikes'][name]
                    values = dataset[0]
                    assert isinstance(values, numpy.ndarray)
                    print(dataset.shape, values.dtype, values.tolist())
                header = json.loads(h5['encoding'][()])
                print(header['format'], header['version'], header['codec']['codec'], header['channels'][0]['name'],
                      header['unitCount'], header['stepCount'], header['clippedCount'], header['unit'],
                      header.get('samplingRate'))
            """, [folder.file("a.h5")])
        let times = rate == nil ? "[0.0, 1.0, 3.0, 3.0]" : "[0.0, 0.1, 0.3, 0.3]"
        #expect(
            output == """
                ['amplitudes', 'polarity', 'steps', 'times', 'units'] \(rate == nil ? "steps" : "s")
                (1,) float64 \(times)
                (1,) uint16 [1, 0, 0, 1]
                (1,) int64 [0, 1, 3, 3]
                (1,) int8 [1, 1, -1, 1]
                (1,) float32 [1.0, 0.5, -2.0, 0.25]
                spikekit 1 rate-step-forward ü 2 4 0 mV \(rate == nil ? "None" : "10")

                """)
    }

    @Test(.enabled(if: Python.hasH5py, "needs a Python with h5py; set SPIKEKIT_PYTHON"))
    func h5pyReadsOurFrames() throws {
        let folder = try TemporaryFolder()
        let channels = [EncodedChannel(initialValue: 0), EncodedChannel(initialValue: 0)]
        let trains = [
            EncodedSignal(
                codec: try StepForward().codec, spikes: SpikeTrain(signs: [0, 1, 0, -1, 1, 0, 0, 1], unitCount: 2),
                channels: channels, samplingRate: 10),
            EncodedSignal(
                codec: try RateStepForward(threshold: 1).codec,
                spikes: SpikeTrain(amplitudes: [0, 0.5, 0, -2], unitCount: 2), channels: channels, samplingRate: 10),
        ]
        var output = ""
        for train in trains {
            try EncodedFile.write(train, to: folder.file("a.h5"), layout: .frames)
            output += try run(
                """
                import h5py, json, sys
                with h5py.File(sys.argv[1], 'r') as h5:
                    frames = h5['spikes/frames']
                    print(list(h5['spikes']), frames.dtype, frames.shape, frames.compression, frames[:].tolist(),
                          json.loads(h5['encoding'][()])['samplingRate'])
                """, [folder.file("a.h5")])
        }
        #expect(
            output == """
                ['frames'] int8 (2, 4) gzip [[0, 1, 0, -1], [1, 0, 0, 1]] 10
                ['frames'] float32 (2, 2) gzip [[0.0, 0.5], [0.0, -2.0]] 10

                """)
    }

    @Test(.enabled(if: Python.hasH5py, "needs a Python with h5py; set SPIKEKIT_PYTHON"))
    func h5pyReadsNoSpikes() throws {
        let folder = try TemporaryFolder()
        try EncodedFile.write(try Examples.encoded(StepForward(threshold: 1e9)), to: folder.file("a.h5"))
        let output = try run(
            """
            import h5py, sys
            spikes = h5py.File(sys.argv[1], 'r')['spikes']
            print(spikes['times'][0], spikes['units'][0].dtype)
            """,
            [folder.file("a.h5")])
        #expect(output == "[] uint16\n")
    }

    @Test(.enabled(if: Python.hasNumPy, "needs a Python with numpy; set SPIKEKIT_PYTHON"))
    func numPyReadsOurWindows() throws {
        let folder = try TemporaryFolder()
        let encoded = try RateCode(steps: 5).encode(Observations(values: [0.5, 0, 1, 0.2, 0.4, 0.6], featureCount: 2))
        try SpikeTrainFile.write(encoded, to: folder.file("a.npy"))
        let output = try run(
            """
            import numpy, sys
            a = numpy.load(sys.argv[1])
            print(a.dtype, a.shape, a[:, 0, 1].sum(), a[:, 1, 0].sum())
            """,
            [folder.file("a.npy")])
        #expect(output == "int8 (5, 3, 2) 0 5\n")
    }
}
