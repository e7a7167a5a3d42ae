import Foundation
import TestSupport
import Testing

/// Command lines of the learning commands, put together at random: the program never traps, and says in one line what it
/// does not do.
///
/// `SPIKEKIT_FUZZ_CASES` and `SPIKEKIT_FUZZ_SEED` in the environment make more cases, and the same ones again.
@Suite struct CommandLineFuzzTests {
    private let folder: TemporaryFolder
    private let data: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        data = try TemporaryFolder()
        try ImageFiles.write(train: 4, test: 2, to: data)
    }

    /// What may stand behind an option, whether it makes sense or not.
    private var values: [String] {
        [
            "0", "1", "2", "8", "-1", "1.5", "1e300", "nan", "010", "0x10", "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808", "18446744073709551616", "", " ", "é", "1,2", "1,1", ",", "all", "none", "direct",
            "rate",
            "phase", "ttfs", "threshold", "decay,neuron", "small", "qkformer-3-32", "qkformer-3-9223372036854775776",
            "qkformer-0-0", "cpu", "cuda:99", "fp32", "bf16", "epochs=2", "epochs=", "batch=010", "=", "flip=true",
            "mixup=1e-300", "erasing=1", "rand-augment=3", "crop=4096", "warm-up-epochs=0.999", "learning-rate=1e300",
            "weight-decay=1e300", "label-smoothing=1", "each-neuron", "whole-steps", "fixed", "1/3", "1/0", "soft",
            folder.file("run"), folder.file("nothing"), data.path, data.file("test/left/0.pgm"),
            folder.file("run/weights.safetensors"), folder.file("run/configuration.yaml"), "/dev/null",
        ]
    }

    private let options: [String: [String]] = [
        "train": [
            "--dataset", "--data", "--side", "--model", "--encoding", "--steps", "--learn", "--no-convolution",
            "--encoder-channels", "--no-surrogate", "--batch", "--drop-last", "--precision", "--limit-train",
            "--limit-test",
            "--set", "--seeds", "--print-config", "--device", "--no-keep-memory",
        ],
        "report": ["--output", "--data", "--device"],
        "evaluate": [
            "--shuffle-time", "--shuffling", "--shuffles", "--seed", "--limit-test", "--json", "--data", "--device",
        ],
        "predict": [
            "--model", "--weights", "--input", "--compatibility", "--steps", "--encoding", "--output", "--invert",
            "--top",
            "--json", "--device",
        ],
        "analyze codes": ["--limit", "--json", "--data", "--device"],
        "analyze energy": ["--limit", "--json", "--data", "--device"],
        "analyze firing-patterns": ["--decay", "--time-constant", "--steps", "--reset", "--threshold", "--json"],
    ]

    /// Mostly given one of the first values.
    private static let numeric: Set = [
        "--side", "--steps", "--encoder-channels", "--batch", "--limit-train", "--limit-test", "--seeds", "--shuffles",
        "--seed", "--limit", "--top", "--decay", "--time-constant", "--threshold",
    ]

    private static let flags: Set = [
        "--no-convolution", "--no-surrogate", "--drop-last", "--print-config", "--no-keep-memory", "--shuffle-time",
        "--json",
        "--invert",
    ]

    @Test func anyCommandLineIsDoneOrOneLine() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["SPIKEKIT_FUZZ_CASES"].flatMap(Int.init) ?? 60
        let seed = environment["SPIKEKIT_FUZZ_SEED"].flatMap(UInt64.init) ?? .random(in: 0..<1_000_000)
        print("command lines: seed \(seed), \(count) cases")
        let train = [
            "train", "--dataset", "folder", "--data", data.path, "--side", "8", "--epochs", "1", "--steps", "2",
            "--batch", "4",
            "--threads", "1", "--output",
        ]
        #expect(try run(train + [folder.file("run"), "--encoding", "phase"]).status == 0)
        let values = values
        var outcomes: [Int32: Int] = [:]
        for number in 0..<count {
            var random = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(number))
            let command = options.keys.sorted().randomElement(using: &random)!
            var arguments = command.split(separator: " ").map(String.init)
            switch command {
            case "train": arguments = train + [folder.file("new-\(number)")]
            case "predict": arguments += [folder.file("run"), data.file("test/left/0.pgm")]
            case "analyze firing-patterns": break
            default: arguments += [folder.file("run")]
            }
            for _ in 0..<Int.random(in: 0..<4, using: &random) {
                let option = options[command]!.randomElement(using: &random)!
                arguments.append(option)
                if Self.flags.contains(option) { continue }
                let isNumber = Self.numeric.contains(option) && Int.random(in: 0..<4, using: &random) > 0
                arguments.append(values.prefix(isNumber ? 6 : values.count).randomElement(using: &random)!)
            }
            if Int.random(in: 0..<8, using: &random) == 0 { arguments.append(values.randomElement(using: &random)!) }
            let (status, _, errors) = try run(arguments)
            outcomes[status, default: 0] += 1
            #expect([0, 1, 64].contains(status), "seed \(seed), case \(number): \(arguments): \(errors)")
            if status != 0 {
                let last = errors.split(separator: "\n").last ?? ""
                #expect(last.hasPrefix("spike: "), "seed \(seed), case \(number): \(arguments): \(errors)")
                #expect(errors.components(separatedBy: "spike: ").count == 2, "seed \(seed), case \(number): \(errors)")
            }
            try? FileManager.default.removeItem(atPath: folder.file("new-\(number)"))
        }
        print("command lines: \(outcomes)")
    }
}
