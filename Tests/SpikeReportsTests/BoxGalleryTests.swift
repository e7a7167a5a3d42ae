import Foundation
import Testing

@testable import SpikeReports

struct BoxGalleryTests {
    private static let image = PixelImage(channels: 1, height: 50, width: 100, pixels: Array(repeating: 7, count: 5000))

    private static func mark(_ x: Double, _ y: Double, _ text: String) -> BoxGallery.Mark {
        BoxGallery.Mark(x: x, y: y, width: 50, height: 25, text: text, colour: [1, 200, 30])
    }

    @Test func boxesLieOnTheirImages() throws {
        let svg = BoxGallery(
            title: "t",
            pairs: [
                .init(image: Self.image, truths: [Self.mark(25, 20, "a & b")], found: [Self.mark(0, 0, "c 0.5")])
            ], note: "a note"
        ).svg
        let parsed = expectSoundImage(svg)
        for text in ["annotated", "found", "a & b", "c 0.5", "a note"] { #expect(parsed.labels.contains(text)) }
        // Colours of texts that a report's style sheet knows, so that they stand out in light and dark.
        let colours = parsed.all("text").map { $0.attributes["fill"] }
        #expect(colours.allSatisfy { $0 == Theme.ink.light || $0 == Theme.muted.light })
        let images = parsed.all("image").map(\.attributes)
        #expect(images.count == 2 && images[0]["xlink:href"] == images[1]["xlink:href"])
        // 760 pixels less two margins of 14 and a gap of 12, halved: 360, and a factor of 3.6.
        #expect(images.map { $0["x"] } == ["14", "386"])
        #expect(images.allSatisfy { $0["width"] == "360" })
        let boxes = parsed.all("rect").map(\.attributes).filter {
            $0["stroke"] == "#01c81e" && $0["fill"] == "none"
        }
        #expect(boxes.map { $0["x"] } == ["104", "386"])
        #expect(boxes.allSatisfy { $0["width"] == "180" && $0["height"] == "90" })
        let top = try #require(images[0]["y"].flatMap { Double($0) })
        #expect(boxes.map { Double($0["y"] ?? "") } == [top + 72, top])
    }

    @Test func boxesAreCutAtTheEdges() throws {
        let wide = BoxGallery.Mark(x: -20, y: -10, width: 1000, height: 1000, text: "x", colour: [0, 0, 0])
        let parsed = expectSoundImage(
            BoxGallery(title: "t", pairs: [.init(image: Self.image, truths: [wide], found: [])]).svg)
        let box = try #require(parsed.all("rect").first { $0.attributes["fill"] == "none" }).attributes
        #expect(box["x"] == "14" && box["width"] == "360" && box["height"] == "180")
        // From 20 pixels left of the image to 10 in it, at a factor of 3.6.
        let part = BoxGallery.Mark(x: -20, y: 10, width: 30, height: 100, text: "x", colour: [0, 0, 0])
        let cut = try #require(
            expectSoundImage(BoxGallery(title: "t", pairs: [.init(image: Self.image, truths: [part], found: [])]).svg)
                .all("rect").first { $0.attributes["fill"] == "none" }
        ).attributes
        #expect(cut["x"] == "14" && cut["width"] == "36" && cut["height"] == "144")
    }

    @Test func noImagesAreSaid() {
        #expect(expectSoundImage(BoxGallery(title: "t", pairs: []).svg).labels.contains("no images"))
    }
}
