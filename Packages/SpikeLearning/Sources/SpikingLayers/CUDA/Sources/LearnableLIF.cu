// Leaky integrate-and-fire neurons with factors of membrane and current ("shares") for every step and channel, as
// `LearnableLIFKernel` computes them on the CPU.
//
// A frame is [outer, channels, run] in memory, so that neuron n belongs to channel n / run % channels.

/// - membraneShares, currentShares: [STEPS, channels]
KERNEL learnable_lif_forward(
    const Element *__restrict__ currents, const float *__restrict__ membraneShares,
    const float *__restrict__ currentShares, Element *__restrict__ spikes, Index neurons, Index channels, Index run,
    Neuron neuron) {
    Index n = blockIdx.x * blockDim.x + threadIdx.x;
    if (n >= neurons) return;
    Index channel = n / run % channels;
    float membrane = 0;
    EACH_STEP for (Index t = 0; t < STEPS; t++) {
        Index share = t * channels + channel;
        float potential = membrane * membraneShares[share] + widened(currents[t * neurons + n]) * currentShares[share];
        spikes[t * neurons + n] = narrowed(potential >= neuron.threshold ? 1 : 0);
        membrane = reset(neuron, potential);
    }
}

/// - results: The gradients of the currents.
/// - sums: The gradients of the membrane shares and of the current shares, summed over each part of the neurons:
///   [parts, 2, STEPS, channels].
///
/// The threads of a block have the dimensions (channels, elements of a channel). A thread of part p of P takes every
/// (P·blockDim.y)-th element, beginning with element p·blockDim.y + threadIdx.y.
KERNEL learnable_lif_backward(
    const Element *__restrict__ currents, const float *__restrict__ membraneShares,
    const float *__restrict__ currentShares, const Element *__restrict__ gradients, Element *__restrict__ results,
    double *__restrict__ sums, Index neurons, Index channels, Index run, Neuron neuron) {
    __shared__ double scratch[256];
    Index channel = blockIdx.x * blockDim.x + threadIdx.x;
    bool isInside = channel < channels;
    Index count = isInside ? neurons / channels : 0;
    float ofMembraneShare[STEPS] = {}, ofCurrentShare[STEPS] = {};
    for (Index element = blockIdx.y * blockDim.y + threadIdx.y; element < count; element += gridDim.y * blockDim.y) {
        Index n = (element / run * channels + channel) * run + element % run;
        float potentials[STEPS];
        float membrane = 0;
        EACH_STEP for (Index t = 0; t < STEPS; t++) {
            Index share = t * channels + channel;
            potentials[t] =
                membrane * membraneShares[share] + widened(currents[t * neurons + n]) * currentShares[share];
            membrane = reset(neuron, potentials[t]);
        }
        float ofMembrane = 0;
        EACH_STEP for (Index t = STEPS; t-- > 0;) {
            Index share = t * channels + channel;
            float gradient =
                potentialGradient(neuron, potentials[t], widened(gradients[t * neurons + n]), ofMembrane);
            if (t > 0) ofMembraneShare[t] += gradient * reset(neuron, potentials[t - 1]);
            ofCurrentShare[t] += gradient * widened(currents[t * neurons + n]);
            results[t * neurons + n] = narrowed(gradient * currentShares[share]);
            ofMembrane = gradient * membraneShares[share];
        }
    }
    EACH_STEP for (Index t = 0; t < STEPS; t++) {
        double a = summedOverRows(ofMembraneShare[t], scratch), b = summedOverRows(ofCurrentShare[t], scratch);
        if (isInside && threadIdx.y == 0) {
            sums[(blockIdx.y * 2 * STEPS + t) * channels + channel] = a;
            sums[(blockIdx.y * 2 * STEPS + STEPS + t) * channels + channel] = b;
        }
    }
}

/// Adds up partial sums [parts, columns] to sums [columns].
KERNEL sum_parts(const double *__restrict__ sums, float *__restrict__ result, Index parts, Index columns) {
    __shared__ double scratch[256];
    Index column = blockIdx.x * blockDim.x + threadIdx.x;
    double sum = summedParts(sums, parts, columns, column, scratch);
    if (column < columns && threadIdx.y == 0) result[column] = sum;
}
