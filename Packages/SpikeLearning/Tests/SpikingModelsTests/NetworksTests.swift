import SpikingLayers
import SpikingModels
import TestSupport
import Testing
import TorchModules
import TorchTensors

/// Networks by their names.
@Suite(.leavesNothing) struct NetworksTests {
    /// A name of each kind, and an image size that it takes.
    static let examples = [
        ("small", [1, 8, 8]), ("small", [3, 29, 29]), ("qkformer-3-32", [3, 5, 4]),
        ("spiking-yolov5n", [3, 64, 32]), ("spiking-yolov5n", [1, 32, 32]), ("yolov5n", [3, 32, 64]),
    ]

    @Test func everyKindHasAnExample() {
        for kind in Networks.kinds {
            let names = Self.examples.map(\.0).filter { kind.init(named: $0) != nil }
            #expect(!names.isEmpty, "\(kind.names.pattern)")
        }
        let patterns = Networks.kinds.map { $0.names.pattern }
        #expect(Set(patterns).count == patterns.count)
        for kind in Networks.kinds {
            let (pattern, task) = (kind.names.pattern, kind.task)
            #expect(Networks.help(for: task).contains(pattern) && Networks.allowed(for: task).contains(pattern))
        }
    }

    @Test(arguments: examples) func aNameMakesANetwork(name: String, shape: [Int]) throws {
        let settings = try #require(Networks.named(name))
        #expect(settings.description == name && settings.requirement(imageShape: shape) == nil)
        for learnsNeurons in [false, true] {
            var random = RandomSource(seed: 1)
            let site = NetworkSite(imageShape: shape, classCount: 5, steps: 2, learnsNeurons: learnsNeurons)
            let network = try settings.network(site, random: &random)
            let output = try network(.zeros([2] + shape)).shape
            if let detector = network as? any ObjectDetector {
                #expect(type(of: settings).task == .detection && detector.classCount == 5)
                #expect(output == [2, detector.grid(height: shape[1], width: shape[2]).count, 10])
            } else {
                #expect(type(of: settings).task == .classification && network is any ImageClassifier)
                #expect(output == [2, 5])
            }
            #expect(
                network.spikingLayers().allSatisfy {
                    ($0.layer is LearnableLIFNeuron) == (learnsNeurons && type(of: settings).hasSpikes)
                }, "\(learnsNeurons)")
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
        ("spiking-yolov5n", [3, 64, 40], "the sides of images must be multiples of 32 pixels"),
        ("yolov5n", [3, 31, 32], "the sides of images must be multiples of 32 pixels"),
    ]) func someImagesAreTooSmall(name: String, shape: [Int], requirement: String) {
        #expect(Networks.named(name)?.requirement(imageShape: shape) == requirement)
    }

    @Test(arguments: ["", "Small", "smaller", "qkformer", "qkformer-2-32", "qkformer-3-33", "yolov5", "YOLOv5n"])
    func otherNamesAreNone(name: String) {
        #expect(Networks.named(name) == nil)
    }

    @Test func aNameBelongsToATask() {
        #expect(Networks.named("small", for: .classification) != nil)
        #expect(Networks.named("small", for: .detection) == nil)
        #expect(Networks.named("yolov5n", for: .detection) != nil)
        #expect(Networks.named("yolov5n", for: .classification) == nil)
    }

    @Test func helpIsInWords() {
        #expect(Networks.help(for: .classification) == "small, or qkformer-D-W of depth D and width W")
        #expect(
            Networks.allowed(for: .classification)
                == "small, or qkformer-D-W of a depth D >= 3 and a width W that is a multiple of 32, such as qkformer-3-64"
        )
        #expect(Networks.help(for: .detection) == "spiking-yolov5n, or yolov5n without spikes")
    }
}
