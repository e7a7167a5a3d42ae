import FileTestSupport
import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

/// Recordings far from zero, and recordings that start late, from the file to the file.
@Suite struct OffsetAndStartTests {
    private let counts = (0..<2000).map { Int32(1 << 30) + Int32(20 * sin(Double($0) / 9)) }
    private let pressure = (0..<500).map { 101_325 + 0.003 * sin(Double($0) / 20) }

    private func numbers(_ csv: String, column: Int) throws -> [Double] {
        try csv.split(separator: "\n").dropFirst().map {
            try #require(Double($0.split(separator: ",")[column]))
        }
    }

    private func rmse(_ a: [Double], _ b: [Double]) -> Double {
        (zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(a.count)).squareRoot()
    }

    /// The error that `compare` gives is that of its own commands, between the file's numbers and the decoded file's.
    @Test(arguments: ["npy", "csv"]) func comparesWithTheFilesOwnNumbers(_ type: String) throws {
        let program = try Program()
        let file = "in.\(type)"
        let original: [Double]
        if type == "npy" {
            original = counts.map { Double($0) }
            try NPYArray(shape: [2000], elements: .int32(counts)).write(to: program.path(file))
        } else {
            original = pressure
            let rows = pressure.indices.map { "\(100 + Double($0) / 50),\(pressure[$0])" }
            try Data("time_s,p_Pa\n\(rows.joined(separator: "\n"))\n".utf8)
                .write(to: URL(fileURLWithPath: program.path(file)))
        }
        let outcome = try program.run("compare \(file) --evaluations 60 --json --output report.html")
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.errors)")
        let codecs = try #require(document["codecs"] as? [[String: Any]])
        #expect(codecs.count == Codec.names.count)
        let spread = 0.7 * (original.max()! - original.min()!)
        for entry in codecs {
            let name = try #require(entry["codec"] as? String)
            let error = try #require(entry["rmse"] as? Double)
            let spikes = try #require(entry["spikesPerSample"] as? Double)
            #expect(error < spread && spikes > 0, "\(name)")
            // Graded spikes of whole numbers lose nothing.
            #expect(error > 0 || name == "rate-step-forward", "\(name)")
            guard let command = entry["command"] as? String, !command.contains("minimum") else { continue }
            for decoded in ["out.csv", "out.npy"] {
                #expect(try program.run(command.replacing("spike encode", with: "encode")).status == 0)
                #expect(try program.run("decode spikes.h5 --output \(decoded)").status == 0)
                let found =
                    decoded == "out.npy"
                    ? try NPYArray.read(program.path(decoded)).doubles()
                    : try numbers(program.text(decoded), column: type == "csv" ? 1 : 0)
                #expect(abs(rmse(original, found) - error) <= 1e-6 * error, "\(name), \(decoded)")
            }
        }
        let page = try program.text("report.html")
        #expect(page.contains(type == "npy" ? "1\u{2009}073\u{2009}741\u{2009}8" : "101\u{2009}325.00"))
    }

    @Test(.enabled(if: Python.hasNumPy, "needs a Python with numpy; set SPIKEKIT_PYTHON"))
    func numPyFindsTheSameErrorAndSpikes() throws {
        let program = try Program()
        let (made, errors) = try Python.run(
            """
            import numpy as np, sys
            np.save(sys.argv[1], (2**30 + 20*np.sin(np.arange(2000)/9)).astype(np.int32))
            """, [program.path("in.npy")])
        #expect(made != nil, "\(errors)")
        let encoded = try program.run("encode in.npy --codec step-forward --threshold 0.75 --output s.h5")
        #expect(encoded.status == 0, "\(encoded.errors)")
        #expect(try program.run("decode s.h5 --output d.npy").status == 0)
        // The codec's definition, in double precision, on the file's own numbers.
        let (output, problems) = try Python.run(
            """
            import numpy as np, sys
            x, d, theta = np.load(sys.argv[1]).astype(float), np.load(sys.argv[2])[0], 0.75
            base, s = x[0], np.zeros(len(x))
            for t in range(1, len(x)):
                if x[t] > base + theta: s[t] = 1; base += theta
                elif x[t] < base - theta: s[t] = -1; base -= theta
            r = x[0] + theta*np.cumsum(s)
            print(d.dtype, np.array_equal(d, r), np.sqrt(np.mean((d - x)**2)) > 0.1, int(np.abs(s).sum()))
            """, [program.path("in.npy"), program.path("d.npy")])
        let spikes = try EncodedFile.read(program.path("s.h5")).spikes.spikeCount
        #expect(spikes > 1000 && output == "float64 True True \(spikes)\n", "\(output ?? problems)")
    }

    /// Values on the command line are in the file's unit.
    @Test func optionsAreInTheFilesUnit() throws {
        let program = try Program()
        try Data(("p\n" + pressure.map { "\($0)\n" }.joined()).utf8)
            .write(to: URL(fileURLWithPath: program.path("in.csv")))
        let encode = "encode in.csv --codec bsa --minimum 101324.9 --maximum 101325.1 --output s.h5"
        let outcome = try program.run(encode)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let channel = try EncodedFile.read(program.path("s.h5")).channels[0]
        let range = try #require(channel.range)
        #expect(abs(channel.offset + Double(range.minimum) - 101_324.9) < 1e-7)
        #expect(abs(channel.offset + Double(range.maximum) - 101_325.1) < 1e-7)
        let wrong = try program.run(encode.replacing("101325.1", with: "101324.8"))
        #expect(wrong.status != 0 && wrong.errors.contains("101324.8"), "\(wrong.errors)")

        #expect(try program.run("encode in.csv --codec step-forward --threshold 0.0005 --output s.h5").status == 0)
        #expect(try program.run("decode s.h5 --initial-value 101325.25 --output d.csv").status == 0)
        #expect(try abs(numbers(program.text("d.csv"), column: 0)[0] - 101_325.25) < 1e-7)
        #expect(try program.run("decode s.h5 --initial-value 1,2 --output d.csv").status != 0)
    }

    @Test func observationsFarFromZeroAreDecodedToDoubles() throws {
        let program = try Program()
        try Data(("a,b\n" + (0..<8).map { "\(1e9 + Double(7 - $0) / 8),\($0)\n" }.joined()).utf8)
            .write(to: URL(fileURLWithPath: program.path("in.csv")))
        let encode = "encode in.csv --codec rate --steps 64 --minimum 1e9,0 --maximum 1000000001,8 --output s.h5"
        #expect(try program.run(encode).status == 0)
        #expect(try program.run("decode s.h5 --output d.npy").status == 0)
        let array = try NPYArray.read(program.path("d.npy"))
        #expect(array.shape == [8, 2])
        for row in 0..<8 {
            let expected = 1e9 + Double(7 - row) / 8
            #expect(abs(array.doubles()[2 * row] - expected) <= 1.0 / 32)
        }
    }

    /// A file of times from 100 s on: a step at 100.5 s is a spike at 100.5 s, everywhere.
    @Test func startsAreKeptEverywhere() throws {
        let program = try Program()
        let seconds: [Double] = (0...150).map { 100 + Double($0) / 100 }
        let rows: [String] = seconds.enumerated().map { "\($1),\($0 < 50 ? 0 : 1)" }
        try Data(("time,v\n" + rows.joined(separator: "\n") + "\n").utf8)
            .write(to: URL(fileURLWithPath: program.path("in.csv")))
        for output in ["s.csv", "s.h5"] {
            let outcome = try program.run("encode in.csv --codec delta --threshold 0.5 --output \(output)")
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        #expect(try program.text("s.csv") == "time_s,channel,polarity\n100.5,0,1\n")
        let encoded = try EncodedFile.read(program.path("s.h5"))
        let read = try SpikeTrainFile.readTrain(
            program.path("s.csv"), stepRate: encoded.stepRate, startTime: encoded.startTime, unitCount: 1,
            stepCount: encoded.spikes.stepCount)
        #expect(read == encoded.spikes)

        #expect(try program.run("decode s.h5 --output d.csv").status == 0)
        let times = try numbers(program.text("d.csv"), column: 0)
        #expect(times == seconds)

        let plot = "plot s.h5 --recording in.csv --output p.svg"
        #expect(try program.run(plot).status == 0)
        #expect(try program.text("p.svg").contains(">100.4<"))
        #expect(try program.run("\(plot) --from 100.5 --to 101").status == 0)
        #expect(try !program.text("p.svg").contains(">100.4<"))
        let early = try program.run("\(plot) --to 1")
        #expect(early.status != 0 && early.errors.contains("starts at 100.0, after --to 1.0"), "\(early.errors)")
        let late = try program.run("\(plot) --from 102")
        #expect(late.status != 0 && late.errors.contains("ends at 101.51, before --from 102.0"), "\(late.errors)")
    }

    @Test(.enabled(if: Python.hasH5py, "needs a Python with h5py; set SPIKEKIT_PYTHON"))
    func h5pyFindsTheStart() throws {
        let program = try Program()
        try Data("time,v\n-0.5,0\n0,0\n0.5,7\n".utf8).write(to: URL(fileURLWithPath: program.path("in.csv")))
        #expect(try program.run("encode in.csv --codec delta --threshold 5 --output s.h5").status == 0)
        let (output, errors) = try Python.run(
            """
            import h5py, json, sys
            with h5py.File(sys.argv[1]) as file:
                print(file['spikes/times'][0].tolist(), file['spikes/steps'][0].tolist(),
                      json.loads(file['encoding'][()])['startTime'])
            """, [program.path("s.h5")])
        #expect(output == "[0.5] [2] -0.5\n", "\(errors)")
    }

    @Test func beyondFloat32IsNotInfinite() throws {
        let program = try Program()
        try Data("v\n1\n2\n1e300\n".utf8).write(to: URL(fileURLWithPath: program.path("in.csv")))
        for command in [
            "encode in.csv --codec lif --output s.h5", "compare in.csv", "tune in.csv --codec step-forward",
        ] {
            let outcome = try program.run(command)
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("1e+300, beyond what Float32 holds"), "\(outcome.errors)")
            #expect(!outcome.errors.contains("is inf"))
        }
    }
}
