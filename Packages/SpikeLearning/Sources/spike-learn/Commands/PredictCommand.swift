import ArgumentParser
import SpikeCommandLine
import SpikeTraining
import SpikingModels
import TorchTensors

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "predict",
        discussion: """
            spike predict runs/first shoe.png shirt.jpg
            spike predict runs/first digits.npy --json
            spike predict runs/first my-images
            spike predict runs/boxes street.jpg --output found
            spike predict --model qkformer-3-64 --weights weights.safetensors --input images.npy --output logits.npy

            With a run, images are JPEG, PNG, WebP, PPM, PGM and PBM files; the largest square in the middle is scaled to the
            image size of the run, and converted to its channels. NPY arrays [B, C, H, W], of bytes or of numbers within
            0...1, must have that size already. If a folder is given, all images in it are read, in the order of their
            names. With weights, the network receives the input unchanged.
            """)

    @Argument(help: ArgumentHelp("A run's folder, then images or folders of images.", valueName: "path"))
    var paths: [String] = []

    @Option(
        help: ArgumentHelp(
            "With weights: \(QKFormerSize.names.pattern) \(QKFormerSize.names.meaning).", valueName: "name"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "A file of weights with the names of the public model; it decides the numbers of classes and channels.",
            valueName: "file.safetensors"))
    var weights: String?

    @Option(help: ArgumentHelp("With weights: images, floating point [B, C, H, W].", valueName: "file.npy"))
    var input: String?

    @Option(
        help: ArgumentHelp(
            "With weights: fixed (the default), or upstream to reproduce a flaw of the public code, by which an image's "
                + "logits depend on the other images of its batch.", valueName: "name"))
    var compatibility: QKFormer.Compatibility?

    @Option(help: ArgumentHelp("With weights: time steps, T; 4 if not given.", valueName: "n"), transform: wholeNumber)
    var steps: Int?

    @Option(help: ArgumentHelp("With weights: direct (the default), rate, phase or ttfs.", valueName: "name"))
    var encoding: TrainingConfiguration.Encoding?

    @Option(
        help: ArgumentHelp(
            "Write the logits, float32 [B, classes], to this .npy file; for a detector: write images with boxes, text files "
                + "in YOLO's format and detections.json into this folder.", valueName: "file.npy"))
    var output: String?

    @Option(
        help: ArgumentHelp("For a detector: the lowest score of a box, 0.25 if not given.", valueName: "number"),
        transform: decimalNumber)
    var confidence: Double?

    @Option(
        help: ArgumentHelp(
            "For a detector: the greatest intersection over union of two boxes of a class, 0.45 if not given.",
            valueName: "number"), transform: decimalNumber)
    var overlap: Double?

    @Flag(
        help:
            "With a run: invert the images, for example drawings on white if the run was trained on a black background."
    )
    var invert = false

    @Option(
        help: ArgumentHelp("Print so many of the likeliest classes of an image, 3 if not given.", valueName: "n"),
        transform: wholeNumber)
    var top: Int?

    @Flag(help: "Print as JSON, with the probabilities of all classes.")
    var json = false

    @OptionGroup var runtime: RuntimeOptions

    func validate() throws {
        if let top, top < 1 { throw ValidationError("--top must be >= 1, got \(top)") }
        if top != nil, json { throw ValidationError("--top changes nothing with --json, which prints all classes") }
        if let steps, !(1...10_000 ~= steps) { throw ValidationError("--steps must be within 1...10000, got \(steps)") }
        for (name, value) in [("--confidence", confidence), ("--overlap", overlap)] {
            if let value, !(0...1 ~= value) { throw ValidationError("\(name) must be within 0...1, got \(value)") }
        }
        let ofWeights: [(String, Bool)] = [
            ("--model", model != nil), ("--input", input != nil), ("--compatibility", compatibility != nil),
            ("--steps", steps != nil), ("--encoding", encoding != nil),
        ]
        if weights == nil {
            if let (name, _) = ofWeights.first(where: \.1) { throw ValidationError("\(name) needs --weights") }
            if paths.count < 2 { throw ValidationError("name a run's folder and images, or --weights and --input") }
        } else {
            if let path = paths.first { throw ValidationError("\(path): images need a run; --weights has --input") }
            if model == nil || input == nil { throw ValidationError("--weights needs --model and --input") }
            if invert { throw ValidationError("--invert is for a run's images; --input is taken as it is") }
            for (name, value) in [("--confidence", confidence), ("--overlap", overlap)] where value != nil {
                throw ValidationError("\(name) is for a detector's run")
            }
        }
    }

    func run() throws {
        if weights == nil {
            let folder = try TrainedRun.onlyFolder(at: paths[0])
            if NetworkTask(ofRunIn: folder) == .detection { return try predictBoxes(folder) }
            for (name, value) in [("--confidence", confidence), ("--overlap", overlap)] where value != nil {
                throw CommandError("\(name): is for detectors, and \(folder) is a run of a classifier; leave it out")
            }
        }
        if let output {
            try requireOutput(
                output, extensions: ["npy"], inputs: [weights, input] + paths.dropFirst().map(Optional.some))
        }
        let device = try runtime.apply().device
        let prediction = try weights == nil ? byRun(device) : byWeights(device)
        try prediction.check(weights ?? paths[0])
        if let output { try prediction.logits.writeNPY(to: output) }
        print(try json ? readableJSON(prediction.report) : prediction.text(top: top ?? 3))
    }

    private func byRun(_ device: Device) throws -> Prediction {
        let run = try TrainedRun(folder: TrainedRun.onlyFolder(at: paths[0]))
        let images = try paths.dropFirst().flatMap(ImageInput.files).map {
            try ImageInput($0, shape: run.description.imageShape, isInverted: invert)
        }
        let network = try run.network(on: device)
        // One file after the other, so that memory holds the activity of only one.
        let logits = try images.map { try run.logits(network, of: $0.images, on: device).to(.cpu) }
        return try Prediction(
            logits: Tensor.concatenated(logits), names: images.flatMap(\.names),
            classNames: run.description.classNames, compatibility: nil)
    }

    private func byWeights(_ device: Device) throws -> Prediction {
        guard let size = try? QKFormerSize(model!) else {
            throw CommandError(
                "--model: weights alone are those of qkformer-D-W, such as qkformer-3-64; got \(model!). For a run of "
                    + "spike train name its folder")
        }
        var configuration = TrainingConfiguration()
        configuration.encoding = encoding ?? .direct
        let compatibility = compatibility ?? .fixed
        let network: QKFormer
        do {
            network = try QKFormer(
                size: size, weights: Safetensors.read(weights!).tensors, steps: steps ?? 4,
                compatibility: compatibility,
                encoding: configuration.inputEncoding)
        } catch let error as TensorError {
            throw CommandError("\(weights!): \(error)")
        }
        try network.to(device)
        let images = try Tensor.readNPY(input!)
        guard images.rank == 4, images.dtype.isFloatingPoint, images.shape[0] > 0 else {
            throw CommandError(
                "\(input!): images are floating point, [B, C, H, W], got \(images.dtype) \(images.shape)")
        }
        guard try images.minimum().item() >= -1e6, try images.maximum().item() <= 1e6 else {
            throw CommandError(
                "\(input!): holds numbers that are not finite, or outside of -1e6...1e6; no image has these")
        }
        // All images at once if their logits depend on neighbours in the batch.
        let batch = compatibility == .upstream ? images.shape[0] : 100
        let logits = try withoutGradient {
            try stride(from: 0, to: images.shape[0], by: batch).map { start in
                let part = try images.sliced(0, start..<min(start + batch, images.shape[0]))
                return try network(part.to(.float32).to(device)).to(.cpu)
            }
        }
        return try Prediction(
            logits: Tensor.concatenated(logits), names: (0..<images.shape[0]).map { "\(input!), image \($0)" },
            classNames: (0..<network.configuration.classes).map { "class \($0)" }, compatibility: compatibility)
    }
}

extension QKFormer.Compatibility: ExpressibleByArgument {}
extension TrainingConfiguration.Encoding: ExpressibleByArgument {}
