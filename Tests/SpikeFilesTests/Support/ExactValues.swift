import FileTestSupport
import SpikeEncoding
import Testing

@testable import SpikeFiles

extension Signal {
    /// The samples in double precision, channel after channel.
    var doubles: [Double] { exactValues ?? values.map { Double($0) } }
}

/// Compares samples bit for bit, where NaN equals NaN.
func expectSame(_ values: [Double], _ others: [Double], _ what: String) {
    #expect(values.count == others.count, "\(what)")
    let first = zip(values, others).enumerated().first { $1.0 != $1.1 && !($1.0.isNaN && $1.1.isNaN) }
    #expect(first == nil, "\(what): value \(first?.offset ?? 0): \(first.map { "\($0.element)" } ?? "")")
}

/// Runs a Python program that prints nothing, and returns the array that it saves at its first argument.
func pythonArray(_ program: String, _ arguments: [String]) throws -> NPYArray {
    let folder = try TemporaryFolder()
    let path = folder.file("python.npy")
    let (output, errors) = try Python.run("import sys, numpy\n" + program, [path] + arguments)
    _ = try #require(output, "\(errors)")
    return try NPYArray.read(path)
}
