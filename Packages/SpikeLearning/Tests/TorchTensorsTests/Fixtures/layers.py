"""What Python's torch computes for the layers; writes layers.json beside this file.

Arrays are float64: {"shape": [...], "values": [...]}. Each case holds the inputs and the outputs by name.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
cases = {}


def array(tensor):
    return {"shape": list(tensor.shape), "values": tensor.double().flatten().tolist()}


def case(name, result, **inputs):
    cases[name] = {key: array(value) for key, value in {**inputs, "result": result}.items()}


x, y = torch.randn(2, 3, 4), torch.randn(4, 5)
case("matmul", x @ y, x=x, y=y)
x, w, b = torch.randn(2, 3), torch.randn(4, 3), torch.randn(4)
case("linear", F.linear(x, w, b), x=x, weight=w, bias=b)
x, w, b = torch.randn(2, 4, 9), torch.randn(6, 2, 3), torch.randn(6)
case("convolution 1d", F.conv1d(x, w, b, stride=2, padding=1, dilation=2, groups=2), x=x, weight=w, bias=b)
x, w, b = torch.randn(2, 3, 6, 5), torch.randn(4, 3, 3, 2), torch.randn(4)
case("convolution 2d", F.conv2d(x, w, b, stride=2, padding=1), x=x, weight=w, bias=b)
x, w = torch.randn(1, 4, 5, 5), torch.randn(4, 1, 3, 3)
case("depthwise", F.conv2d(x, w, dilation=2, padding=2, groups=4), x=x, weight=w)
x = torch.randn(2, 2, 5, 6)
case("max pooling", F.max_pool2d(x, 3, 2, 1), x=x)
case("average pooling", F.avg_pool2d(x, 3, 2, 1), x=x)
case("adaptive pooling", F.adaptive_avg_pool2d(x, (2, 4)), x=x)
case("upsampling", F.interpolate(x, scale_factor=2, mode="nearest"), x=x)
w, b, mean, variance = torch.randn(2), torch.randn(2), torch.randn(2), torch.rand(2) + 0.5
before = {"x": x, "weight": w, "bias": b, "mean": mean.clone(), "variance": variance.clone()}
case("normalisation by running statistics", F.batch_norm(x, mean, variance, w, b, False, 0.1, 1e-3), **before)
result = F.batch_norm(x, mean, variance, w, b, True, 0.2, 1e-3)
case("normalisation by the batch", result, **before, mean_after=mean, variance_after=variance)
x, classes, soft = torch.randn(4, 5), torch.tensor([1, 0, 4, 2]), torch.softmax(torch.randn(4, 5), 1)
case("cross entropy", F.cross_entropy(x, classes), x=x, target=classes)
case("smoothed cross entropy", F.cross_entropy(x, classes, label_smoothing=0.1), x=x, target=classes)
case("cross entropy of probabilities", F.cross_entropy(x, soft), x=x, target=soft)
case("binary cross entropy", F.binary_cross_entropy_with_logits(x, soft), x=x, target=soft)
case("mean squared error", F.mse_loss(x, soft), x=x, target=soft)

document = {"torch": torch.__version__.split("+")[0], "cases": cases}
pathlib.Path(__file__).with_name("layers.json").write_text(json.dumps(document) + "\n")
