"""Writes layers.json and training.json beside itself: what PyTorch's layers, optimizers and schedules compute."""

import json
import pathlib

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)


def draw(*shape):
    """Normal numbers with few digits, so that float32 holds them exactly."""
    return (torch.randn(shape) * 256).round() / 256


def record(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().flatten().double().tolist()}


def record_all(named):
    return {name: record(tensor) for name, tensor in named}


def run(layer, x, weights):
    layer.zero_grad()
    x = x.clone().requires_grad_()
    y = layer(x)
    (y * weights(y)).sum().backward()
    return {
        "output": record(y),
        "outputGradient": record(weights(y)),
        "inputGradient": record(x.grad),
        "gradients": {name: record(p.grad) for name, p in layer.named_parameters()},
        "state": record_all(layer.state_dict().items()),
    }


def layer_case(name, layer, *shape):
    for tensor in layer.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(draw(*tensor.shape))
    for key, tensor in layer.state_dict().items():
        if key.endswith("running_var"):
            tensor.copy_(tensor.abs() + 0.5)
    state = record_all((key, tensor.clone()) for key, tensor in layer.state_dict().items())
    x = draw(*shape)
    chosen = {}

    def weights(y):
        return chosen.setdefault("weights", draw(*y.shape))

    layer.train()
    training = run(layer, x, weights)
    layer.eval()
    return {
        "name": name, "state": state, "input": record(x), "training": training, "evaluation": run(layer, x, weights),
    }


layers = [
    layer_case("linear", nn.Linear(3, 4), 2, 3),
    layer_case("linear without bias", nn.Linear(3, 4, bias=False), 2, 5, 3),
    layer_case("conv1d", nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2), 2, 4, 9),
    layer_case("conv1d dilated", nn.Conv1d(2, 3, 2, dilation=3, bias=False), 2, 2, 8),
    layer_case("conv2d", nn.Conv2d(2, 3, 3, padding=1), 2, 2, 5, 4),
    layer_case(
        "conv2d all", nn.Conv2d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2, bias=False), 2, 4, 7, 6),
    layer_case("batchnorm1d", nn.BatchNorm1d(3), 6, 3),
    layer_case("batchnorm1d sequence", nn.BatchNorm1d(3, eps=1e-3, momentum=0.3), 2, 3, 4),
    layer_case("batchnorm2d", nn.BatchNorm2d(3), 2, 3, 3, 2),
    layer_case("batchnorm2d not affine", nn.BatchNorm2d(3, affine=False), 2, 3, 3, 2),
    layer_case("batchnorm2d without statistics", nn.BatchNorm2d(3, track_running_stats=False), 2, 3, 3, 2),
    layer_case("maxpool2d", nn.MaxPool2d(3, stride=2, padding=1), 2, 2, 6, 5),
    layer_case("avgpool2d", nn.AvgPool2d(3, stride=2, padding=1), 2, 2, 6, 5),
    layer_case("avgpool2d default", nn.AvgPool2d(2), 1, 2, 4, 6),
    layer_case("adaptive", nn.AdaptiveAvgPool2d((2, 3)), 2, 2, 5, 7),
    layer_case("flatten", nn.Flatten(), 2, 3, 2, 2),
    layer_case("sequential", nn.Sequential(
        nn.Conv2d(2, 3, 3, bias=False), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(12, 2)), 3, 2, 4, 4),
]

STEPS = 20
start = {"a": draw(3, 2), "b": draw(3)}
# `b` has no gradient at first, and at every fifth step.
gradients = [
    {"a": draw(3, 2)} if step < 2 or step % 5 == 4 else {"a": draw(3, 2), "b": draw(3)} for step in range(STEPS)
]


def optimizer_case(name, make):
    parameters = {key: nn.Parameter(value.clone()) for key, value in start.items()}
    optimizer = make([
        {"params": [parameters["a"]], "lr": 0.05, "weight_decay": 0.1},
        {"params": [parameters["b"]], "lr": 0.02, "weight_decay": 0.0},
    ])
    course = []
    for step in gradients:
        for key, parameter in parameters.items():
            parameter.grad = step[key].clone() if key in step else None
        optimizer.step()
        course.append(record_all(parameters.items()))
    return {"name": name, "course": course}


optimizers = [
    optimizer_case("sgd", lambda groups: torch.optim.SGD(groups, lr=1)),
    optimizer_case("momentum", lambda groups: torch.optim.SGD(groups, lr=1, momentum=0.9)),
    optimizer_case("dampening", lambda groups: torch.optim.SGD(groups, lr=1, momentum=0.8, dampening=0.3)),
    optimizer_case("nesterov", lambda groups: torch.optim.SGD(groups, lr=1, momentum=0.9, nesterov=True)),
    optimizer_case("adamw", lambda groups: torch.optim.AdamW(groups, lr=1, foreach=False)),
    optimizer_case("adamw betas", lambda groups: torch.optim.AdamW(groups, betas=(0.7, 0.95), eps=1e-3, foreach=False)),
]


def clipping(function):
    parameters = [nn.Parameter(value.clone()) for value in start.values()]
    for parameter, gradient in zip(parameters, gradients[2].values()):
        parameter.grad = gradient.clone()
    result = function(parameters)
    clipped = {name: record(parameter.grad) for name, parameter in zip(start, parameters)}
    return {"norm": 0.0 if result is None else float(result), "gradients": clipped}


class Holder(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(start["a"].clone())
        self.b = nn.Parameter(start["b"].clone())


holder = Holder()
averaged = torch.optim.swa_utils.AveragedModel(
    holder, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9))
averaged.update_parameters(holder)
with torch.no_grad():
    for step in gradients:
        for key, value in step.items():
            getattr(holder, key).copy_(value)
        averaged.update_parameters(holder)

descent = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.4)
schedule = torch.optim.lr_scheduler.SequentialLR(
    descent, [
        torch.optim.lr_scheduler.LinearLR(descent, start_factor=0.1, total_iters=5),
        torch.optim.lr_scheduler.CosineAnnealingLR(descent, T_max=25, eta_min=0.01),
    ], milestones=[5])
rates = []
for step in range(31):
    rates.append(descent.param_groups[0]["lr"])
    descent.step()
    schedule.step()

training = {
    "torch": torch.__version__,
    "start": record_all(start.items()),
    "gradients": [record_all(step.items()) for step in gradients],
    "optimizers": optimizers,
    "clippedNorm": clipping(lambda parameters: nn.utils.clip_grad_norm_(parameters, 0.5)),
    "keptNorm": clipping(lambda parameters: nn.utils.clip_grad_norm_(parameters, 50)),
    "clippedValue": clipping(lambda parameters: nn.utils.clip_grad_value_(parameters, 0.5)),
    "average": record_all(averaged.module.named_parameters()),
    "rates": rates,
}
here = pathlib.Path(__file__).parent
(here / "layers.json").write_text(json.dumps({"torch": torch.__version__, "layers": layers}) + "\n")
(here / "training.json").write_text(json.dumps(training) + "\n")
