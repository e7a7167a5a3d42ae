import Foundation

/// A program that runs as a child process, controlled over its standard input and output; it ends when this object
/// does.
///
/// It leads a process group of its own, so that the processes it starts end with it. It inherits one more descriptor,
/// number 3: the reading end of a pipe to which nothing is ever written, and which closes when this program ends for
/// whatever reason. Not `Sendable`: only one thread at a time may use it.
final class ChildProcess {
    let identifier: pid_t
    private var input: Int32
    private var output: Int32
    private var errors: Int32
    private var lifeline: Int32
    /// The exit status that `waitpid` returned; `nil` while the process runs.
    private var status: Int32?
    /// The last part of what the process wrote to standard error.
    private(set) var complaints: [UInt8] = []
    private static let complaintLimit = 16_384
    /// Held while a process is started. Without it, a process that another thread starts at the same time could inherit
    /// an end of a pipe before the pipe is marked as not inherited, and keep it open.
    private static let starting = NSLock()

    enum Failure: Error {
        /// The process closed its output, and has ended.
        case ended
        case timedOut
    }

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - program: A path, or a name to be found on the search path.
    ///   - arguments: The arguments of the program.
    ///   - variables: Environment variables to set in addition to this program's.
    /// - Throws: `SystemError` if the process cannot be started.
    init(_ program: String, _ arguments: [String], variables: [String: String]) throws(SystemError) {
        Self.starting.lock()
        defer { Self.starting.unlock() }
        var toChild = try DescriptorPair()
        var fromChild = try DescriptorPair()
        var complaint = try DescriptorPair()
        var life = try DescriptorPair()

        #if canImport(Darwin)
            var (actions, attributes): (posix_spawn_file_actions_t?, posix_spawnattr_t?) = (nil, nil)
        #else
            var (actions, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (number, descriptor) in [toChild.reading, fromChild.writing, complaint.writing, life.reading].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var (defaults, mask) = (sigset_t(), sigset_t())
        sigfillset(&defaults)
        sigdelset(&defaults, SIGKILL)
        sigdelset(&defaults, SIGSTOP)
        sigemptyset(&mask)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))

        let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var identifier: pid_t = 0
        let failure = posix_spawnp(&identifier, program, &actions, &attributes, &words, &settings)
        guard failure == 0 else { throw SystemError(number: failure) }

        self.identifier = identifier
        input = toChild.takeWriting()
        output = fromChild.takeReading()
        errors = complaint.takeReading()
        lifeline = life.takeWriting()
        for descriptor in [input, output, errors] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
        #if canImport(Darwin)
            _ = fcntl(input, F_SETNOSIGPIPE, 1)
        #endif
    }

    deinit { end() }

    /// Ends the process, and waits until it has ended.
    func end() {
        for descriptor in [input, output, errors, lifeline] where descriptor >= 0 { close(descriptor) }
        (input, output, errors, lifeline) = (-1, -1, -1, -1)
        guard status == nil else { return }
        // With its input and lifeline closed, the process can end by itself.
        if !waitForEnd(seconds: 0.5) {
            kill(-identifier, SIGKILL)
            kill(identifier, SIGKILL)
            _ = waitForEnd(seconds: .infinity)
        }
    }

    /// How the process ended: `ended with status 1`, or `was ended by signal 9`.
    func outcome() -> String {
        drainComplaints()
        if !waitForEnd(seconds: 1) { end() }
        let status = status ?? 0
        let signal = status & 0x7f
        return signal == 0 ? "ended with status \(status >> 8 & 0xff)" : "was ended by signal \(signal)"
    }

    /// Waits for the process to end; false if it still runs after `seconds`.
    private func waitForEnd(seconds: Double) -> Bool {
        let deadline = Deadline(seconds: seconds)
        var pause: UInt32 = 100
        while status == nil {
            var status: Int32 = 0
            let found = waitpid(identifier, &status, seconds.isFinite ? WNOHANG : 0)
            if found == identifier {
                self.status = status
                // Processes that it started and that still run.
                kill(-identifier, SIGKILL)
            } else if found < 0 && errno != EINTR {
                self.status = 0
            } else if deadline.milliseconds == 0 {
                return false
            } else if found == 0 {
                usleep(pause)
                pause = min(2 * pause, 10_000)
            }
        }
        return true
    }

    /// Writes bytes to the process's standard input.
    func write(_ bytes: [UInt8], until deadline: Deadline) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                writeWithoutSignal(input, $0.baseAddress! + written, $0.count - written)
            }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                try wait(for: input, Int16(POLLOUT), until: deadline)
            } else if errno != EINTR {
                throw .ended
            }
        }
    }

    /// Fills a buffer from the process's standard output.
    func read(into buffer: UnsafeMutableRawBufferPointer, until deadline: Deadline) throws(Failure) {
        var filled = 0
        while filled < buffer.count {
            let count = Foundation.read(output, buffer.baseAddress! + filled, buffer.count - filled)
            if count > 0 {
                filled += count
            } else if count == 0 {
                throw .ended
            } else if errno == EAGAIN {
                try wait(for: output, Int16(POLLIN), until: deadline)
            } else if errno != EINTR {
                throw .ended
            }
        }
    }

    /// Waits until a descriptor is ready, and meanwhile reads what the process writes to standard error.
    private func wait(for descriptor: Int32, _ events: Int16, until deadline: Deadline) throws(Failure) {
        while true {
            let remaining = deadline.milliseconds
            var polled = [pollfd(fd: descriptor, events: events, revents: 0)]
            if errors >= 0 { polled.append(pollfd(fd: errors, events: Int16(POLLIN), revents: 0)) }
            let count = poll(&polled, nfds_t(polled.count), remaining)
            if count == 0 && remaining == 0 { throw .timedOut }
            if polled.count > 1, polled[1].revents != 0 { drainComplaints() }
            if polled[0].revents != 0 { return }
        }
    }

    private func drainComplaints() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while errors >= 0 {
            let count = Foundation.read(errors, &buffer, buffer.count)
            if count > 0 {
                complaints += buffer[..<count]
                if complaints.count > 2 * Self.complaintLimit {
                    complaints.removeFirst(complaints.count - Self.complaintLimit)
                }
            } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
                close(errors)
                errors = -1
            } else if errno == EAGAIN {
                return
            }
        }
    }
}

/// A point in time by which an operation must have finished.
struct Deadline {
    private let instant: ContinuousClock.Instant?

    /// Creates a deadline.
    ///
    /// - Parameter seconds: The time from now; infinity for no deadline.
    init(seconds: Double) {
        instant = seconds.isFinite ? .now + .seconds(min(seconds, 1e9)) : nil
    }

    /// The time left in milliseconds, as `poll` takes it: 0 once the deadline has passed, −1 for no deadline.
    var milliseconds: Int32 {
        guard let instant else { return -1 }
        let left = (instant - .now) / .milliseconds(1)
        return left <= 0 ? 0 : Int32(min(left.rounded(.up), 1e9))
    }
}
