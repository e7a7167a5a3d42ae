import SpikeDatasets
import Testing

@Suite struct ImageChannelsTests {
    @Test func greysAreLuma() {
        // 0.299 R + 0.587 G + 0.114 B, rounded.
        let image = Image(channels: 3, height: 1, width: 4, pixels: [255, 0, 0, 10, 0, 255, 0, 20, 0, 0, 255, 30])
        let grey = image.withChannels(1)
        #expect(grey == Image(channels: 1, height: 1, width: 4, pixels: [76, 150, 29, 18]))
        #expect(grey.withChannels(3).pixels == [76, 150, 29, 18, 76, 150, 29, 18, 76, 150, 29, 18])
        #expect(image.withChannels(3) == image && grey.withChannels(1) == grey)
    }

    @Test func invertedTwiceIsTheSame() {
        let image = Image(channels: 1, height: 1, width: 3, pixels: [0, 100, 255])
        #expect(image.inverted().pixels == [255, 155, 0])
        #expect(image.inverted().inverted() == image)
    }
}
