import TorchTensors

/// A spiking layer that can also be computed one step at a time, while the caller holds the state between steps.
///
/// This allows a caller to feed spikes back into the input, and to run the layer on an endless stream:
///
///     var state = LIFNeuron.State()
///     for current in currents { spikes = try neuron.step(current, &state) }
///
/// Single steps give the same spikes and gradients as the call that takes all steps at once. Gradients flow back
/// through all steps since the state was created; `state.detached()` cuts the graph at that point.
public protocol SteppedLayer: SpikingLayer {
    /// What the layer keeps from one step to the next.
    associatedtype State: StepState

    /// Computes the next step.
    ///
    /// - Parameters:
    ///   - input: The input of one step, [B, C, …], of floating point.
    ///   - state: The state after the previous step, or a new state; becomes the state after this step.
    /// - Returns: The spikes of this step, [B, C, …], 0 or 1, of the type of `input`. The spike observer receives them
    ///   as [1, B, C, …].
    /// - Throws: `TensorError` if the input is not of floating point or its shape does not fit the layer or the state.
    func step(_ input: Tensor, _ state: inout State) throws(TensorError) -> Tensor
}

/// The state that a layer keeps from one step to the next.
public protocol StepState {
    /// Creates the state before the first step.
    init()

    /// Returns a state with the same values, detached from the graph that led to them.
    func detached() throws(TensorError) -> Self
}

extension SteppedLayer {
    /// Passes the spikes of one step, […], to the observer as [1, …] and returns them unchanged.
    func observed(_ spikes: Tensor) throws(TensorError) -> Tensor {
        if let spikeObserver { try spikeObserver(spikes.unsqueezed(0)) }
        return spikes
    }
}

/// Throws unless `input` is of floating point and has the shape of the tensor `held` by the state, if there is one.
func checkStep(_ input: Tensor, _ held: Tensor?, _ layer: String) throws(TensorError) {
    guard input.dtype.isFloatingPoint else {
        throw TensorError("\(layer): the input of a step is of floating point, got \(input.dtype) \(input.shape)")
    }
    guard let held, held.shape != input.shape else { return }
    throw TensorError(
        "\(layer): the state is of inputs of shape \(held.shape), got \(input.shape); begin with a new state")
}
