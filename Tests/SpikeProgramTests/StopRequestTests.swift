import Foundation
import SpikeCommandLine
import Testing

/// Signals that ask a program to stop. Each test raises them in a process of its own.
@Suite struct StopRequestTests {
    /// Traps unless a signal is noted after `listen()`, and none before.
    private static func expectNoted(_ number: Int32, _ name: String, ignoring ignored: Int32? = nil) {
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, number == ignored ? SIG_IGN : SIG_DFL) }
        StopRequest.listen()
        precondition(StopRequest.current == nil)
        raise(number)
        let request = StopRequest.current!
        precondition(request.signal == number && request.name == name)
        precondition(request.exitCode.rawValue == 128 + number)
    }

    @Test func theFirstSignalIsNotedAndTheSecondEndsTheProgram() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            Self.expectNoted(SIGINT, "SIGINT")
            raise(SIGTERM)
        }
        await #expect(processExitsWith: .signal(SIGHUP)) {
            Self.expectNoted(SIGTERM, "SIGTERM")
            raise(SIGHUP)
        }
        await #expect(processExitsWith: .signal(SIGINT)) {
            Self.expectNoted(SIGHUP, "SIGHUP")
            raise(SIGINT)
        }
    }

    /// Shells start programs in the background with SIGINT ignored; `nohup` ignores SIGHUP, which must stay so.
    @Test func onlyHangupsStayIgnored() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            Self.expectNoted(SIGINT, "SIGINT", ignoring: SIGINT)
            raise(SIGINT)
            raise(SIGTERM)
        }
        await #expect(processExitsWith: .signal(SIGINT)) {
            Self.expectNoted(SIGTERM, "SIGTERM", ignoring: SIGTERM)
            raise(SIGTERM)
            raise(SIGINT)
        }
        await #expect(processExitsWith: .success) {
            signal(SIGHUP, SIG_IGN)
            StopRequest.listen()
            raise(SIGHUP)
            precondition(StopRequest.current == nil)
        }
    }

    @Test func signalsThatWereBlockedArrive() async {
        await #expect(processExitsWith: .success) {
            var mask = sigset_t()
            sigfillset(&mask)
            pthread_sigmask(SIG_BLOCK, &mask, nil)
            Self.expectNoted(SIGTERM, "SIGTERM")
        }
    }
}
