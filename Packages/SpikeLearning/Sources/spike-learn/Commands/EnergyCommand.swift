import ArgumentParser
import SpikeCommandLine
import SpikeTraining
import SpikingModels

struct EnergyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "analyze energy",
        discussion: """
            spike analyze energy runs/first
            spike analyze energy runs/first --limit 100 --json
            spike analyze energy runs/encodings

            The synaptic operations of a layer are its multiply-accumulates times the mean of its input, measured on test
            images. They take 0.9 pJ per accumulate in layers whose input is spikes, and 4.6 pJ per multiply-accumulate in
            layers whose input is real values (45 nm, Horowitz 2014). Memory, neurons and other parts are left out: see
            Guides/Analyses.md. Layers that never fire or always fire are named. For a folder of several runs, there is a
            line per run.
            """)

    @OptionGroup var options: RunOptions
    @OptionGroup var measured: MeasuredImages
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print as JSON: an object for a run's folder, an array for a folder of runs.")
    var json = false

    func validate() throws { try options.requireRun() }

    func run() throws {
        let device = try runtime.apply().device
        let line = ProgressLine()
        if try options.areOfDetectors() {
            let reports = try options.detectors(line).map { run, dataset in
                let images = try run.testImages(
                    of: dataset, limit: measured.limit, allowsChangedData: options.source.allowChangedData,
                    note: line.note)
                let meter = SpikeRateMeter()
                let estimate = try run.energyEstimate(on: images, device: device, spikes: meter) {
                    line.update("\(run.folder): batch \($0)/\($1)")
                }
                return EnergyReport(run, estimate, meter.rates)
            }
            line.clear()
            return print(try options.output(reports, json: json, text: \.text, table: EnergyReport.table))
        }
        let reports = try options.runs(line).map { run, dataset in
            let images = try run.testImages(
                of: dataset, limit: measured.limit, allowsChangedData: options.source.allowChangedData, note: line.note)
            let meter = SpikeRateMeter()
            let estimate = try run.energyEstimate(on: images, device: device, spikes: meter) {
                line.update("\(run.folder): batch \($0)/\($1)")
            }
            return EnergyReport(run, estimate, meter.rates)
        }
        line.clear()
        print(try options.output(reports, json: json, text: \.text, table: EnergyReport.table))
    }
}
