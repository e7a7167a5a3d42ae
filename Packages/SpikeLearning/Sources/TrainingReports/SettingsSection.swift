import Foundation
import SpikeDatasets
import SpikeReports
import SpikeTraining

extension TrainingReport {
    /// The settings in which the variants differ, then all facts and settings of each run.
    var settings: ReportSection {
        let all = variants.map { Self.settings($0.configuration) }
        var blocks: [ReportBlock] = []
        let differing = all[0].indices.filter { index in Set(all.map { $0[index].value }).count > 1 }
        if variants.count > 1 {
            blocks.append(
                differing.isEmpty
                    ? .paragraph("All variants have the same settings.")
                    : .table(
                        ReportTable(
                            columns: [.init("variant")] + differing.map { .init(all[0][$0].name) },
                            rows: zip(variants, all).map { entry, settings in
                                [entry.name] + differing.map { settings[$0].value }
                            })))
        }
        let common = all[0].indices.filter { !differing.contains($0) }
        blocks.append(
            .details(
                variants.count > 1 ? "What all have in common" : "All settings",
                [.keyValues(common.map { ReportFact(all[0][$0].name, all[0][$0].value) })]))
        for entry in variants {
            for run in entry.variant.runs {
                let configuration = Self.settings(entry.configuration).map { ReportFact($0.name, $0.value) }
                blocks.append(
                    .details(
                        "\(entry.name), seed \(run.description.seed): the whole run",
                        [.keyValues(facts(of: run)), .keyValues(configuration)]))
            }
        }
        return ReportSection("Settings", blocks)
    }

    private func facts(of run: TrainedRun) -> [ReportFact] {
        var facts = [
            ReportFact("seed", "\(run.description.seed)"), ReportFact("data set", run.description.datasetName),
            ReportFact("training images", "\(run.description.trainCount)"),
            ReportFact("test images", "\(run.evaluation.count)"), ReportFact("folder", run.folder),
        ]
        if let data = try? RunData(folder: run.folder) {
            facts.append(ReportFact("images, SHA-256", data.digest))
            facts += data.leftOut.map {
                ReportFact(
                    "\($0.subject == nil ? "left out" : $0.fate), \($0.reason)",
                    "\($0.count): \(LeftOut.listed($0.names))")
            }
        }
        if let environment = RunEnvironment(folder: run.folder) {
            facts += [
                ReportFact("program", environment.program), ReportFact("LibTorch", environment.libTorch),
                ReportFact("device", environment.device), ReportFact("threads", "\(environment.threads)"),
                ReportFact("machine", environment.machine), ReportFact("date", environment.date),
            ]
            if let workers = environment.workers { facts.append(ReportFact("workers", "\(workers)")) }
        }
        return facts
    }

    /// The names and values of the settings, as in the run's file and in its order.
    static func settings(_ configuration: TrainingConfiguration) -> [(name: String, value: String)] {
        let yaml = (try? configuration.yaml()) ?? ""
        return yaml.split(separator: "\n").compactMap { line in
            line.firstIndex(of: ":").map { colon in
                (
                    name: String(line[..<colon]),
                    value: line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                )
            }
        }
    }
}
