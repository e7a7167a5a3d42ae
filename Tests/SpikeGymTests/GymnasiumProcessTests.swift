import FileTestSupport
import Foundation
import Testing

@testable import SpikeGym

/// Processes that misbehave; the environments are written by the tests.
@Suite struct GymnasiumProcessTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        _ = try folder.file(
            "spikekit_environments.py",
            """
            import os, signal, subprocess, sys, time
            import gymnasium, numpy
            from gymnasium import spaces

            class Counting(gymnasium.Env):
                '''Observes the step's number, five times; ends after its third step.'''
                observation_space = spaces.Box(0, 255, (5,), numpy.float64)
                action_space = spaces.Discrete(2)
                def reset(self, *, seed=None, options=None):
                    super().reset(seed=seed)
                    self.steps = 0
                    return numpy.zeros(self.observation_space.shape, self.observation_space.dtype), {}
                def step(self, action):
                    self.steps += 1
                    self.act(action)
                    shape, dtype = self.observation_space.shape, self.observation_space.dtype
                    return numpy.full(shape, self.steps, dtype), self.reward(action), self.steps >= 3, False, {}
                def act(self, action): pass
                def reward(self, action): return 0.5

            class Raising(Counting):
                def act(self, action):
                    if self.steps == 2: raise ValueError("the pole\\nis gone")
            class Exiting(Counting):
                def act(self, action):
                    if self.steps == 2: os._exit(7)
            class Dying(Counting):
                def act(self, action):
                    print("oh dear", file=sys.stderr, flush=True)
                    os.kill(os.getpid(), signal.SIGSEGV)
            class Hanging(Counting):
                def act(self, action):
                    child = subprocess.Popen(["sleep", "1000"])
                    with open(os.environ["SPIKEKIT_CHILD"], "w") as file: print(child.pid, file=file)
                    time.sleep(1000)
            class Spinning(Counting):
                def act(self, action):
                    while True: pass
            class Chatting(Counting):
                def act(self, action):
                    for _ in range(3000):
                        print("how do you do?" * 3)
                        print("very well" * 3, file=sys.stderr)
                    sys.stdin.read()
                    os.write(1, b"straight to the descriptor")
            class Silent(Counting):
                def act(self, action):
                    if self.steps == 1:
                        for output in (1, 2): os.close(output)
                    time.sleep(0.2)
            class Image(Counting):
                observation_space = spaces.Box(0, 255, (2, 3), numpy.uint8)
                action_space = spaces.Discrete(3, start=-1)
                def reward(self, action): return float(action)
            class Choices(Counting):
                action_space = spaces.MultiDiscrete([2, 30])
                def reward(self, action): return float(100 * action[0] + action[1])
            class Values(Counting):
                action_space = spaces.Box(-1, 1, (2, 2), numpy.float64)
                def reward(self, action):
                    assert action.dtype == numpy.float64 and action.shape == (2, 2)
                    return float(action[0, 0] + 10 * action[1, 1])
            class NoActions(Counting):
                action_space = spaces.Dict({"a": spaces.Discrete(2)})
            class Unmade(Counting):
                def __init__(self): raise RuntimeError("no wheels")
            class Slow(Counting):
                def __init__(self): time.sleep(1000)

            for kind in Counting.__subclasses__() + [Counting]:
                gymnasium.register(kind.__name__ + "-v0", entry_point=kind)
            """)
    }

    func environment(
        _ name: String, count: Int = 2, timeLimit: Double = 20, startTimeLimit: Double = 60,
        endPolicy: GymnasiumOptions.EndPolicy = .fail
    ) throws -> GymnasiumEnvironment {
        try GymnasiumEnvironment(
            "spikekit_environments:\(name)-v0", count: count,
            options: GymnasiumOptions(
                timeLimit: timeLimit, startTimeLimit: startTimeLimit, endPolicy: endPolicy,
                variables: ["PYTHONPATH": folder.path, "SPIKEKIT_CHILD": folder.file("child")]))
    }

    func isRunning(_ process: pid_t) -> Bool { kill(process, 0) == 0 }

    /// Whether a process that is none of ours is there, and not a mere entry that nobody has asked for yet.
    func runs(_ process: String) throws -> Bool {
        let list = Process()
        list.executableURL = URL(fileURLWithPath: "/bin/ps")
        list.arguments = ["-o", "stat=", "-p", process]
        let output = Pipe()
        list.standardOutput = output
        try list.run()
        let state = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        list.waitUntilExit()
        return !state.isEmpty && !state.hasPrefix("Z")
    }

    /// One line of the error that `body` throws.
    func complaint(_ body: () throws -> Void) throws -> String {
        let outcome = message(body)
        let text = try #require(outcome)
        #expect(!text.contains("\n"), "\(text)")
        return text
    }

    @Test func withoutPythonOneLineSaysWhatToDo() throws {
        let options = GymnasiumOptions(python: folder.file("python"))
        #expect(
            try complaint { _ = try GymnasiumEnvironment("CartPole-v1", count: 1, options: options) }.contains(
                "cannot be run: no such file or directory; install Python 3"))
        let notAProgram = GymnasiumOptions(python: folder.path)
        #expect(
            try complaint { _ = try GymnasiumEnvironment("CartPole-v1", count: 1, options: notAProgram) }.contains(
                "permission denied"))
    }

    @Test func whatIsNoPythonIsNotBelieved() throws {
        for program in ["true", "yes"] {
            let options = GymnasiumOptions(python: program, startTimeLimit: 5)
            let text = try complaint { _ = try GymnasiumEnvironment("CartPole-v1", count: 1, options: options) }
            #expect(text.contains("CartPole-v1: its process "), "\(text)")
        }
    }

    /// Stand-ins for the package, which no machine lacks in the same way.
    @Test(
        .enabled(if: Python.isThere),
        arguments: [
            ("raise ModuleNotFoundError('no', name='gymnasium')", "has no Gymnasium; install it with: "),
            ("__version__ = '0.29.1'", "has Gymnasium 0.29.1, and Gymnasium 1.0 or newer is needed"),
            (
                "import no_such_package",
                "Gymnasium does not load: ModuleNotFoundError: No module named 'no_such_package'"
            ),
            ("1 / 0", "Gymnasium does not load: ZeroDivisionError: division by zero"),
        ]) func anUnusableGymnasiumIsOneLine(package: String, expected: String) throws
    {
        try FileManager.default.createDirectory(atPath: folder.file("gymnasium"), withIntermediateDirectories: true)
        _ = try folder.file("gymnasium/__init__.py", package)
        let options = GymnasiumOptions(variables: ["PYTHONPATH": folder.path])
        #expect(
            try complaint { _ = try GymnasiumEnvironment("CartPole-v1", count: 1, options: options) }.contains(expected)
        )
    }

    @Test(.enabled(if: Python.hasGymnasium)) func endsAreFollowedByBeginnings() throws {
        let environment = try environment("Counting")
        #expect(
            environment.observationSpace
                == BoxSpace(
                    shape: [5], low: Array(repeating: 0, count: 5), high: Array(repeating: 255, count: 5)))
        #expect(try environment.reset(seed: nil) == Array(repeating: 0, count: 10))
        for step in 1...7 {
            let result = try environment.step(.discrete([0, 1]))
            let number = Float((step - 1) % 3 + 1)
            #expect(result.reached == Array(repeating: number, count: 10))
            #expect(result.terminated == Array(repeating: number == 3, count: 2) && result.truncated == [false, false])
            #expect(result.observations == Array(repeating: number == 3 ? 0 : number, count: 10))
            #expect(result.rewards == [0.5, 0.5])
        }
    }

    @Test(.enabled(if: Python.hasGymnasium)) func everyKindOfActionArrives() throws {
        let image = try environment("Image")
        #expect(image.observationSpace.shape == [2, 3] && image.actionSpace == .discrete(count: 3))
        #expect(try image.reset(seed: 1).count == 12)
        // Numbered from 0 here, from −1 there.
        #expect(try image.step(.discrete([0, 2])).rewards == [-1, 1])
        let choices = try environment("Choices")
        #expect(choices.actionSpace == .multiDiscrete(counts: [2, 30]))
        _ = try choices.reset(seed: 1)
        #expect(try choices.step(.discrete([1, 29, 0, 7])).rewards == [129, 7])
        let values = try environment("Values")
        _ = try values.reset(seed: 1)
        #expect(try values.step(.box([0.5, 0, 0, 0.25, -1, 0, 0, 1])).rewards == [3, 9])
    }

    @Test(.enabled(if: Python.hasGymnasium)) func whatItPrintsDoesNoHarm() throws {
        let environment = try environment("Chatting")
        _ = try environment.reset(seed: 1)
        for step in 1...3 {
            #expect(try environment.step(.discrete([0, 0])).reached == Array(repeating: Float(step), count: 10))
        }
    }

    /// An environment may close its standard output and error, which are not what the answers come by.
    @Test(.enabled(if: Python.hasGymnasium)) func anEnvironmentWithoutOutputGoesOn() throws {
        let environment = try environment("Silent", count: 1)
        _ = try environment.reset(seed: 1)
        for step in 1...3 {
            #expect(try environment.step(.discrete([0])).reached == Array(repeating: Float(step), count: 5))
        }
    }

    @Test(.enabled(if: Python.hasGymnasium)) func pythonsErrorsAreOneLine() throws {
        #expect(try complaint { _ = try environment("Unmade") }.hasSuffix("cannot be made: RuntimeError: no wheels"))
        #expect(try complaint { _ = try environment("NoActions") }.contains("its actions are Dict("))
        let raising = try environment("Raising")
        _ = try raising.reset(seed: 1)
        _ = try raising.step(.discrete([0, 0]))
        #expect(
            try complaint { _ = try raising.step(.discrete([0, 0])) }.hasSuffix(
                "failed: ValueError: the pole is gone"))
        // Python itself is well: a reset helps.
        #expect(try raising.reset(seed: 1) == Array(repeating: 0, count: 10))
    }

    @Test(
        .enabled(if: Python.hasGymnasium),
        arguments: [
            ("Exiting", 2, "ended with status 7"), ("Dying", 1, "was ended by signal 11; it said: oh dear"),
        ]) func aCrashIsOneLine(name: String, steps: Int, expected: String) throws
    {
        let environment = try environment(name)
        let process = try #require(environment.processIdentifier)
        _ = try environment.reset(seed: 1)
        for _ in 1..<steps { _ = try environment.step(.discrete([0, 0])) }
        let text = try complaint { _ = try environment.step(.discrete([0, 0])) }
        #expect(text.hasSuffix("its process " + expected), "\(text)")
        #expect(!isRunning(process))
        // And stays so.
        #expect(try complaint { _ = try environment.step(.discrete([0, 0])) } == text)
        #expect(try complaint { _ = try environment.reset(seed: 1) } == text)
    }

    @Test(.enabled(if: Python.hasGymnasium), arguments: ["Hanging", "Spinning"])
    func aHangIsEndedInTime(name: String) throws {
        let environment = try environment(name, timeLimit: 2)
        let process = try #require(environment.processIdentifier)
        _ = try environment.reset(seed: 1)
        let start = ContinuousClock.now
        let text = try complaint { _ = try environment.step(.discrete([0, 0])) }
        #expect(
            text.hasSuffix("did not answer within 2 s and was ended; allow it more time if it is slow"), "\(text)")
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(!isRunning(process))
        guard name == "Hanging" else { return }
        let child = try String(contentsOfFile: folder.file("child"), encoding: .utf8)
        #expect(try !runs(child.trimmingCharacters(in: .whitespacesAndNewlines)), "it left what it started")
    }

    @Test(.enabled(if: Python.hasGymnasium)) func aSlowStartIsEndedInTime() throws {
        #expect(
            try complaint { _ = try environment("Slow", startTimeLimit: 3) }.contains("did not answer within 3 s"))
    }

    @Test(.enabled(if: Python.hasGymnasium)) func aKilledProcessIsAnErrorAndNoSignal() throws {
        let environment = try environment("Counting")
        _ = try environment.reset(seed: 1)
        kill(try #require(environment.processIdentifier), SIGKILL)
        usleep(200_000)
        // Written to a pipe that nobody reads any more.
        #expect(
            try complaint { _ = try environment.step(.discrete([0, 0])) }.hasSuffix("was ended by signal 9"))
    }

    @Test(.enabled(if: Python.hasGymnasium)) func aKilledProcessIsStartedAnewWhereAskedFor() throws {
        let environment = try environment("Counting", endPolicy: .restart(limit: 2))
        _ = try environment.reset(seed: 1)
        for round in 1...2 {
            let before = try environment.step(.discrete([0, 0])).observations
            let old = try #require(environment.processIdentifier)
            kill(old, SIGKILL)
            let result = try environment.step(.discrete([0, 0]))
            #expect(result.isRestarted && result.truncated == [true, true] && result.terminated == [false, false])
            #expect(result.reached == before && result.observations == Array(repeating: 0, count: 10))
            #expect(result.rewards == [0, 0] && environment.restartCount == round)
            #expect(!isRunning(old) && environment.processIdentifier != old)
        }
        kill(try #require(environment.processIdentifier), SIGKILL)
        #expect(
            try complaint { _ = try environment.step(.discrete([0, 0])) }.hasSuffix("was ended by signal 9"))
        let raising = try self.environment("Raising", endPolicy: .restart(limit: 1))
        _ = try raising.reset(seed: 1)
        _ = try raising.step(.discrete([0, 0]))
        #expect(try raising.step(.discrete([0, 0])).isRestarted)
    }

    @Test(.enabled(if: Python.hasGymnasium)) func nothingIsLeftBehind() throws {
        var process: pid_t = 0
        do {
            let environment = try environment("Counting")
            process = try #require(environment.processIdentifier)
            #expect(isRunning(process))
            environment.close()
            #expect(!isRunning(process))
            #expect(try complaint { _ = try environment.reset(seed: 1) }.hasSuffix("is closed; make it anew"))
        }
        do {
            let environment = try environment("Counting")
            process = try #require(environment.processIdentifier)
            _ = try environment.reset(seed: 1)
        }
        #expect(!isRunning(process))
    }
}
