// What all kernels share; each source is compiled with it in front, at run time, by NVRTC, which has no headers.
//
// Set from outside, so that every kernel is made for its case:
//   STEPS      T
//   WIDTH      neighbouring neurons that a thread computes, which it reads and writes at once
//   ELEMENT    what tensors hold: 0 float32, 1 bfloat16, 2 float16; arithmetic is in float32
//   SURROGATE  0 sigmoid, 1 arctangent, 2 triangle, 3 fast sigmoid, 4 rectangle
//   DECAY      0 factor, 1 time constant, 2 time constant that is a power of two, by which one may multiply
//   RESET      0 subtracts the threshold, 1 to zero
//   DETACHES   whether the reset has no gradient
//
// Products and sums are not contracted (--fmad=false), so results are those of one operation after the other.

typedef unsigned int Index;

#define INLINE __device__ __forceinline__

#define KERNEL extern "C" __global__ void

// What a thread keeps of every step is in registers while there are few, else in memory of its own.
#if STEPS <= 16
#define EACH_STEP _Pragma("unroll")
#else
#define EACH_STEP _Pragma("unroll 1")
#endif
#define EACH_LANE _Pragma("unroll")

#if ELEMENT == 0
typedef float Element;
INLINE float widened(Element value) { return value; }
INLINE Element narrowed(float value) { return value; }
#elif ELEMENT == 1
typedef unsigned short Element;
INLINE float widened(Element value) { return __uint_as_float((unsigned int)value << 16); }
INLINE Element narrowed(float value) {
    unsigned int bits = __float_as_uint(value);
    // To the nearest, of two as near to the even; what is no number stays none.
    return value == value ? (bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16 : 0x7FC0u;
}
#else
typedef unsigned short Element;
INLINE float widened(Element value) {
    float result;
    asm("cvt.f32.f16 %0, %1;" : "=f"(result) : "h"(value));
    return result;
}
INLINE Element narrowed(float value) {
    Element result;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(result) : "f"(value));
    return result;
}
#endif

/// Neighbours in memory.
template <typename Value>
struct alignas(sizeof(Value) * WIDTH) Pack {
    Value lanes[WIDTH];
};

template <typename Value>
INLINE Pack<Value> load(const Value *place) { return *reinterpret_cast<const Pack<Value> *>(place); }

template <typename Value>
INLINE void store(Value *place, const Pack<Value> &pack) { *reinterpret_cast<Pack<Value> *>(place) = pack; }

/// A neuron's numbers, all as float32.
struct Neuron {
    float threshold;
    /// The factor or the time constant.
    float decay;
    /// What the membrane before and the current count for in the gradient.
    float membraneShare;
    float inputShare;
    /// The surrogate's slope or width, and what goes with it.
    float first;
    float second;
};

#ifdef SURROGATE
/// The surrogate gradient at u, the distance from the threshold.
INLINE float derivative(const Neuron &neuron, float u) {
#if SURROGATE == 0
    float e = expf(-fabsf(u * neuron.first));
    return e * neuron.first / ((e + 1) * (e + 1));
#elif SURROGATE == 1
    float s = u * neuron.second;
    return neuron.first / (s * s + 1);
#elif SURROGATE == 2
    float height = 1 - fabsf(u) * neuron.first;
    return (height < 0 ? 0 : height) * neuron.first;
#elif SURROGATE == 3
    float s = fabsf(u) * neuron.first + 1;
    return 1 / (s * s);
#else
    return fabsf(u) > neuron.first ? 0 : neuron.second;
#endif
}
#endif

#ifdef DECAY
/// The potential from the membrane before and the current.
INLINE float charged(const Neuron &neuron, float membrane, float current) {
#if DECAY == 0
    return membrane * neuron.decay + current;
#elif DECAY == 1
    return membrane + (current - membrane) / neuron.decay;
#else
    return membrane + (current - membrane) * neuron.inputShare;
#endif
}

/// The membrane after a step.
INLINE float reset(const Neuron &neuron, float potential) {
#if RESET == 0
    return potential >= neuron.threshold ? potential - neuron.threshold : potential;
#else
    return potential >= neuron.threshold ? 0 : potential;
#endif
}

/// The derivative of the membrane after a step with respect to the potential.
INLINE float resetSlope(const Neuron &neuron, float potential, float derivative) {
#if RESET == 0 && DETACHES
    return 1;
#elif RESET == 0
    return 1 - derivative * neuron.threshold;
#elif DETACHES
    return potential >= neuron.threshold ? 0 : 1;
#else
    return (potential >= neuron.threshold ? 0 : 1) - potential * derivative;
#endif
}

/// The gradient of the potential, from those of the spike and of the membrane after the step.
INLINE float potentialGradient(const Neuron &neuron, float potential, float ofSpike, float ofMembrane) {
    float slope = derivative(neuron, potential - neuron.threshold);
    return ofSpike * slope + ofMembrane * resetSlope(neuron, potential, slope);
}
#endif

/// Adds up what the threads of a block have, over those that differ in threadIdx.y only; threads with threadIdx.y = 0 get
/// the sums. The order is always the same.
///
/// - scratch: Shared, a number a thread.
INLINE double summedOverRows(double value, double *scratch) {
    scratch[threadIdx.y * blockDim.x + threadIdx.x] = value;
    __syncthreads();
    for (Index half = blockDim.y / 2; half > 0; half /= 2) {
        if (threadIdx.y < half) {
            scratch[threadIdx.y * blockDim.x + threadIdx.x] += scratch[(threadIdx.y + half) * blockDim.x + threadIdx.x];
        }
        __syncthreads();
    }
    double sum = scratch[threadIdx.x];
    __syncthreads();
    return sum;
}

/// The sum of column `column` of [parts, columns]; called by whole blocks of 32 × 8 threads, whose threadIdx.x goes over
/// columns. All threads of a column with threadIdx.y = 0 get it.
INLINE double summedParts(const double *__restrict__ sums, Index parts, Index columns, Index column, double *scratch) {
    double sum = 0;
    if (column < columns) {
        for (Index part = threadIdx.y; part < parts; part += blockDim.y) sum += sums[part * columns + column];
    }
    return summedOverRows(sum, scratch);
}
