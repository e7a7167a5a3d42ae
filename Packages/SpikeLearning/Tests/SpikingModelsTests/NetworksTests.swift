import SpikingLayers
import SpikingModels
import TestSupport
import Testing
import TorchModules
import TorchTensors

/// Networks by their names.
@Suite(.leavesNothing) struct NetworksTests {
    /// A name of each kind, and an image size that it takes.
    static let examples = [("small", [1, 8, 8]), ("small", [3, 29, 29]), ("qkformer-3-32", [3, 5, 4])]

    @Test func everyKindHasAnExample() {
        for kind in Networks.kinds {
            let names = Self.examples.map(\.0).filter { kind.init(named: $0) != nil }
            #expect(!names.isEmpty, "\(kind.names.pattern)")
        }
        let patterns = Networks.kinds.map { $0.names.pattern }
        #expect(Set(patterns).count == patterns.count)
        #expect(patterns.allSatisfy { Networks.help.contains($0) && Networks.allowed.contains($0) })
    }

    @Test(arguments: examples) func aNameMakesANetwork(name: String, shape: [Int]) throws {
        let settings = try #require(Networks.named(name))
        #expect(settings.description == name && settings.requirement(imageShape: shape) == nil)
        for learnsNeurons in [false, true] {
            var random = RandomSource(seed: 1)
            let site = NetworkSite(imageShape: shape, classCount: 5, steps: 2, learnsNeurons: learnsNeurons)
            let network = try settings.network(site, random: &random)
            #expect(try network(.zeros([2] + shape)).shape == [2, 5])
            #expect(
                network.spikingLayers().allSatisfy { ($0.layer is LearnableLIFNeuron) == learnsNeurons },
                "\(learnsNeurons)")
            if !learnsNeurons {
                let parameters = settings.memory(site).parameters
                #expect(0.9 * Double(network.parameterCount) < parameters)
                #expect(parameters <= Double(network.parameterCount))
            }
        }
    }

    @Test(arguments: [
        ("small", [1, 8, 9], "images must be square, of at least 8 × 8 pixels"),
        ("small", [1, 7, 7], "images must be square, of at least 8 × 8 pixels"),
        ("qkformer-3-32", [3, 3, 8], "images must have at least 4 × 4 pixels"),
        ("qkformer-3-32", [3, 8, 3], "images must have at least 4 × 4 pixels"),
    ]) func someImagesAreTooSmall(name: String, shape: [Int], requirement: String) {
        #expect(Networks.named(name)?.requirement(imageShape: shape) == requirement)
    }

    @Test(arguments: ["", "Small", "smaller", "qkformer", "qkformer-2-32", "qkformer-3-33"])
    func otherNamesAreNone(name: String) {
        #expect(Networks.named(name) == nil)
    }

    @Test func helpIsInWords() {
        #expect(Networks.help == "small, or qkformer-D-W of depth D and width W")
        #expect(
            Networks.allowed
                == "small, or qkformer-D-W of a depth D >= 3 and a width W that is a multiple of 32, such as qkformer-3-64"
        )
    }
}
