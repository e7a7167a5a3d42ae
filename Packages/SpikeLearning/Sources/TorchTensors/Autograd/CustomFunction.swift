import CTorchBridge

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Adds functions that Swift code computes to the graph of gradients.
///
/// Compute the outputs on fresh memory, then call `record` with the outputs and with the function that computes the
/// gradients.
public enum CustomFunction {
    /// Computes the gradients of the inputs from the gradients of the outputs.
    ///
    /// The function receives the `saved` tensors and one gradient per output, which is `nil` if none arrived. It
    /// returns one gradient per input, or `nil` for an input without a gradient. It may run on a thread of LibTorch.
    /// `backward` throws a `TensorError` of the kind `kernel` if this function throws.
    public typealias Backward =
        @Sendable (_ saved: [Tensor], _ gradients: [Tensor?]) throws -> [Tensor?]

    /// Adds `outputs` to the graph as results of `inputs`, if gradients are recorded and at least one input requires a
    /// gradient. Otherwise, this does nothing.
    ///
    /// - Parameters:
    ///   - name: The name of the function, for error messages.
    ///   - inputs: The inputs of the function.
    ///   - outputs: The outputs of the function, on fresh memory.
    ///   - saved: The tensors that `backward` receives, which may be inputs, outputs or others. They are freed after
    ///     the backward pass. Do not capture tensors in `backward` instead, as a captured output would never be freed.
    ///     The backward pass throws if a saved tensor was changed in place before.
    ///   - backward: The function that computes the gradients of the inputs.
    /// - Throws: `TensorError` if an output does not have a floating-point type or is already part of the graph.
    public static func record(
        _ name: StaticString, inputs: [Tensor], outputs: [Tensor], saving saved: [Tensor] = [],
        backward: @escaping Backward
    ) throws(TensorError) {
        guard tb_gradients_enabled(), inputs.contains(where: \.requiresGradient) else { return }
        let context = Context(
            name: name, inputCount: inputs.count, outputCount: outputs.count, savedCount: saved.count,
            backward: backward)
        let function = TBFunction(
            name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
            context: Unmanaged.passRetained(context).toOpaque(),
            backward: { Context.from($0!).run($1, $2, $3) },
            release: { Unmanaged<Context>.fromOpaque($0!).release() })
        try withHandles(inputs) { (inputs, inputCount) throws(TensorError) in
            try withHandles(outputs) { (outputs, outputCount) throws(TensorError) in
                try withHandles(saved) { (saved, savedCount) throws(TensorError) in
                    try check(tb_record(function, inputs, inputCount, outputs, outputCount, saved, savedCount))
                }
            }
        }
    }

    /// The number of recorded functions alive in this process. Tests can find leaks by comparing the numbers before and
    /// after.
    public static var liveCount: Int { Int(tb_live_nodes()) }

    private final class Context: Sendable {
        let name: StaticString
        let inputCount: Int
        let outputCount: Int
        let savedCount: Int
        let backward: Backward

        init(
            name: StaticString, inputCount: Int, outputCount: Int, savedCount: Int, backward: @escaping Backward
        ) {
            self.name = name
            self.inputCount = inputCount
            self.outputCount = outputCount
            self.savedCount = savedCount
            self.backward = backward
        }

        static func from(_ pointer: UnsafeMutableRawPointer) -> Context {
            Unmanaged<Context>.fromOpaque(pointer).takeUnretainedValue()
        }

        /// Calls `backward` with the tensors of the given handles. Returns `nil`, or an allocated error message if
        /// `backward` throws or returns the wrong number of gradients.
        func run(
            _ saved: UnsafePointer<TBTensor>?, _ gradients: UnsafePointer<TBTensor>?,
            _ results: UnsafeMutablePointer<TBTensor>?
        ) -> UnsafeMutablePointer<CChar>? {
            func tensors(_ handles: UnsafePointer<TBTensor>?, _ count: Int) -> [Tensor?] {
                UnsafeBufferPointer(start: handles, count: count).map {
                    $0.object == nil ? nil : Tensor(owning: tb_tensor_retain($0))
                }
            }
            do {
                let computed = try backward(
                    tensors(saved, savedCount).compactMap { $0 }, tensors(gradients, outputCount))
                guard computed.count == inputCount else {
                    return message("\(counted(computed.count, "gradient")) for \(counted(inputCount, "input"))")
                }
                for (index, tensor) in computed.enumerated() {
                    if let tensor { results![index] = tensor.ask(tb_tensor_retain) }
                }
                return nil
            } catch {
                return message("\(error)")
            }
        }

        private func message(_ text: String) -> UnsafeMutablePointer<CChar>? {
            strdup("\(name): \(text)")
        }
    }
}
