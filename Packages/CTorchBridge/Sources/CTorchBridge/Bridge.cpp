// All of the bridge as one translation unit, since parsing LibTorch's headers takes most of the time to compile a file: 16 s
// for all files together, 8 s for each alone.
#include "Arithmetic.cpp"
#include "Autograd.cpp"
#include "Base.cpp"
#include "Creation.cpp"
#include "Distributed.cpp"
#include "Function.cpp"
#include "Layers.cpp"
#include "Optimization.cpp"
#include "Reduction.cpp"
#include "Runtime.cpp"
#include "Shape.cpp"
#include "Tensor.cpp"
