import Foundation
import SpikeEncoding
import SpikeFiles
import Testing

/// What commands say of the recording they read, and of what may have gone wrong.
@Suite struct SummaryTests {
    private func program(_ files: [String: String]) throws -> Program {
        let program = try Program()
        for (name, text) in files { try Data(text.utf8).write(to: program.folder.appending(path: name)) }
        return program
    }

    /// A counter, times of 250 Hz from 100 s, and two channels.
    private static let table: String = {
        let rows = (0..<60).map { (row: Int) -> String in
            let phase = Double(row) / 4
            return "\(row),\(100 + Double(row) / 250),\(sin(phase)),\(cos(phase))\n"
        }
        return "index,time_s,a_mV,b_mV\n" + rows.joined()
    }()

    @Test(arguments: [
        "encode in.csv --codec delta --output s.h5", "tune in.csv --codec lif --evaluations 20",
        "compare in.csv --evaluations 20", "plot in.csv --output p.svg",
        "encode in.csv --codec rate --minimum -1 --maximum 1 --output s.h5",
    ])
    func commandsSayWhatWasUnderstood(_ arguments: String) throws {
        let program = try program(["in.csv": Self.table])
        let outcome = try program.run(arguments)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let shape =
            arguments.contains("rate") ? "60 rows × 2 features (a_mV, b_mV)" : "2 channels (a_mV, b_mV) × 60 samples"
        #expect(
            outcome.output.hasPrefix(
                "in.csv: \(shape) in mV, 250 Hz from its times, starting at 100 s; left out: column 1 \"index\" (counts rows), "
                    + "column 2 \"time_s\" (the time)\n"), "\(outcome.output)")
    }

    @Test(arguments: ["tune in.csv --codec lif --evaluations 20 --json", "compare in.csv --evaluations 20 --json"])
    func jsonHoldsWhatWasUnderstood(_ arguments: String) throws {
        let program = try program(["in.csv": Self.table])
        let output = try program.run(arguments + " --columns b_mV").output
        let document = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        let recording = try #require(document["recording"] as? [String: Any])
        #expect(recording["channelNames"] as? [String] == ["b_mV"] && recording["samplingRate"] as? Double == 250)
        #expect(recording["startTime"] as? Double == 100 && recording["rateSource"] as? String == "times")
    }

    @Test func columnsAreChosenInEveryCommand() throws {
        let program = try program(["in.csv": Self.table])
        for (columns, names) in [("b_mV", ["b_mV"]), ("4,3", ["b_mV", "a_mV"]), ("1,a_mV", ["index", "a_mV"])] {
            #expect(try program.run("encode in.csv --columns \(columns) --codec delta --output s.h5").status == 0)
            #expect(try EncodedFile.read(program.path("s.h5")).channels.map(\.name) == names)
            let plot = try program.run("plot s.h5 --recording in.csv --columns \(columns) --output p.svg")
            #expect(plot.status == 0 && plot.output.contains("(\(names.joined(separator: ", ")))"), "\(plot.errors)")
        }
        #expect(try program.run("encode in.csv --columns 3 --codec rate --output s.h5").output.contains("60 features"))
        for arguments in [
            "encode in.csv --columns 3-1 --codec delta --output s.h5", "plot in.csv --columns 0 --output p.svg",
            "encode in.csv --columns ecg --codec delta --output s.h5", "plot s.h5 --columns 1 --output p.svg",
            "plot s.h5 --sampling-rate 5 --output p.svg",
        ] {
            let outcome = try program.run(arguments)
            #expect(outcome.status != 0 && outcome.errors.split(separator: "\n").count == 1, "\(arguments)")
        }
    }

    @Test func silenceIsExplained() throws {
        let program = try program([
            "in.csv": "a_mV,flat_mV\n" + (0..<50).map { "\(0.25 * Double($0 % 3)),0.75\n" }.joined()
        ])
        func errors(_ options: String) throws -> String {
            let outcome = try program.run("encode in.csv \(options) --output s.h5")
            #expect(outcome.status == 0 && outcome.output.contains("2 channels"))
            return outcome.errors
        }
        #expect(
            try errors("--codec step-forward --threshold 7")
                == "spike: warning: in.csv: no spikes: column \"a_mV\" never moves by the threshold of "
                + "7 mV in its range, 0 to 0.5 mV; column \"flat_mV\" is constant at 0.75 mV\n")
        #expect(
            try errors("--codec delta --threshold 0.6 --columns a_mV,flat_mV --padding edge").contains(
                "column \"a_mV\" never moves by the threshold of 0.6 mV in its range, 0 to 0.5 mV"))
        #expect(
            try errors("--codec step-forward --threshold 0.2").contains(
                "no spikes in 1 of 2 channels: column \"flat_mV\" is constant at 0.75 mV"))
        #expect(
            try errors("--codec lif --threshold 500").contains("which is of values scaled by its range, 0 to 0.5 mV"))
        let rate = try program.run("encode in.csv --codec rate --minimum 3 --maximum 4 --output s.h5")
        #expect(rate.errors.contains("no spikes: the values reach from 0 to 0.75"))
        #expect(rate.errors.contains("100 of 100 values lie outside 3.0…4.0 and were clipped"))
    }

    @Test func warningsGoToStandardError() throws {
        let program = try Program()
        try NPYArray(shape: [50, 4], elements: .float64((0..<200).map { sin(Double($0)) })).write(
            to: program.path("in.npy"))
        let outcome = try program.run("encode in.npy --codec delta --output s.h5")
        #expect(outcome.errors.hasPrefix("spike: warning: in.npy: 50 channels of 4 samples: it looks transposed"))
        #expect(outcome.output.hasPrefix("in.npy: 50 channels × 4 samples, no sampling rate\n"))
    }

    @Test(arguments: [
        "encode in.csv --codec delta --output x.h5", "encode in.csv --codec lif --output x.h5",
        "encode in.csv --codec rate --output x.h5", "tune in.csv --codec lif --evaluations 20",
        "compare in.csv --evaluations 20",
    ])
    func errorsOfValuesNameTheirLine(_ arguments: String) throws {
        let program = try program(["in.csv": "time,a,MLII\n0,1,2\n\n0.5,1,nan\n1,1,2\n"])
        let outcome = try program.run(arguments)
        #expect(outcome.status != 0)
        #expect(
            outcome.errors == "spike: in.csv: line 4, column \"MLII\" is nan; remove or replace such values first\n",
            "\(outcome.errors)")
    }

    @Test func observationCodesSpeakOfFeatures() throws {
        let program = try program(["in.csv": Self.table])
        for codec in ["rate", "receptive-fields"] {
            let outcome = try program.run(
                "encode in.csv --codec \(codec) --minimum 1,2,3 --maximum 9 --output x.h5")
            #expect(
                outcome.errors
                    == "spike: \(codec): minimum has 3 values for 2 features; give one value, or one per feature\n")
        }
        let budget = try program.run("tune in.csv --codec pwm --spikes-per-second 0.01 --evaluations 20")
        #expect(
            budget.errors.hasPrefix("spike: in.csv, column \"a_mV\": no trial kept within 0.01"), "\(budget.errors)")
    }
}
