import SpikeCommandLine
import SpikeTraining
import SpikingModels
import TorchTensors

/// An energy estimate, in the form that `--json` prints.
struct EnergyReport: Encodable {
    let run: String
    let encoding: String
    let estimate: EnergyEstimate
    /// The spike rates of all layers of neurons, on the same images.
    let spikeRates: [LayerSpikeRate]

    private let title: String
    private let seed: UInt64

    enum CodingKeys: String, CodingKey {
        case run, encoding, estimate, spikeRates
    }

    init(_ run: TrainedRun, _ estimate: EnergyEstimate, _ spikeRates: [LayerSpikeRate]) {
        self.spikeRates = spikeRates
        seed = run.description.seed
        self.run = run.folder
        title = run.title
        encoding = run.description.configuration.encoding.rawValue
        self.estimate = estimate
    }

    init(_ run: DetectionRun, _ estimate: EnergyEstimate, _ spikeRates: [LayerSpikeRate]) {
        let configuration = run.record.configuration
        self.spikeRates = spikeRates
        seed = run.record.seed
        self.run = run.folder
        title = run.title
        encoding = configuration.hasSpikes ? configuration.encoding.rawValue : "–"
        self.estimate = estimate
    }

    var text: String {
        let rows = estimate.layers.map { layer in
            [
                layer.name, layer.input.rawValue, "\(layer.passes)", grouped(layer.multiplyAccumulates),
                layer.input == .spikes ? decimal(layer.inputRate, 4) : "–",
                grouped(layer.synapticOperations), Self.nanojoules(layer.energy),
            ]
        }
        let layers = TextTable(
            header: ["layer", "fed with", "passes", "MACs", "mean input", "operations", "nJ"], rows: rows,
            textColumns: 2)
        let energy = estimate.energy
        func total(_ name: String, _ operations: String, _ picojoules: Double) -> [String] {
            [name, operations, Self.nanojoules(picojoules), decimal(picojoules / energy, 2)]
        }
        let totals = TextTable(
            header: ["an image", "operations", "nJ", "× with spikes"],
            rows: [
                total(
                    "with spikes, \(counted(estimate.steps, "step"))",
                    "\(grouped(estimate.accumulates)) AC + "
                        + "\(grouped(estimate.multiplyAccumulates)) MAC", energy),
                total(
                    "without spikes, once", "\(grouped(estimate.multiplyAccumulatesWithoutSpikesOnce)) MAC",
                    estimate.energyWithoutSpikesOnce),
                total(
                    "without spikes, \(counted(estimate.steps, "step"))",
                    "\(grouped(estimate.multiplyAccumulatesWithoutSpikesEveryStep)) MAC",
                    estimate.energyWithoutSpikesEveryStep),
            ], textColumns: 1)
        return """
            \(title)
            measured on \(grouped(estimate.imageCount)) test images, T = \(estimate.steps)

            \(layers.text)

            \(totals.text)

            0.9 pJ an accumulate (AC), 4.6 pJ a multiply-accumulate (MAC), 45 nm. Left out: memory, transport of spikes,
            neurons, encoders, pooling, residual additions; batch normalisation is taken as folded into the weights.
            """ + remarks.map { "\n\n" + $0 }.joined()
    }

    /// The layers that never fire or always fire.
    var remarks: [String] { spikeRates.remarks }

    /// A table with one row per run.
    static func table(_ reports: [EnergyReport]) -> String {
        TextTable(
            header: ["run", "encoding", "seed", "T", "AC", "MAC", "nJ an image", "nJ without spikes, once"],
            rows: reports.map { report in
                let estimate = report.estimate
                return [
                    report.run, report.encoding, "\(report.seed)", "\(estimate.steps)", grouped(estimate.accumulates),
                    grouped(estimate.multiplyAccumulates), nanojoules(estimate.energy),
                    nanojoules(estimate.energyWithoutSpikesOnce),
                ]
            }, textColumns: 2
        ).text + reports.flatMap { report in report.remarks.map { "\n\n\(report.run): \($0)" } }.joined()
    }

    /// An energy in nanojoules as text, such as `10,029.1`.
    private static func nanojoules(_ picojoules: Double) -> String {
        guard abs(picojoules) < 1e15 else { return String(format: "%.3g", picojoules / 1000) }
        let tenths = Int((picojoules / 100).rounded())
        return "\(grouped(tenths / 10)).\(tenths % 10)"
    }
}
