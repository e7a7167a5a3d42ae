// Leaky integrate-and-fire neurons, as `LIFKernel` computes them on the CPU. A thread takes its neurons through all steps.

/// - currents: A frame each step, `currentStride` apart; 0 for the same at every step.
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

/// - gradients: Of the spikes, [STEPS, neurons].
/// - results: Gradients of the currents: a frame each step, or one frame with the sum over all steps if currents are the
///   same at each.
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
