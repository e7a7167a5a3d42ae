// Leaky integrate-and-fire neurons, as `LIFKernel` computes them on the CPU. A thread computes all steps of its
// neurons.

/// - currents: A frame for each step, `currentStride` elements apart; with `currentStride` 0, one frame for all steps.
/// - spikes: [STEPS, neurons]
KERNEL lif_forward(
    const Element *__restrict__ currents, Element *__restrict__ spikes, Index neurons, Index currentStride,
    Neuron neuron) {
    Index n = (blockIdx.x * blockDim.x + threadIdx.x) * WIDTH;
    if (n >= neurons) return;
    float membrane[WIDTH] = {};
    EACH_STEP for (Index t = 0; t < STEPS; t++) {
        auto current = load(currents + t * currentStride + n);
        Pack<Element> fired;
        EACH_LANE for (int i = 0; i < WIDTH; i++) {
            float potential = charged(neuron, membrane[i], widened(current.lanes[i]));
            fired.lanes[i] = narrowed(potential >= neuron.threshold ? 1 : 0);
            membrane[i] = reset(neuron, potential);
        }
        store(spikes + t * neurons + n, fired);
    }
}

/// - gradients: The gradients of the spikes, [STEPS, neurons].
/// - results: The gradients of the currents: a frame for each step; or, if the currents are the same at all steps, one
///   frame with the sum over all steps.
KERNEL lif_backward(
    const Element *__restrict__ currents, const Element *__restrict__ gradients, Element *__restrict__ results,
    Index neurons, Index currentStride, Neuron neuron) {
    Index n = (blockIdx.x * blockDim.x + threadIdx.x) * WIDTH;
    if (n >= neurons) return;
    float potentials[STEPS][WIDTH];
    float membrane[WIDTH] = {};
    EACH_STEP for (Index t = 0; t < STEPS; t++) {
        auto current = load(currents + t * currentStride + n);
        EACH_LANE for (int i = 0; i < WIDTH; i++) {
            potentials[t][i] = charged(neuron, membrane[i], widened(current.lanes[i]));
            membrane[i] = reset(neuron, potentials[t][i]);
        }
    }
    float ofMembrane[WIDTH] = {};
    float sum[WIDTH] = {};
    EACH_STEP for (Index t = STEPS; t-- > 0;) {
        auto ofSpike = load(gradients + t * neurons + n);
        Pack<Element> result;
        EACH_LANE for (int i = 0; i < WIDTH; i++) {
            float gradient = potentialGradient(neuron, potentials[t][i], widened(ofSpike.lanes[i]), ofMembrane[i]);
            float ofCurrent = gradient * neuron.inputShare;
            ofMembrane[i] = gradient * neuron.membraneShare;
            sum[i] += ofCurrent;
            result.lanes[i] = narrowed(ofCurrent);
        }
        if (currentStride != 0) store(results + t * neurons + n, result);
    }
    if (currentStride == 0) {
        Pack<Element> result;
        EACH_LANE for (int i = 0; i < WIDTH; i++) result.lanes[i] = narrowed(sum[i]);
        store(results + n, result);
    }
}
