import SpikeDatasets
import TestSupport

/// The Python package Pillow, as another implementation of the same operations.
enum Pillow {
    /// - Parameter expression: Of `image`, an image of three channels.
    static func apply(_ expression: String, to image: Image) throws -> Image {
        let folder = try TemporaryFolder()
        Made.png(image, to: folder.file("in.png"))
        let output = try Python.run(
            """
            import sys
            import numpy
            from PIL import Image, ImageEnhance, ImageOps
            image = Image.open(sys.argv[1]).convert("RGB")
            result = numpy.asarray(\(expression))
            print(result.shape[0], result.shape[1], *result.transpose(2, 0, 1).flatten())
            """, [folder.file("in.png")])
        let numbers = output.split(whereSeparator: \.isWhitespace).map { Int($0)! }
        return Image(
            channels: 3, height: numbers[0], width: numbers[1], pixels: numbers.dropFirst(2).map { UInt8($0) })
    }
}
