// NVRTC and the CUDA driver, as far as the bridge uses them, on the CPU: kernels are compiled by the C++ compiler of the
// machine (`CXX`, g++ if not set), and run block after block, each thread a fiber that waits at barriers. So the sources of
// the kernels, and all that leads to their launch, are tested where there is no GPU. What a GPU does at the same time, this
// does one after the other: it finds wrong arithmetic and wrong indices, but no race.
#include <dlfcn.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Index {
    unsigned x, y, z;
};

/// In front of a kernel's source: CUDA's words in C++.
const char *preamble = R"(
#include <math.h>
#include <string.h>
#include <utility>
struct EmulatedIndex { unsigned x, y, z; };
extern "C" {
EmulatedIndex emulated_thread, emulated_block, emulated_threads, emulated_blocks;
void (*emulated_barrier)();
}
#define threadIdx emulated_thread
#define blockIdx emulated_block
#define blockDim emulated_threads
#define gridDim emulated_blocks
#define __syncthreads() emulated_barrier()
#define __shared__ static
#define __device__
#define __global__
#define __forceinline__ inline
inline float __uint_as_float(unsigned bits) { float value; memcpy(&value, &bits, 4); return value; }
inline unsigned __float_as_uint(float value) { unsigned bits; memcpy(&bits, &value, 4); return bits; }
inline float emulated_widening(unsigned short bits) { _Float16 half; memcpy(&half, &bits, 2); return half; }
inline unsigned short emulated_narrowing(float value) {
    _Float16 half = value;
    unsigned short bits;
    memcpy(&bits, &half, 2);
    return bits;
}
template <typename... Values, size_t... Places>
void emulated_call(void (*kernel)(Values...), void **arguments, std::index_sequence<Places...>) {
    kernel(*static_cast<Values *>(arguments[Places])...);
}
template <typename... Values>
void emulated_call(void (*kernel)(Values...), void **arguments) {
    emulated_call(kernel, arguments, std::index_sequence_for<Values...>());
}
)";

struct Program {
    std::string source, log, image;
};

std::string replaced(std::string text, const std::string &old, const std::string &next) {
    for (auto place = text.find(old); place != std::string::npos; place = text.find(old, place)) {
        text.replace(place, old.size(), next);
    }
    return text;
}

std::string content(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string temporaryFolder() {
    char folder[] = "/tmp/cuda-emulator-XXXXXX";
    return mkdtemp(folder);
}

struct Function {
    void *library;
    void (*call)(void **);
};

template <typename Value>
Value &variable(void *library, const char *name) {
    return *static_cast<Value *>(dlsym(library, name));
}

// The fibers of a block.

struct Fiber {
    ucontext_t context;
    std::vector<char> stack = std::vector<char>(128 * 1024);
    bool isDone = false;
};

std::vector<Fiber> fibers;
ucontext_t scheduler;
Fiber *current = nullptr;
Function running;
void **runningArguments;

void barrier() { swapcontext(&current->context, &scheduler); }

void runThread() {
    running.call(runningArguments);
    current->isDone = true;
    swapcontext(&current->context, &scheduler);
}

void runBlock(Index size) {
    auto count = size.x * size.y * size.z;
    if (fibers.size() < count) fibers = std::vector<Fiber>(count);
    for (unsigned i = 0; i < count; i++) {
        auto &fiber = fibers[i];
        fiber.isDone = false;
        getcontext(&fiber.context);
        fiber.context.uc_stack.ss_sp = fiber.stack.data();
        fiber.context.uc_stack.ss_size = fiber.stack.size();
        fiber.context.uc_link = nullptr;
        makecontext(&fiber.context, runThread, 0);
    }
    for (bool isRunning = true; isRunning;) {
        isRunning = false;
        for (unsigned i = 0; i < count; i++) {
            if (fibers[i].isDone) continue;
            current = &fibers[i];
            variable<Index>(running.library, "emulated_thread") = {i % size.x, i / size.x % size.y, i / size.x / size.y};
            swapcontext(&scheduler, &current->context);
            isRunning = isRunning || !current->isDone;
        }
    }
}

}  // namespace

extern "C" {

// Tells the bridge that kernels may be given tensors on the CPU.
int spikekit_cuda_emulator = 1;

// NVRTC

int nvrtcVersion(int *major, int *minor) {
    *major = *minor = 0;
    return 0;
}

const char *nvrtcGetErrorString(int) { return "the emulator's compiler failed"; }

int nvrtcCreateProgram(void **program, const char *source, const char *, int, const char **, const char **) {
    *program = new Program{source, "", ""};
    return 0;
}

int nvrtcDestroyProgram(void **program) {
    delete static_cast<Program *>(*program);
    return 0;
}

int nvrtcCompileProgram(void *handle, int count, const char *const *options) {
    auto &program = *static_cast<Program *>(handle);
    auto source = replaced(
        program.source, R"(asm("cvt.f32.f16 %0, %1;" : "=f"(result) : "h"(value)))", "result = emulated_widening(value)");
    source = replaced(
        source, R"(asm("cvt.rn.f16.f32 %0, %1;" : "=h"(result) : "f"(value)))", "result = emulated_narrowing(value)");
    std::string calls;
    std::regex kernel("\nKERNEL (\\w+)\\(");
    for (std::sregex_iterator match(source.begin(), source.end(), kernel), end; match != end; ++match) {
        auto name = (*match)[1].str();
        calls += "extern \"C\" void call_" + name + "(void **arguments) { emulated_call(&" + name + ", arguments); }\n";
    }
    auto folder = temporaryFolder();
    std::ofstream(folder + "/kernel.cpp") << preamble << source << "\n" << calls;
    auto *compiler = std::getenv("CXX");
    std::string command = std::string(compiler ? compiler : "g++") + " -std=c++17 -O1 -ffp-contract=off -fPIC -shared -w";
    for (int i = 0; i < count; i++) {
        if (strncmp(options[i], "-D", 2) == 0) command += std::string(" ") + options[i];
    }
    command += " " + folder + "/kernel.cpp -o " + folder + "/kernel.so 2> " + folder + "/log";
    auto status = system(command.c_str());
    program.log = content(folder + "/log");
    auto code = content(folder + "/kernel.so");
    auto size = static_cast<uint64_t>(code.size());
    program.image = std::string(reinterpret_cast<char *>(&size), 8) + code;
    if (system(("rm -rf " + folder).c_str()) != 0) return 1;
    return status == 0 ? 0 : 6;
}

int nvrtcGetProgramLogSize(void *program, size_t *size) {
    *size = static_cast<Program *>(program)->log.size() + 1;
    return 0;
}

int nvrtcGetProgramLog(void *program, char *log) {
    strcpy(log, static_cast<Program *>(program)->log.c_str());
    return 0;
}

int nvrtcGetCUBINSize(void *program, size_t *size) {
    *size = static_cast<Program *>(program)->image.size();
    return 0;
}

int nvrtcGetCUBIN(void *program, char *image) {
    auto &from = static_cast<Program *>(program)->image;
    memcpy(image, from.data(), from.size());
    return 0;
}

int nvrtcGetPTXSize(void *program, size_t *size) { return nvrtcGetCUBINSize(program, size); }
int nvrtcGetPTX(void *program, char *image) { return nvrtcGetCUBIN(program, image); }

int nvrtcGetNumSupportedArchs(int *count) {
    *count = 1;
    return 0;
}

int nvrtcGetSupportedArchs(int *architectures) {
    architectures[0] = 90;
    return 0;
}

// The driver

int cuDeviceGet(int *device, int) {
    *device = 0;
    return 0;
}

// The capability's first number is attribute 75, its second 76.
int cuDeviceGetAttribute(int *value, int attribute, int) {
    *value = attribute == 75 ? 9 : 0;
    return 0;
}

int cuCtxGetCurrent(void **context) {
    *context = context;
    return 0;
}

int cuCtxSetCurrent(void *) { return 0; }
int cuDevicePrimaryCtxRetain(void **, int) { return 0; }

int cuGetErrorString(int, const char **text) {
    *text = "the emulator cannot load this";
    return 0;
}

int cuModuleLoadData(void **module, const void *image) {
    uint64_t size = 0;
    memcpy(&size, image, 8);
    auto folder = temporaryFolder();
    auto path = folder + "/kernel.so";
    std::ofstream(path, std::ios::binary).write(static_cast<const char *>(image) + 8, static_cast<long>(size));
    *module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    unlink(path.c_str());
    rmdir(folder.c_str());
    return *module ? 0 : 200;
}

int cuModuleGetFunction(void **function, void *module, const char *name) {
    auto call = dlsym(module, (std::string("call_") + name).c_str());
    if (!call) return 500;
    variable<void (*)()>(module, "emulated_barrier") = barrier;
    *function = new Function{module, reinterpret_cast<void (*)(void **)>(call)};
    return 0;
}

int cuLaunchKernel(
    void *function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ,
    unsigned, void *, void **arguments, void **) {
    // As on a device of compute capability 9.0.
    if (gridX == 0 || gridY == 0 || gridZ == 0 || gridY > 65535 || blockX * blockY * blockZ > 1024) return 1;
    running = *static_cast<Function *>(function);
    runningArguments = arguments;
    variable<Index>(running.library, "emulated_threads") = {blockX, blockY, blockZ};
    variable<Index>(running.library, "emulated_blocks") = {gridX, gridY, gridZ};
    for (unsigned z = 0; z < gridZ; z++) {
        for (unsigned y = 0; y < gridY; y++) {
            for (unsigned x = 0; x < gridX; x++) {
                variable<Index>(running.library, "emulated_block") = {x, y, z};
                runBlock({blockX, blockY, blockZ});
            }
        }
    }
    return 0;
}

}  // extern "C"
