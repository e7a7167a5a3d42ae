import ArgumentParser

/// Options that name files of boxes to evaluate.
struct BoxFileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The annotations, a JSON file in COCO's format; goes with --detections, and replaces a run.",
            valueName: "file"))
    var groundTruth: String?

    @Option(
        help: ArgumentHelp("The detections, a JSON list in the format of COCO's results.", valueName: "file"))
    var detections: String?

    /// The paths of both files, or `nil` if neither is given.
    ///
    /// - Throws: `ValidationError` if only one of them is given.
    func paths() throws -> (truth: String, detections: String)? {
        switch (groundTruth, detections) {
        case (let truth?, let detections?): return (truth, detections)
        case (nil, nil): return nil
        case (nil, _): throw ValidationError("--detections needs --ground-truth")
        case (_, nil): throw ValidationError("--ground-truth needs --detections")
        }
    }
}
