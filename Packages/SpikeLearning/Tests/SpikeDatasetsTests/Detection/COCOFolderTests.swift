import ObjectDetection
import SpikeDatasets
import TestSupport
import Testing

@Suite struct COCOFolderTests {
    private let files: BoxFiles

    init() throws { files = try BoxFiles() }

    private static func json(_ image: String, _ annotations: String, category: String = "cat") -> String {
        """
        {"images": [{"id": 4, "file_name": "\(image)", "width": 40, "height": 30}],
         "categories": [{"id": 9, "name": "dog"}, {"id": 2, "name": "\(category)"}], "annotations": [\(annotations)]}
        """
    }
    private static let one = "{\"id\": 1, \"image_id\": 4, \"category_id\": 9, \"bbox\": [2, 3, 10, 20.5]}"

    @Test(arguments: [
        ("annotations/instances_train2017.json", "train2017/", "annotations/instances_val2017.json", "val2017/"),
        ("train/_annotations.coco.json", "train/", "valid/_annotations.coco.json", "valid/"),
        ("train.json", "images/train/", "test.json", "images/"),
    ])
    func layouts(train: String, trainImages: String, test: String, testImages: String) throws {
        try files.text(train, Self.json("a.ppm", Self.one))
        try files.image("\(trainImages)a.ppm")
        try files.text(test, Self.json("b.ppm", Self.one, category: "ant"))
        try files.image("\(testImages)b.ppm")
        try files.text("annotations/captions_train2017.json", "{}")
        let dataset = try files.read(.coco)
        #expect(dataset.classNames == ["cat", "dog", "ant"] && dataset.leftOut.isEmpty)
        #expect(dataset.train.map(\.name) == ["a.ppm"] && dataset.test.map(\.name) == ["b.ppm"])
        #expect(dataset.train[0].edges == [[2, 3, 12, 23.5]] && dataset.train[0].boxes[0].label == 1)
    }

    @Test func aSingleFileIsDivided() throws {
        let images = (0..<20).map { "{\"id\": \($0), \"file_name\": \"\($0).ppm\"}" }.joined(separator: ",")
        for index in 0..<20 { try files.image("\(index).ppm") }
        try files.text(
            "all.json",
            """
            {"images": [\(images)], "categories": [{"id": 1, "name": "cat"}],
             "annotations": [{"image_id": 3, "category_id": 1, "bbox": [0, 0, 5, 5]}]}
            """)
        for path in ["", "all.json"] {
            let dataset = try files.read(.coco, path)
            #expect(dataset.test.map(\.name) == ["10.ppm", "16.ppm"] && dataset.train.count == 18)
            #expect(dataset.leftOut.map(\.count) == [19])
        }
    }

    @Test func flawsAreRepairedOrLeftOut() throws {
        let flawed = [
            Self.one, "{\"id\": 2, \"image_id\": 5, \"category_id\": 9, \"bbox\": [1, 1, 2, 2]}",
            "{\"id\": 3, \"image_id\": 4, \"category_id\": 8, \"bbox\": [1, 1, 2, 2]}",
            "{\"id\": 4, \"image_id\": 4, \"category_id\": 9, \"bbox\": [1, 1, 2]}",
            "{\"id\": 5, \"image_id\": 4, \"category_id\": 9, \"bbox\": [1, 1, -2, 2]}",
            "{\"id\": 6, \"image_id\": 4, \"category_id\": 9, \"bbox\": [1, 1, 0, 2]}",
            "{\"id\": 7, \"image_id\": 4, \"category_id\": 9, \"bbox\": [30, 1, 20, 2]}",
            "{\"id\": 8, \"image_id\": 4, \"category_id\": 9, \"bbox\": [5, 5, 20, 20], \"iscrowd\": 1}",
        ]
        try files.text("train.json", Self.json("a.ppm", flawed.joined(separator: ",")))
        try files.text("test.json", Self.json("b.ppm", flawed[7]))
        for name in ["a.ppm", "b.ppm"] { try files.image(name) }
        let dataset = try files.read(.coco)
        #expect(dataset.train[0].edges == [[2, 3, 12, 23.5], [30, 1, 40, 3]])
        #expect(dataset.test[0].boxes.map(\.isDifficult) == [true])
        #expect(
            dataset.remarks == [
                "1 box left out, difficult or crowds (of training images): a.ppm",
                "1 box left out, of images that are not listed: train.json [2]",
                "1 box left out, of the unknown class 8: train.json, a.ppm",
                "1 box left out, without area: train.json, a.ppm",
                "1 box repaired, cut at the edges of the image: train.json, a.ppm",
                "2 boxes left out, with values that are missing or not numbers, or of negative size: train.json [4], "
                    + "train.json [5]",
            ])
    }

    /// The number of a category that is not listed is not the name of another one.
    @Test func numbersAsNames() throws {
        let one = "{\"image_id\": 4, \"category_id\": 5, \"bbox\": [1, 1, 2, 2]}"
        try files.text("train.json", Self.json("a.ppm", "\(Self.one), \(one)", category: "5"))
        try files.image("a.ppm")
        let dataset = try files.read(.coco)
        #expect(dataset.classNames == ["5", "dog"])
        #expect((dataset.train + dataset.test).flatMap(\.boxes).map(\.label) == [1])
        #expect(dataset.remarks == ["1 box left out, of the unknown class 5: train.json, a.ppm"])
    }

    /// A file of annotations in its folder, and the images beside this folder, as in the original COCO.
    @Test func aFileOfTheStandardLayout() throws {
        try files.text("annotations/instances_train2017.json", Self.json("a.ppm", Self.one))
        try files.image("train2017/a.ppm")
        let dataset = try files.read(.coco, "annotations/instances_train2017.json")
        #expect((dataset.train + dataset.test).map(\.name) == ["a.ppm"] && dataset.leftOut.isEmpty)
    }

    @Test func whatIsNotUsedOrMergedIsNamed() throws {
        // The image is there under two numbers, and two categories have one name.
        let annotations = [
            Self.one, "{\"image_id\": 5, \"category_id\": 2, \"bbox\": [1, 1, 2, 2]}",
            "{\"image_id\": 4, \"category_id\": 9, \"bbox\": [3, 3, 4, 4]}",
        ]
        let text = Self.json("a.ppm", annotations.joined(separator: ","), category: "dog")
        try files.text(
            "train1.json",
            text.replacing("\"images\": [", with: "\"images\": [{\"id\": 5, \"file_name\": \"a.ppm\"}, "))
        try files.text("train2.json", Self.json("b.ppm", Self.one))
        for name in ["a.ppm", "b.ppm"] { try files.image(name) }
        let dataset = try files.read(.coco)
        #expect(dataset.classNames == ["dog"])
        let samples = dataset.train + dataset.test
        #expect(samples.map(\.name) == ["a.ppm"] && samples[0].boxes.count == 3)
        #expect(
            dataset.remarks == [
                "1 file left out, JSON files beside those that are read: train2.json",
                "1 image kept, listed more than once, and used once with all their boxes: a.ppm",
                "2 boxes repaired, of categories with the same name, which count as one class: train1.json [1], "
                    + "train1.json [2]",
            ])
    }

    @Test func filesThatCannotBeUsed() throws {
        #expect(message { _ = try files.read(.coco) }?.contains("there is no JSON file with annotations in it") == true)
        try files.text("train.json", "{")
        #expect(message { _ = try files.read(.coco) }?.contains("the JSON is cut short") == true)
        try files.text("train.json", Self.json("a.ppm", Self.one))
        let text = message { _ = try files.read(.coco) } ?? ""
        let reason = "there is no annotated image that can be read (1 file left out, missing or not readable: a.ppm)"
        #expect(text.contains(reason), "\(text)")
        let places = "in \(files.folder.path), and there in images, train, images/train, train/images, JPEGImages"
        #expect(text.contains("\(reason); images are looked for \(places)"), "\(text)")
    }
}
