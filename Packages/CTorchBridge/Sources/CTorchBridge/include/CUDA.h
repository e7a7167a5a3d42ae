/// Kernels for CUDA devices, compiled at run time.
///
/// NVRTC and the driver are opened at their first use. The bridge is therefore built without CUDA's headers, and runs
/// on computers without CUDA.
#ifndef TORCH_BRIDGE_CUDA_H
#define TORCH_BRIDGE_CUDA_H

#include "Base.h"

TB_BEGIN

/// The version of NVRTC, such as 13.0. If NVRTC cannot be opened, returns null and writes the reason to `problem`. The
/// texts stay valid as long as the process.
const char *tb_nvrtc_version(const char **problem);

/// Whether the driver runs kernels on the CPU, on CPU tensors. The environment variable `SPIKEKIT_CUDA_DRIVER` names
/// this driver, which belongs to the tests.
bool tb_cuda_is_emulated(void);

/// Compiles CUDA C for an architecture, such as 90 for `sm_90`. The result is machine code if NVRTC knows the
/// architecture. Otherwise, it is PTX for the newest architecture that NVRTC knows, which the driver translates. Does
/// not need a GPU.
///
/// - options: Options of the compiler, such as `-DSTEPS=4`.
/// - image: The result, of `size` bytes; free it with `free`.
/// - log: The messages of the compiler, which name the registers of each kernel; free it with `free`.
TB_CHECKED TBError tb_cuda_compile(
    const char *source, const char *name, int32_t architecture, const char *const *options, size_t option_count,
    void **image, size_t *size, char **log);

/// Writes the compute capability of a device times 10, such as 90 for 9.0.
TB_CHECKED TBError tb_cuda_architecture(TBDevice device, int32_t *architecture);

/// A module of kernels on a device. It stays loaded as long as the process.
typedef struct {
    void *object;
} TBCUDAModule;

/// Loads the result of `tb_cuda_compile` on a device.
TB_CHECKED TBError tb_cuda_load(TBDevice device, const void *image, TBCUDAModule *module);

/// A kernel of a module.
typedef struct {
    void *object;
} TBCUDAFunction;

/// Writes the kernel of a name.
TB_CHECKED TBError tb_cuda_function(TBCUDAModule module, const char *name, TBCUDAFunction *function);

/// Submits a kernel to LibTorch's current stream of this thread, and does not wait for it.
///
/// - grid, block: Three numbers each: the blocks of the grid and the threads of a block.
/// - arguments: A pointer to each argument of the kernel.
TB_CHECKED TBError tb_cuda_launch(
    TBDevice device, TBCUDAFunction function, const uint32_t *grid, const uint32_t *block, void **arguments);

TB_END

#endif
