import ObjectDetection

/// The images of the reference results.
struct GoldenDetections {
    let classNames: [String]
    let images: [EvaluatedImage]
    let expected: Expected

    init() throws {
        let truth = try Fixture.load("gt", as: Truth.self)
        let found = try Fixture.load("detections", as: Found.self)
        classNames = truth.classes
        images = truth.images.map { image in
            EvaluatedImage(
                truths: truth.boxes.filter { $0.image == image.id }
                    .map { LabelledBox(box: Box($0.box), label: $0.class) },
                detections: found.detections.filter { $0.image == image.id }
                    .map { Detection(box: Box($0.box), label: $0.class, score: $0.score!) })
        }
        expected = try Fixture.load("expected")
    }

    private struct Truth: Decodable {
        struct Image: Decodable { let id: Int }
        let classes: [String]
        let images: [Image]
        let boxes: [Labelled]
    }

    private struct Found: Decodable { let detections: [Labelled] }

    private struct Labelled: Decodable {
        let image: Int
        let box: [Double]
        let `class`: Int
        let score: Double?
    }

    struct Expected: Decodable {
        let map50: Double
        let map5095: Double
        let mapVOC07: Double
        let mapVOC10: Double
        let coco: [Double]
        let classes: [String: Class]

        enum CodingKeys: String, CodingKey {
            case map50 = "map50_yolov5_101"
            case map5095 = "map50_95_yolov5_101"
            case mapVOC07 = "map50_voc07_11pt"
            case mapVOC10 = "map50_voc10_allpoint"
            case coco = "coco_stats"
            case classes = "per_class"
        }

        struct Class: Decodable {
            let index, truths, detections, hits: Int
            let precision50, precision5095, precisionVOC07, precisionVOC10: Double

            enum CodingKeys: String, CodingKey {
                case index = "class_index"
                case truths, detections
                case hits = "true_positives_50"
                case precision50 = "ap50_yolov5_101"
                case precision5095 = "ap50_95_yolov5_101"
                case precisionVOC07 = "ap50_voc07_11pt"
                case precisionVOC10 = "ap50_voc10_allpoint"
            }
        }
    }
}
