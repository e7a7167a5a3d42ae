import ObjectDetection
import SpikeDatasets
import TestSupport
import Testing

@testable import SpikeDatasets

@Suite struct DrawnShapesTests {
    /// A shape alone on black, much enlarged: the pixels that it covers end where its box ends.
    @Test(arguments: ShapeKind.allCases) func boxesAreExact(kind: ShapeKind) {
        for angle in [0.0, 0.4, 1.1, 2.9] {
            let shape = Shape(kind, centre: SIMD2(60.3, 55.8), radius: 41.6, angle: angle, colour: SIMD3(255, 255, 255))
            var (rows, columns): ([Int], [Int]) = ([], [])
            for row in 0..<120 {
                for column in 0..<120 where shape.coverage(row: row, column: column) > 0 {
                    rows.append(row)
                    columns.append(column)
                }
            }
            let box = shape.box
            // A sharp corner may pass between the sixteen points of its pixel.
            for (edge, pixel) in [(box.left, columns.min()!), (box.top, rows.min()!)] {
                #expect(edge <= Double(pixel) + 1 && Double(pixel) - edge < 1.5, "\(angle): \(edge) \(pixel)")
            }
            for (edge, pixel) in [(box.right, columns.max()!), (box.bottom, rows.max()!)] {
                #expect(edge >= Double(pixel) && edge - Double(pixel) < 2.5, "\(angle): \(edge) \(pixel)")
            }
        }
    }

    @Test func areasOfShapes() {
        // Areas relative to the square of the radius; that of a star and a cross by the shoelace formula.
        for (kind, area) in [
            (ShapeKind.circle, 3.1416), (.ring, 3.1416 * (1 - 0.62 * 0.62)), (.square, 2), (.triangle, 1.299),
            (.star, 1.2344), (.cross, 1.92),
        ] {
            let shape = Shape(kind, centre: SIMD2(50, 50), radius: 40, angle: 0.3, colour: SIMD3())
            var covered = 0.0
            for row in 0..<100 { for column in 0..<100 { covered += shape.coverage(row: row, column: column) } }
            #expect(abs(covered / 1600 - area) < 0.02, "\(kind): \(covered / 1600)")
        }
    }

    @Test func theDataSet() throws {
        let shapes = DrawnShapes(side: 96, trainCount: 60, testCount: 20, seed: 3)
        let dataset = shapes.dataset()
        #expect(dataset.name == "shapes" && dataset.train.count == 60 && dataset.test.count == 20)
        #expect(dataset.classNames == ["circle", "square", "triangle", "star", "ring", "cross"])
        #expect(dataset.leftOut.isEmpty)
        #expect(Set(dataset.train.flatMap(\.boxes).map(\.label)) == Set(0..<6))
        #expect(Set(dataset.train.map(\.boxes.count)).isSuperset(of: 1...4))
        for sample in dataset.train + dataset.test {
            let image = try sample.image()
            #expect(image.width == 96 && (72...96).contains(image.height) && sample.height == image.height)
            for one in sample.boxes {
                #expect(one.box.clipped(width: 96, height: Double(sample.height)) == one.box && !one.box.isEmpty)
                for other in sample.boxes where other != one {
                    #expect(one.box.intersectionArea(other.box) <= 0.1001 * min(one.box.area, other.box.area))
                }
            }
        }
        // The same again, and as a part of a larger one; other with another seed, and for testing.
        let larger = DrawnShapes(side: 96, trainCount: 80, testCount: 0, seed: 3).dataset()
        #expect(larger.train[..<60].map(\.boxes) == dataset.train.map(\.boxes))
        #expect(try larger.train[7].image() == dataset.train[7].image())
        let other = DrawnShapes(side: 96, trainCount: 60, testCount: 20, seed: 4).dataset()
        #expect(try other.train[7].image() != dataset.train[7].image())
        #expect(try dataset.test[7].image() != dataset.train[7].image())
        #expect(dataset.digest() == shapes.dataset().digest() && dataset.digest() != other.digest())
        #expect(dataset.limited(train: 5, test: 2).train.map(\.name) == (0..<5).map { "train/\($0)" })
    }

    @Test func sidesOutOfRange() throws {
        #expect(message { _ = try DetectionFormat.shapes.read("", side: 16) }?.contains("32 to 4096 pixels") == true)
        #expect(try DetectionFormat.shapes.read("", side: 64).train[0].width == 64)
    }

    /// Shapes stand out: their middle differs from the surrounding pixels.
    @Test func shapesDifferFromTheirBackgrounds() throws {
        var (near, count) = (0, 0)
        for sample in DrawnShapes(side: 128, trainCount: 40, testCount: 0).dataset().train {
            let image = try sample.image()
            for one in sample.boxes where DrawnShapes.classNames[one.label] != "ring" {
                let (x, y) = (Int(one.box.centreX), Int(one.box.centreY))
                let (row, column) = (max(Int(one.box.top) - 3, 0), max(Int(one.box.left) - 3, 0))
                var difference = 0
                for channel in 0..<3 { difference += abs(Int(image[channel, y, x]) - Int(image[channel, row, column])) }
                near += difference < 40 ? 1 : 0
                count += 1
            }
        }
        #expect(count > 60 && near < count / 10, "\(near) of \(count)")
    }
}
