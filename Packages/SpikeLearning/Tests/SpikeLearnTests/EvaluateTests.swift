import Foundation
import TestSupport
import Testing

/// `spike evaluate`, `spike analyze codes` and `spike analyze energy`, on runs of a few images.
@Suite struct EvaluateTests {
    private let folder: TemporaryFolder
    private let data: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        data = try TemporaryFolder()
        try ImageFiles.write(to: data)
    }

    private var source: [String] { ["--data", data.path] }

    private func train(_ name: String, _ arguments: String...) throws -> String {
        let output = folder.file(name)
        let (status, _, errors) = try run(
            [
                "train", "--dataset", "folder", "--side", "8", "--steps", "2", "--epochs", "3", "--batch", "8",
                "--threads", "1",
            ] + source
                + arguments + ["--output", output])
        try #require(status == 0, "\(errors)")
        return output
    }

    @Test func oneRun() throws {
        let path = try train("run", "--encoding", "phase")
        let stored = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: "\(path)/evaluation.json")))
        let (status, output, errors) = try run(["evaluate", path, "--json"] + source)
        #expect(status == 0, "\(errors)")
        let report = try json(output)
        #expect(report["confusion"] as? [[Int]] == (stored as? [String: Any])?["confusion"] as? [[Int]])
        #expect(report["loss"] as? Double == (stored as? [String: Any])?["loss"] as? Double)
        #expect(report["images"] as? Int == 8 && report["encoding"] as? String == "phase")
        #expect((report["spikeRates"] as? [[String: Any]])?.count == 3)
        #expect(report["shuffled"] == nil)

        let limited = try json(run(["evaluate", path, "--json", "--limit-test", "4"] + source).output)
        #expect(limited["images"] as? Int == 4)

        let text = try run(["evaluate", path] + source).output
        for part in [
            "8 test images of", "accuracy  ", "   class  ", " → 0  ", "0  left", "1  right", "second.lif", "all ",
        ] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test func shuffledOverTime() throws {
        let path = try train("run", "--encoding", "phase")
        func shuffled(_ arguments: String...) throws -> [String: Any] {
            let (_, output, errors) = try run(["evaluate", path, "--shuffle-time", "--json"] + source + arguments)
            let report = try json(output)
            let shuffled = try #require(report["shuffled"] as? [String: Any], "\(errors)")
            let plain = try #require(report["accuracy"] as? Double)
            let accuracy = try #require(shuffled["accuracy"] as? Double)
            #expect(abs(try #require(shuffled["changeInPoints"] as? Double) - 100 * (accuracy - plain)) < 1e-9)
            return shuffled
        }
        let first = try shuffled()
        #expect((first["accuracies"] as? [Double])?.count == 3 && first["shuffling"] as? String == "each-neuron")
        #expect(try shuffled("--seed", "0")["accuracies"] as? [Double] == first["accuracies"] as? [Double])
        let other = try shuffled("--shuffling", "whole-steps", "--shuffles", "2", "--seed", "9")
        #expect(other["shuffling"] as? String == "whole-steps" && other["seed"] as? Int == 9)
        #expect((other["accuracies"] as? [Double])?.count == 2)
        let text = try run(["evaluate", path, "--shuffle-time"] + source).output
        let change = try #require(first["changeInPoints"] as? Double)
        let points = String(format: "%.2f", abs(change))
        let sign = points == "0.00" ? "" : change < 0 ? "−" : "+"
        #expect(text.contains("shuffled  ") && text.contains(" %, \(sign)\(points) points: "), "\(text)")
    }

    @Test func severalRunsHaveALineEach() throws {
        let path = try train("runs", "--encoding", "rate", "--seeds", "1,2,3")
        let (status, output, errors) = try run(["evaluate", path, "--shuffle-time", "--shuffles", "1"] + source)
        #expect(status == 0, "\(errors)")
        let lines = output.split(separator: "\n")
        // Remarks on layers may follow.
        func rows(_ output: String) -> Int { output.split(separator: "\n").count { $0.contains("  rate ") } }
        #expect(rows(output) == 3 && lines[0].contains("shuffled %"), "\(output)")
        #expect(lines[2].contains("rate-seed-1  rate"))
        let list = try JSONSerialization.jsonObject(with: Data(run(["evaluate", path, "--json"] + source).output.utf8))
        #expect((list as? [[String: Any]])?.count == 3)

        // In the order of training, whatever the names.
        let others = try train("others", "--encoding", "rate", "--seeds", "10,2")
        #expect(FileManager.default.fileExists(atPath: "\(others)/results.json"))
        func seeds(_ path: String) throws -> [Int] {
            let list = try JSONSerialization.jsonObject(
                with: Data(run(["evaluate", path, "--json"] + source).output.utf8))
            return try #require(list as? [[String: Any]]).compactMap { $0["seed"] as? Int }
        }
        #expect(try seeds(others) == [10, 2])
        try FileManager.default.removeItem(atPath: "\(others)/results.json")
        #expect(try seeds(others) == [2, 10])

        // One that has not finished is passed over.
        try FileManager.default.removeItem(atPath: "\(path)/rate-seed-1/weights.safetensors")
        let fewer = try run(["evaluate", path] + source)
        #expect(rows(fewer.output) == 2)
        #expect(fewer.errors.contains("rate-seed-1: the run has not finished"))
        #expect(
            try run(["evaluate", path, "--shuffle-time"] + source).output.contains(
                "±: sample standard deviation (n − 1)"))
        for command in ["codes", "energy"] {
            let (status, output, errors) = try run(["analyze", command, path, "--limit", "4"] + source)
            #expect(status == 0 && errors.contains("rate-seed-1: the run has not finished"), "\(errors)")
            let lines = output.split(separator: "\n")
            #expect(
                lines[0].hasPrefix("run ") && lines[2].contains("rate-seed-2  rate") && lines[3].contains("rate-seed-3")
            )
            let list = try JSONSerialization.jsonObject(
                with: Data(run(["analyze", command, path, "--limit", "4", "--json"] + source).output.utf8))
            #expect((list as? [[String: Any]])?.count == 2)
        }
        // Of one that has finished, too, there is an array and a line.
        try FileManager.default.removeItem(atPath: "\(path)/rate-seed-2/weights.safetensors")
        for command in [["evaluate"], ["analyze", "codes"], ["analyze", "energy"]] {
            let list = try JSONSerialization.jsonObject(
                with: Data(run(command + [path, "--json"] + source).output.utf8))
            #expect((list as? [[String: Any]])?.count == 1, "\(command)")
            let lines = try run(command + [path] + source).output.split(separator: "\n")
            #expect(lines[0].hasPrefix("run ") && lines[2].contains("rate-seed-3  rate"), "\(lines)")
        }
        try FileManager.default.removeItem(atPath: "\(path)/rate-seed-3/weights.safetensors")
        let none = try run(["evaluate", path, "--json"] + source)
        #expect(none.status != 0 && none.output == "" && none.errors.contains("no run in it has finished"))
        _ = try train("runs/rate-seed-2", "--encoding", "rate", "--seeds", "2")
        _ = try train("runs/rate-seed-3", "--encoding", "rate", "--seeds", "3")
        let report = try run(["report", path])
        #expect(report.status == 0 && report.errors.contains("left out: \(path)/rate-seed-1: the run has not finished"))
        #expect(
            try String(contentsOfFile: "\(path)/report.html", encoding: .utf8).contains(
                "sample standard deviation (n − 1)"))
    }

    @Test func codesAndEnergy() throws {
        let path = try train("run", "--encoding", "phase")
        let codes = try json(run(["analyze", "codes", path, "--json"] + source).output)
        #expect(codes["possiblePatterns"] as? Double == 4 && codes["images"] as? Int == 8)
        let channels = try #require(codes["channels"] as? [[String: Any]])
        #expect(channels.count == 32 && channels.allSatisfy { ($0["mostFrequent"] as? String)?.count == 2 })
        for (name, mean) in [("entropy", "meanEntropy"), ("patterns", "meanPatterns")] {
            let sum = try channels.map { try #require($0[name] as? Double) }.reduce(0, +)
            #expect(try abs(sum / 32 - #require(codes[mean] as? Double)) < 1e-9)
        }
        let text = try run(["analyze", "codes", path, "--limit", "4"] + source).output
        #expect(text.contains("4 test images, T = 2, 32 channels") && text.contains(" of 2 bits on average"))

        let energy = try json(run(["analyze", "energy", path, "--json"] + source).output)
        let estimate = try #require(energy["estimate"] as? [String: Any])
        #expect(estimate["steps"] as? Int == 2 && estimate["imageCount"] as? Int == 8)
        #expect((estimate["layers"] as? [[String: Any]])?.count == 4)
        let table = try run(["analyze", "energy", path, "--limit", "4"] + source).output
        for part in [
            "measured on 4 test images", "first.conv   real values", "without spikes, once", "Left out: memory",
        ] {
            #expect(table.contains(part), "\(table)")
        }
    }

    @Test(arguments: [
        (["evaluate", "/nowhere"], "/nowhere: there is no run in it"),
        (["evaluate", "r", "--limit-test", "010"], "without leading zeros"),
        (["evaluate", "r", "--shuffle-time", "--shuffles", "+3"], "is no whole number"),
        (["evaluate", "r", "--threads", "1e1"], "is no whole number"),
        (["analyze", "codes", "r", "--limit", "0x10"], "is no whole number"),
        (["gym", "train", "--env", "CartPole-v1", "--output", "x", "--total-steps", "0100"], "is no whole number"),
        (["gym", "train", "--env", "CartPole-v1", "--output", "x", "--widths", "64,064"], "'64,064' is invalid"),
        (["gym", "train", "--env", "CartPole-v1", "--output", "x", "--bins", "08"], "is no whole number"),
        (["evaluate", "r", "--seed", "1"], "--seed needs --shuffle-time"),
        (["evaluate", "r", "--shuffle-time", "--shuffles", "0"], "--shuffles must be within 1...1000000, got 0"),
        (["evaluate", "r", "--shuffle-time", "--shuffles", "9223372036854775807"], "--shuffles must be within"),
        (["evaluate", "r", "--shuffle-time", "--shuffling", "x"], "'x' is invalid for '--shuffling"),
        (["analyze", "codes", "/nowhere"], "/nowhere: there is no run in it"),
        (["analyze", "energy", "r", "--limit", "-1"], "--limit"), (["analyze", "dreams"], "dreams"),
        (["train", "--dataset", "folder", "--output", "x"], "name the images' folder with --data"),
    ]) func mistakesAreOneLine(arguments: [String], message: String) throws {
        let (status, output, errors) = try run(arguments)
        #expect(status != 0 && output == "")
        #expect(errors.hasPrefix("spike: ") && errors.contains(message), "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
    }

    /// The run knows where they are, unless they are moved.
    @Test func aFolderNeedsItsImages() throws {
        let path = try train("run")
        let known = try run("evaluate", path)
        #expect(known.status == 0, "\(known.errors)")
        let moved = folder.file("moved")
        try FileManager.default.moveItem(atPath: data.path, toPath: moved)
        let (status, _, errors) = try run("evaluate", path)
        #expect(status != 0 && errors.contains(data.path) && errors.split(separator: "\n").count == 1, "\(errors)")
        // The output names the folder of the images.
        let names = [moved, data.path].map { URL(fileURLWithPath: $0).lastPathComponent }
        #expect(
            try run("evaluate", path, "--data", moved).output.replacing(names[0], with: names[1]) == known.output)
        // Other classes than those of the run.
        let other = try TemporaryFolder()
        var random = SplitMix64(seed: 1)
        for part in ["train", "test"] {
            for name in ["a", "b"] { try other.file("\(part)/\(name)/1.pgm", ImageFiles.grey(false, &random)) }
        }
        let wrong = try run("evaluate", path, "--data", other.path)
        #expect(wrong.status != 0 && wrong.errors.contains("was trained on"), "\(wrong.errors)")
    }
}
