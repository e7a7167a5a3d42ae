import ObjectDetection
import SpikeCommandLine

/// The figures of detections in files, in the form that `spike evaluate --ground-truth … --json` prints.
struct BoxFileReport: Encodable {
    private let evaluation: DetectionEvaluation

    init(_ evaluation: DetectionEvaluation) { self.evaluation = evaluation }

    private enum CodingKeys: String, CodingKey {
        case mAP50
        case mAP5095 = "mAP50_95"
        case mAPVOC07 = "mAP50_voc07"
        case mAPVOC10 = "mAP50_voc10"
        case coco
    }

    /// A figure is −1 where there is no object to find, as in pycocotools.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(evaluation.mAP50 ?? -1, forKey: .mAP50)
        try container.encode(evaluation.mAP5095 ?? -1, forKey: .mAP5095)
        try container.encode(evaluation.mAPVOC07 ?? -1, forKey: .mAPVOC07)
        try container.encode(evaluation.mAPVOC10 ?? -1, forKey: .mAPVOC10)
        try container.encode(evaluation.coco.values, forKey: .coco)
    }

    /// The figures as tables: all classes together, each class, and COCO's.
    var text: String {
        func figure(_ value: Double?) -> String { value.map { $0 < 0 ? "–" : decimal($0, 4) } ?? "–" }
        let columns = ["mAP50", "mAP50-95", "VOC 2007", "VOC 2010"]
        let all = [evaluation.mAP50, evaluation.mAP5095, evaluation.mAPVOC07, evaluation.mAPVOC10]
        let classes = evaluation.classes.map { one in
            let hasObjects = one.objects > 0
            let figures = [one.precision50, one.precision5095, one.precisionVOC07, one.precisionVOC10]
            return [one.name, grouped(one.objects), grouped(one.detections)]
                + figures.map { figure(hasObjects ? $0 : nil) }
        }
        let counts = [
            evaluation.classes.reduce(0) { $0 + $1.objects }, evaluation.classes.reduce(0) { $0 + $1.detections },
        ]
        let table = TextTable(
            header: ["class", "objects", "detections"] + columns,
            rows: classes + [["all"] + counts.map { grouped($0) } + all.map(figure)], textColumns: 1)
        let coco = TextTable(
            header: ["COCO", ""], rows: zip(COCOFigures.names, evaluation.coco.values).map { [$0, figure($1)] },
            textColumns: 1)
        return "\(grouped(evaluation.images)) images\n\n\(table.text)\n\n\(coco.text)"
    }
}
