import FileTestSupport
import Foundation
import SpikeGym
import Testing

@Suite struct ObservationScalerTests {
    @Test func fitsAreSymmetric() throws {
        var episodes = EpisodeStatistics(featureCount: 3)
        let none: [Float]? = nil
        episodes.add([1, -5, 0] as [Float], after: none)
        episodes.add([3, -1, 0] as [Float], after: [1, -5, 0] as [Float])
        episodes.add([-2, -1, 0] as [Float], after: none)
        #expect(episodes.observationCount == 3 && episodes.episodeCount == 2)
        #expect(episodes.least == [-2, -5, 0] && episodes.largest == [3, -1, 0])
        // From 3 to −2 is no step: another episode begins there.
        #expect(episodes.largestSteps == [2, 4, 0])
        let scaler = try ObservationScaler(fittedTo: episodes)
        #expect(scaler.minimum == [-3, -5, -1] && scaler.maximum == [3, 5, 1])
        let steps: [Double] = [2.0 / 6, 4.0 / 10, 1]
        #expect(scaler.largestSteps == steps)
        let known = try ObservationScaler(minimum: [0, 0, 0], maximum: [8, 8, 8]).withLargestSteps(of: episodes)
        #expect(known.minimum == [0, 0, 0] && known.largestSteps == [0.25, 0.5, 1])
    }

    @Test func valuesThatAreNotFiniteAreLeftOut() {
        var episodes = EpisodeStatistics(featureCount: 1)
        episodes.add([2] as [Float], after: [Float]?.none)
        episodes.add([.infinity] as [Float], after: [2] as [Float])
        episodes.add([.nan] as [Float], after: [.infinity] as [Float])
        #expect(episodes.least == [2] && episodes.largest == [2] && episodes.largestSteps == [0])
    }

    @Test func randomEpisodesAreRepeatable() throws {
        func fit(seed: UInt64, episodes: Int, steps: Int = 200_000) throws -> EpisodeStatistics {
            try EpisodeStatistics(
                ofRandomEpisodes: episodes, in: CartPole(count: 4), steps: steps, seed: seed)
        }
        let fitted = try fit(seed: 1, episodes: 50)
        #expect(try fitted == fit(seed: 1, episodes: 50))
        #expect(try fitted != fit(seed: 2, episodes: 50))
        #expect(fitted.episodeCount >= 50 && fitted.episodeCount < 54)
        // A pole that falls passes 12° by less than a step, and has gone through all angles before.
        #expect(fitted.largest[2] > 0.2 && fitted.largest[2] < 0.3)
        #expect(try fit(seed: 1, episodes: 1000, steps: 100).observationCount < 120)
    }

    @Test func spacesWithBoundsAreScalers() throws {
        let box = BoxSpace(shape: [2], low: [-1, 0], high: [1, 4])
        let scaler = try ObservationScaler(box)
        #expect(scaler.minimum == [-1, 0] && scaler.maximum == [1, 4] && scaler.largestSteps == nil)
        let unbounded = message { _ = try ObservationScaler(CartPole(count: 1).observationSpace) }
        #expect(unbounded?.contains("feature 1") == true && unbounded?.contains("fit the scaler") == true)
    }

    @Test func passesThroughAFile() throws {
        let folder = try TemporaryFolder()
        for steps in [nil, [0.1, 0.25]] {
            let scaler = try ObservationScaler(minimum: [-0.1, 3], maximum: [1.0 / 3, 4], largestSteps: steps)
            try scaler.write(to: folder.file("scaler.json"))
            #expect(try ObservationScaler.read(folder.file("scaler.json")) == scaler)
        }
        #expect(try folder.names == ["scaler.json"])
    }

    /// Contents of a file, and what the line about it says.
    @Test(arguments: [
        ("", "not valid JSON"), ("[1]", "another form"), ("{}", "format is missing"),
        (#"{"format": "x"}"#, "format is \"x\""),
        (#"{"format": "FORMAT", "minimum": [0]}"#, "maximum is missing"),
        (#"{"format": "FORMAT", "minimum": "0", "maximum": [1]}"#, "minimum is of another type"),
        (#"{"format": "FORMAT", "minimum": [0], "maximum": [1, 2]}"#, "one value for each of 1 minima"),
        (#"{"format": "FORMAT", "minimum": [], "maximum": []}"#, "one value per feature"),
        (#"{"format": "FORMAT", "minimum": [2], "maximum": [1]}"#, "above minimum 2.0 for feature 0"),
        (#"{"format": "FORMAT", "minimum": [-1e308], "maximum": [1e308]}"#, "finite for feature 0"),
        (#"{"format": "FORMAT", "minimum": [0], "maximum": [1], "largestSteps": [0]}"#, "> 0 for feature 0"),
        (
            #"{"format": "FORMAT", "minimum": [0], "maximum": [1], "largestSteps": [1, 2]}"#,
            "one for each of 1 features"
        ),
    ]) func wrongFilesAreRefusedInOneLine(content: String, complaint: String) throws {
        try withFile("scaler.json", content.replacing("FORMAT", with: "spikekit observation scaler 1")) { path in
            let text = try #require(message { _ = try ObservationScaler.read(path) })
            #expect(text.contains("scaler.json") && text.contains(complaint) && !text.contains("\n"), "\(text)")
        }
    }

    @Test func filesThatAreNotThereAreNamed() {
        #expect(
            message { _ = try ObservationScaler.read("nowhere/scaler.json") }?.contains("nowhere/scaler.json") == true)
        #expect(
            message { try ObservationScaler(minimum: [0], maximum: [1]).write(to: "nowhere/scaler.json") }?
                .contains("cannot be written") == true)
    }
}
