import FileTestSupport
import Foundation
import SpikeGym
import Testing

/// Observations of every space that is not a row of real values, against Gymnasium's own flattening.
@Suite(.enabled(if: Python.hasGymnasium)) struct ObservationSpaceTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        _ = try folder.file(
            "spikekit_spaces.py",
            """
            import gymnasium, numpy
            from gymnasium.spaces import *

            extreme = numpy.finfo(numpy.float32).max
            inner = Dict({"hand": Tuple((Discrete(3, start=5), Box(-1, 1, (2,)))), "bits": MultiBinary(2)})
            flattened = {
                "Discrete": Discrete(5),
                "Start": Discrete(4, start=-2),
                "Bits": MultiBinary(3),
                "BitTable": MultiBinary((2, 3)),
                "Choices": MultiDiscrete([2, 3, 4]),
                "ChoiceTable": MultiDiscrete([[2, 3], [4, 5]]),
                "ChoicesFrom": MultiDiscrete([2, 3], start=[-4, 7]),
                "Bytes": Box(0, 255, (2, 3), numpy.uint8),
                "Shorts": Box(-300, 300, (3,), numpy.int16),
                "Integers": Box(-7, 9, (2, 2, 2), numpy.int64),
                "Scalar": Box(-2, 2, (), numpy.float64),
                "Booleans": Box(0, 1, (2, 2), numpy.bool_),
                "Halves": Box(-2, 2, (3,), numpy.float16),
                "Tuple": Tuple((Discrete(32), Discrete(11), Discrete(2))),
                "Dict": Dict({"velocity": Box(-3, 3, (2,)), "goal": Discrete(4), "area": Box(0, 9, (1, 2), numpy.uint8)}),
                "Nested": Tuple((inner, Dict({"again": inner, "plain": Discrete(2)}), MultiDiscrete([3, 2]))),
            }
            bounds = {
                "Extreme": Box(-extreme, extreme, (1,)),
                "Written": Box(-3.4e38, 3.4e38, (1,)),
                "Double": Box(numpy.finfo(numpy.float64).min, numpy.finfo(numpy.float64).max, (1,), numpy.float64),
                "Half": Box(numpy.finfo(numpy.float16).min, numpy.finfo(numpy.float16).max, (1,), numpy.float16),
                "Long": Box(-numpy.inf, numpy.inf, (1,), numpy.int64),
                "Int": Box(-2**31, 2**31 - 1, (1,), numpy.int32),
                "Unsigned": Box(0, 2**32 - 1, (1,), numpy.uint32),
                "OneSided": Box(0, extreme, (1,)),
                "Wide": Box(-1e30, 1e30, (1,)),
                "Sound": Box(-32768, 32767, (1,), numpy.int16),
                "Byte": Box(0, 255, (1,), numpy.uint8),
            }
            refused = {
                "Text": Text(5),
                "Graph": Graph(Box(0, 1, (2,)), Discrete(2)),
                "Sequence": Sequence(Discrete(2)),
                "OneOf": OneOf([Discrete(2), Discrete(3)]),
                "TextWithin": Dict({"a": Discrete(2), "b": Tuple((Discrete(2), Text(3)))}),
                "NoParts": Dict({}),
                "Empty": Box(0, 1, (0,)),
                "Huge": Discrete(2**62),
                "HugeTogether": MultiDiscrete([2**40, 2**40]),
            }

            class Sampling(gymnasium.Env):
                '''Observes samples of a space.'''
                action_space = Discrete(2)
                def __init__(self, space): self.observation_space = space
                def reset(self, *, seed=None, options=None):
                    super().reset(seed=seed)
                    if seed is not None: self.observation_space.seed(seed)
                    return self.observation_space.sample(), {}
                def step(self, action): return self.observation_space.sample(), 0.0, False, False, {}

            class Given(Sampling):
                '''Observes what it is given, one after the other.'''
                def __init__(self, space, observations):
                    super().__init__(space)
                    self.observations = observations
                def reset(self, *, seed=None, options=None):
                    self.next = iter(self.observations)
                    return next(self.next), {}
                def step(self, action): return next(self.next), 0.0, False, False, {}

            for name, space in (flattened | bounds | refused).items():
                gymnasium.register(name + "-v0", entry_point=Sampling, kwargs={"space": space})
            pair = Dict({"b": Tuple((Discrete(2, start=1), Box(-1, 1, (1, 2)))), "a": Discrete(3, start=-1)})
            gymnasium.register("Pair-v0", entry_point=Given, kwargs={"space": pair, "observations": [
                {"b": (1, [[0.25, -1]]), "a": 1}, {"a": numpy.int64(-1), "b": (numpy.int8(2), numpy.zeros((1, 2)))}]})
            for name, observations in {
                "Below": [-1], "Above": [0, 5], "Fraction": [float("nan")], "Several": [[1, 2]], "Nothing": [None],
            }.items():
                gymnasium.register(
                    name + "-v0", entry_point=Given, kwargs={"space": Discrete(5), "observations": observations})
            gymnasium.register("Short-v0", entry_point=Given, kwargs={
                "space": Tuple((Discrete(2), Box(0, 1, (3,)))), "observations": [(1, [0.5])]})
            """)
    }

    func environment(_ name: String, count: Int = 1) throws -> GymnasiumEnvironment {
        try GymnasiumEnvironment(
            "spikekit_spaces:\(name)-v0", count: count,
            options: GymnasiumOptions(variables: ["PYTHONPATH": folder.path]))
    }

    /// What Gymnasium says of a space: its bounds, and flattened samples.
    struct Flattened: Decodable {
        let low: [Float]
        let high: [Float]
        let samples: [[Float]]
    }

    @Test func rowsAreThoseOfGymnasium() throws {
        let program = """
            import json, sys
            sys.path.insert(0, sys.argv[1])
            import spikekit_spaces as module
            from gymnasium.spaces.utils import flatten, flatten_space
            result = {}
            for name, space in module.flattened.items():
                space.seed(3)
                result[name] = {
                    "low": flatten_space(space).low.reshape(-1).astype(float).tolist(),
                    "high": flatten_space(space).high.reshape(-1).astype(float).tolist(),
                    "samples": [flatten(space, space.sample()).astype(float).tolist() for _ in range(20)]}
            print(json.dumps(result))
            """
        let (output, errors) = try Python.run(program, [folder.path])
        let text = try #require(output, "\(errors)")
        let expected = try JSONDecoder().decode([String: Flattened].self, from: Data(text.utf8))
        #expect(expected.count == 16)
        for (name, flattened) in expected {
            let environment = try environment(name)
            let space = environment.observationSpace
            #expect(space.count == flattened.low.count, "\(name)")
            #expect(space.low == flattened.low && space.high == flattened.high, "\(name)")
            #expect(try environment.reset(seed: 3) == flattened.samples[0], "\(name)")
            for sample in flattened.samples.dropFirst() {
                #expect(try environment.step(.discrete([0])).observations == sample, "\(name)")
            }
            let names = environment.featureNames
            #expect(Set(names).count == names.count, "\(name)")
        }
    }

    @Test func partsKeepTheirPlacesAndNames() throws {
        let environment = try environment("Pair", count: 2)
        // Gymnasium sorts the keys.
        #expect(environment.featureNames == ["a=-1", "a=0", "a=1", "b.0=1", "b.0=2", "b.1[0][0]", "b.1[0][1]"])
        #expect(
            environment.observationSpace
                == BoxSpace(shape: [7], low: [0, 0, 0, 0, 0, -1, -1], high: [1, 1, 1, 1, 1, 1, 1]))
        #expect(try environment.reset(seed: nil) == [0, 0, 1, 1, 0, 0.25, -1, 0, 0, 1, 1, 0, 0.25, -1])
        #expect(
            try environment.step(.discrete([0, 1])).observations == [1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0])
        #expect(try self.environment("Start").featureNames == ["value=-2", "value=-1", "value=0", "value=1"])
        #expect(try self.environment("Bytes").featureNames.isEmpty)
    }

    @Test func boundsAtTheEndsOfATypeAreNone() throws {
        let any = [-Float.infinity, .infinity]
        let expected: [String: [Float]] = [
            "Extreme": any, "Written": any, "Double": any, "Half": any, "Long": any, "Int": any,
            "Unsigned": [0, .infinity], "OneSided": [0, .infinity], "Wide": [-1e30, 1e30], "Sound": [-32768, 32767],
            "Byte": [0, 255],
        ]
        for (name, bounds) in expected {
            let space = try environment(name).observationSpace
            #expect(space.low + space.high == bounds, "\(name)")
            let isBounded = bounds.allSatisfy(\.isFinite)
            #expect((message { _ = try ObservationScaler(space) } == nil) == isBounded, "\(name)")
        }
    }

    /// Single precision's greatest number is no bound in Swift either.
    @Test func swiftsBoundsAreTheSame() throws {
        let greatest = Float.greatestFiniteMagnitude
        let space = BoxSpace(shape: [3], low: [-greatest, -3.4e38, -1e38], high: [greatest, 3.4e38, 1e38])
        #expect(space.low == [-.infinity, -.infinity, -1e38] && space.high == [.infinity, .infinity, 1e38])
        #expect(message { _ = try ObservationScaler(space) }?.contains("fit the scaler on episodes") == true)
    }

    @Test(arguments: [
        ("Text", "its observations hold Text("), ("Graph", "its observations hold Graph("),
        ("Sequence", "its observations hold Sequence("), ("OneOf", "its observations hold OneOf("),
        ("TextWithin", "its observations hold Text("), ("NoParts", "its observations are Dict()"),
        ("Empty", "its observations are Box("),
        ("Huge", "4611686018427387904 features in each of 1 copies are too many"),
        ("HugeTogether", "2199023255552 features in each of 1 copies are too many"),
    ]) func whatIsNoRowOfNumbersIsRefused(name: String, complaint: String) throws {
        let text = try #require(message { _ = try environment(name) })
        #expect(text.contains(complaint) && !text.contains("\n"), "\(text)")
        #expect(text.contains("observations must be Box, Discrete") || name.hasPrefix("Huge"), "\(text)")
    }

    @Test(arguments: [
        ("Below", "the observation -1 is not in Discrete(5)"), ("Fraction", "cannot convert float NaN to integer"),
        ("Several", "an observation has 2 values of Discrete(5)"), ("Nothing", "TypeError"),
        ("Short", "an observation has 1 values of Box("),
    ]) func observationsOutsideOfTheirSpaceAreOneLine(name: String, complaint: String) throws {
        let environment = try environment(name)
        let text = try #require(message { _ = try environment.reset(seed: nil) })
        #expect(text.contains("failed: ") && text.contains(complaint) && !text.contains("\n"), "\(text)")
    }

    @Test func anObservationBeyondTheLastIsOneLine() throws {
        let environment = try environment("Above")
        #expect(try environment.reset(seed: nil) == [1, 0, 0, 0, 0])
        #expect(
            message { _ = try environment.step(.discrete([0])) }?.hasSuffix("the observation 5 is not in Discrete(5)")
                == true)
    }

    /// Gymnasium's own environments whose observations are numbers of states.
    @Test(arguments: [("FrozenLake-v1", 16), ("Taxi-v4", 500), ("CliffWalking-v1", 48), ("Blackjack-v1", 45)])
    func toyTextRuns(name: String, features: Int) throws {
        let environment = try GymnasiumEnvironment(name, count: 3)
        let space = environment.observationSpace
        #expect(space.shape == [features] && space.low.allSatisfy { $0 == 0 } && space.high.allSatisfy { $0 == 1 })
        let parts = name == "Blackjack-v1" ? 3 : 1
        let random = RandomActions(space: environment.actionSpace, seed: 4)
        var observations = try environment.reset(seed: 4)
        var seen: Set<[Float]> = []
        for step in 0..<100 {
            for copy in 0..<3 {
                let row = Array(observations[copy * features..<(copy + 1) * features])
                #expect(row.allSatisfy { $0 == 0 || $0 == 1 } && row.reduce(0, +) == Float(parts))
                seen.insert(row)
            }
            observations = try environment.step(random.draw(count: 3, at: 3 * step)).observations
        }
        #expect(seen.count > 3)
        // The space is bounded: no episodes are needed to scale it.
        #expect(try ObservationScaler(space).maximum == Array(repeating: 1, count: features))
    }
}
