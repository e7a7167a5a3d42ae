import Foundation
import TestSupport

/// A web server of our own, in Python, that serves one folder and misbehaves where its paths say so.
///
/// `/NAME` knows ranges; `/plain/NAME` does not; `/cut/COUNT/NAME` closes after that many bytes of each answer, and
/// `/stall/COUNT/NAME` only after six seconds more;
/// `/shifted/NAME` answers a range with another one; `/status/CODE` answers so.
final class FileServer {
    private let process = Process()
    /// The server ends when this does, however the tests end.
    private let input = Pipe()
    private let log: String
    let address: String

    init(_ folder: TemporaryFolder) throws {
        log = folder.file("server.log")
        process.executableURL = URL(fileURLWithPath: Python.interpreter!)
        process.arguments = ["-c", Self.program, folder.path, log]
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        address = "http://127.0.0.1:\(line.trimmingCharacters(in: .whitespacesAndNewlines))"
    }

    deinit {
        // A signal would not do: children of a dispatch thread start with signals blocked.
        try? input.fileHandleForWriting.close()
    }

    /// The path and the range of each request, such as `/a bytes=5-`.
    var requests: [String] {
        ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    private static let program = """
        import http.server, os, sys, threading, time
        folder, log = sys.argv[1:]

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked = self.headers.get("Range", "-")
                with open(log, "a") as file:
                    file.write(self.path + " " + asked + "\\n")
                parts = self.path.strip("/").split("/")
                if parts[0] == "status":
                    self.send_error(int(parts[1]))
                    return
                try:
                    content = open(os.path.join(folder, parts[-1]), "rb").read()
                except OSError:
                    self.send_error(404)
                    return
                start = 0
                if asked != "-" and parts[0] != "plain":
                    start = int(asked.removeprefix("bytes=").removesuffix("-"))
                    if start >= len(content):
                        self.send_response(416)
                        self.send_header("Content-Range", f"bytes */{len(content)}")
                        self.send_header("Content-Length", "0")
                        self.end_headers()
                        return
                    if parts[0] == "shifted":
                        start += 1
                    self.send_response(206)
                    self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
                else:
                    self.send_response(200)
                self.send_header("Content-Length", str(len(content) - start))
                self.end_headers()
                end = start + int(parts[1]) if parts[0] in ("cut", "stall") else len(content)
                self.wfile.write(content[start:end])
                self.wfile.flush()
                if parts[0] == "stall":
                    time.sleep(6)
                self.close_connection = True

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()
        """
}
