import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining
import TrainingReports

/// The second half of `spike demo`, which trains networks; `spike` runs it after the first half.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(learning: "demo")

    @Option(help: ArgumentHelp("The report.", valueName: "report.html"))
    var page = "report.html"

    @Flag(help: "The page is there, and gets another part.")
    var append = false

    @Option(help: "Seed of all random numbers, 0 if not given.", transform: wholeNumber)
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp("Images that each network learns from, 4000 if not given.", valueName: "n"),
        transform: wholeNumber)
    var limitTrain = 4000

    @OptionGroup var source: DatasetOptions
    @OptionGroup var runtime: RuntimeOptions

    func run() throws {
        try requireOutput(page, extensions: reportExtensions)
        var base = TrainingConfiguration()
        base.dataset = KnownDataset.mnist5k.name
        base.epochs = 2
        base.limitTrain = limitTrain
        base.limitTest = limitTrain
        let device = try runtime.apply().device
        let dataset = try source.read(base.dataset, side: base.side)
        let folder = (page as NSString).deletingPathExtension + "-runs"
        let variants = TrainingVariant.encodings(TrainingConfiguration.Encoding.allCases, base)
        var reported: [ReportedVariant] = []
        for (index, variant) in variants.enumerated() {
            // Runs with other settings belong to other calls of the demo, and are kept.
            let name = "\(variant.name)-\(limitTrain)-images-seed-\(seed)"
            let trainer = try Trainer(
                variant.configuration, on: dataset, seed: seed, folder: "\(folder)/\(name)", device: device,
                allowsChangedData: source.allowChangedData)
            try trainer.runShown("run \(index + 1)/\(variants.count)  ")
            reported.append(try ReportedVariant(name: variant.name, runs: [trainer.finished()]))
            print(reported[index].result.text(6))
        }
        try ReportFile(path: page).write(
            title: "Encodings learned on \(dataset.name)", reported, dataset: dataset,
            allowsChangedData: source.allowChangedData, command: "\(ShellCommand([ProgramName.text, "demo"]))",
            appending: append)
        print("\nreport → \(page); the trained networks are in \(folder)")
        print("Now yours: \(ShellCommand([ProgramName.text])) train --encoding phase --epochs 5 --output runs/first")
    }
}
