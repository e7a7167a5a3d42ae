"""Gradients of spikes, against loops in PyTorch that its automatic differentiation goes through."""

import itertools

import numpy as np
import pytest
import spikekit
from spikekit import CodecError

torch = pytest.importorskip("torch")
from spikekit.torch import Encoder, Surrogate, spike  # noqa: E402

SURROGATES = [
    Surrogate.sigmoid(), Surrogate.arctangent(), Surrogate.triangle(0.5), Surrogate.fast_sigmoid(3),
    Surrogate.rectangle(1.9)]


def signs(v, threshold, surrogate, fires_at_equality=False):
    """The spikes up and down of a value."""
    if fires_at_equality:
        return spike(v / threshold - 1, surrogate), spike(-v / threshold - 1, surrogate)
    # Surrogates are symmetric, so that this is the same gradient.
    return 1 - spike(1 - v / threshold, surrogate), 1 - spike(1 + v / threshold, surrogate)


def held(spikes, detaches_reset):
    return spikes.detach() if detaches_reset else spikes


def following(x, edge, step, surrogate, detaches_reset, is_bipolar):
    """Step-forward and level crossing of one channel."""
    base, found = x[0], []
    for value in x:
        up, down = signs(value - base, edge, surrogate)
        found.append(up - down if is_bipolar else up)
        base = base + step * held(up - down, detaches_reset)
    return torch.stack(found)


def step_forward(x, codec, p, surrogate, detaches_reset):
    return following(x, p["threshold"], p["threshold"], surrogate, detaches_reset, codec.polarity == "bipolar")


def level_crossing(x, codec, p, surrogate, detaches_reset):
    edge = (1 + p["hysteresis"]) * p["threshold"] / 2
    return following(x, edge, p["threshold"], surrogate, detaches_reset, codec.polarity == "bipolar")


def delta(x, codec, p, surrogate, detaches_reset):
    before = torch.cat([x[:1] if codec.padding == "edge" else torch.zeros_like(x[:1]), x[:-1]])
    up, down = signs(x - before, p["threshold"], surrogate, fires_at_equality=True)
    return up - down if codec.polarity == "bipolar" else up


def rate_step_forward(x, codec, p, surrogate, detaches_reset):
    before = x[:-1]
    if codec.padding == "zero":
        before = torch.cat([torch.zeros_like(x[:1]), x[1:-1]])
    return torch.cat([torch.zeros_like(x[:1]), (x[1:] - before) / p["threshold"]])


def lif(x, codec, p, surrogate, detaches_reset):
    low, high = x.detach().min(), x.detach().max()
    z = 2 * (x - low) / (high - low) - 1
    zero = torch.zeros(()).double()
    membrane, found, base = zero, [zero], None if codec.dialect == "reference" else zero
    for t in range(1, len(x)):
        potential = membrane + z[t]
        if base is None:
            base = z[1]
            found.append(zero)
            membrane = p["membrane_constant"] * potential
            continue
        up, down = signs(potential - base, p["threshold"], surrogate)
        if up + down > 0:
            base = zero
        found.append(up - down if codec.polarity == "bipolar" else up)
        membrane = p["membrane_constant"] * potential * (1 - held(up + down, detaches_reset))
    return torch.stack(found)


def magnitude(x):
    """|x|, with the derivative 0 where x is 0 but for rounding."""
    return torch.where(x.abs() > 2.0**-20, x, x.detach()).abs()


def bsa(x, codec, p, surrogate, detaches_reset):
    low, high = x.detach().min(), x.detach().max()
    rest = (x - low) / (high - low)
    taps = torch.from_numpy(spikekit.low_pass_taps(codec.order, codec.cutoff).astype(np.float32).astype(np.float64))
    found, first = [], 0
    if codec.dialect == "reference":
        taps, first, found = taps[1:], 1, [torch.zeros(()).double()]
    for t in range(first, len(x)):
        h = torch.zeros_like(rest)
        h[t : t + len(taps)] = taps[: len(x) - t]
        window = (h != 0).double()
        value = ((magnitude(rest) - magnitude(rest - h)) * window).sum()
        fires = spike(value - p["threshold"], surrogate)
        found.append(fires)
        rest = rest - h * held(fires, detaches_reset)
    return torch.stack(found)


def codecs():
    for polarity in ("bipolar", "unipolar"):
        yield spikekit.StepForward(0.375, polarity=polarity), step_forward
        yield spikekit.LevelCrossing(0.5, hysteresis=0.25, polarity=polarity), level_crossing
        yield spikekit.LeakyIntegrateAndFire(0.625, membrane_constant=0.75, polarity=polarity), lif
        for padding in ("edge", "zero"):
            yield spikekit.DeltaModulation(0.3125, polarity=polarity, padding=padding), delta
    yield spikekit.LeakyIntegrateAndFire(0.625, membrane_constant=0.75, dialect="reference"), lif
    for dialect in ("standard", "reference"):
        yield spikekit.BensSpiker(6, cutoff=0.15, threshold=0.7, dialect=dialect), bsa
    for padding in ("edge", "zero"):
        yield spikekit.RateStepForward(0.3125, padding=padding), rate_step_forward


@pytest.mark.parametrize("codec, loop", list(codecs()), ids=lambda value: repr(value)[:60])
@pytest.mark.parametrize("surrogate", SURROGATES, ids=lambda surrogate: surrogate.kind)
@pytest.mark.parametrize("detaches_reset", [False, True])
def test_gradients_are_those_of_a_loop(codec, loop, surrogate, detaches_reset, random):
    # Whole multiples of 1/1024 in a range of 4 are scaled and subtracted alike in both precisions.
    values = np.round(np.cumsum(random.normal(size=(2, 45)), axis=1).clip(-8, 8) * 256) / 1024
    values[:, 20], values[:, 40] = -2, 2
    weights = torch.from_numpy(random.normal(size=(2, 45)))
    names = [name for name in ("threshold", "hysteresis", "membrane_constant") if hasattr(type(codec), name)]
    module = Encoder(codec, surrogate=surrogate, detaches_reset=detaches_reset, learn=names)
    module.double()
    signal = torch.from_numpy(values).requires_grad_()
    spikes = module(signal)
    (spikes * weights).sum().backward()

    expected = torch.from_numpy(values).requires_grad_()
    parameters = {
        name: torch.tensor(float(np.float32(getattr(codec, name)))).double().requires_grad_() for name in names}
    rows = torch.stack([loop(row, codec, parameters, surrogate, detaches_reset) for row in expected])
    assert torch.equal(rows.detach() if not codec.is_graded else spikes.detach(), spikes.detach())
    assert spikes.detach().count_nonzero() > 0
    (rows * weights).sum().backward()
    scale = max(1, expected.grad.abs().max().item())
    assert (signal.grad - expected.grad).abs().max().item() <= 1e-6 * scale
    for name in names:
        found, wanted = getattr(module, name).grad.item(), parameters[name].grad
        wanted = 0 if wanted is None else wanted.item()
        assert abs(found - wanted) <= 1e-6 * max(1, abs(wanted)), name


@pytest.mark.parametrize("surrogate", SURROGATES, ids=lambda surrogate: surrogate.kind)
def test_derivatives_are_those_of_the_values(surrogate):
    u = torch.linspace(-3, 3, 601).double() + 1e-4
    step = 1e-6
    difference = (surrogate.value(u + step) - surrogate.value(u - step)) / (2 * step)
    assert (surrogate.derivative(u) - difference).abs().max() < 1e-3
    # Approximations of the step rise from 0 to 1 about the threshold, where they are 1/2.
    assert surrogate.value(torch.tensor(0.0)) == 0.5
    assert surrogate.value(torch.tensor(50.0)) > 0.8 and surrogate.value(torch.tensor(-50.0)) < 0.2
    x = u.clone().requires_grad_()
    found = spike(x, surrogate)
    assert torch.equal(found, (u >= 0).double())
    found.sum().backward()
    assert torch.equal(x.grad, surrogate.derivative(u))


def test_the_derivatives_by_hand():
    u = torch.tensor([0.0, 0.5]).double()
    expected = {
        "sigmoid": [1, 4 * np.exp(-2) / (1 + np.exp(-2)) ** 2], "arctangent": [1, 1 / (1 + (np.pi / 2) ** 2)],
        "triangle": [1, 0.5], "fast_sigmoid": [1, 1 / 13.5**2], "rectangle": [1, 1]}
    for kind, values in expected.items():
        surrogate = getattr(Surrogate, kind)()
        np.testing.assert_allclose(surrogate.derivative(u).numpy(), values, rtol=1e-12)


def test_gradients_by_hand():
    # Spike 1: d = 1, u = 1 and -3; the base moves to 0.5. Spike 2: d = 0.25, u = -0.5 and -1.5.
    signal = torch.tensor([0.0, 1.0, 0.75]).requires_grad_()
    surrogate = Surrogate.triangle(0.5)
    spikes = Encoder(spikekit.StepForward(0.5), surrogate=surrogate, detaches_reset=True)(signal)
    assert spikes.tolist() == [0, 1, 0]
    spikes[2].backward()
    slope = (0.5 * (1 - 0.25) + 0.5 * (1 - 0.75)) / 0.5
    assert signal.grad.tolist() == [-slope, 0, slope]


@pytest.mark.parametrize("cutoff", [0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
def test_a_rest_equal_to_a_tap(cutoff):
    # The taps are a, b and a, and 2·a + b = 1. After spikes 0 and 1, sample 2 has the rest 1 − a − b = a, and sample 3
    # has −a. So v[2] = |a| − |a − a| + |−a| − |−a − b|, whose derivatives are 1 − 0 and −1 + 1.
    codec = spikekit.BensSpiker(2, cutoff=cutoff, threshold=0)
    signal = torch.tensor([1.0, 1.0, 1.0, 0.0]).double().requires_grad_()
    surrogate = Surrogate.arctangent()
    spikes = Encoder(codec, surrogate=surrogate, detaches_reset=True)(signal)
    assert spikes.tolist()[:3] == [1, 1, 0]
    spikes[2].backward()
    a, b = spikekit.low_pass_taps(2, cutoff)[:2]
    slope = surrogate.derivative(torch.tensor(a - b)).item()
    np.testing.assert_allclose(signal.grad.numpy(), [0, 0, slope, 0], rtol=1e-6)


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("name", ["step-forward", "level-crossing", "lif", "bsa", "rate", "receptive-fields", "pwm"])
def test_axes_and_batches(name, axis, random):
    values = torch.from_numpy(random.normal(size=(3, 2, 40)))
    weights = None
    grads = []
    for at in (-1, axis):
        signal = values.movedim(-1, at).clone().requires_grad_()
        spikes = Encoder(name, axis=at)(signal)
        spikes = spikes.movedim(at, -1)
        weights = torch.from_numpy(np.random.default_rng(5).normal(size=tuple(spikes.shape)))
        (spikes * weights).sum().backward()
        grads.append(signal.grad.movedim(at, -1))
    assert torch.equal(grads[0], grads[1])
    # Each recording of a batch is differentiated as if it were alone.
    alone = values[1].clone().requires_grad_()
    (Encoder(name)(alone) * weights[1]).sum().backward()
    torch.testing.assert_close(alone.grad, grads[0][1], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("shape", [(30,), (2, 30), (3, 2, 30)])
@pytest.mark.parametrize("name", ["step-forward", "rate", "receptive-fields"])
def test_shapes_and_types(name, shape):
    for kind in (torch.float32, torch.float64, torch.float16, torch.bfloat16):
        signal = (torch.arange(np.prod(shape)).reshape(shape) % 7 / 7).to(kind).requires_grad_()
        spikes = Encoder(name)(signal)
        assert spikes.dtype == kind and spikes.requires_grad
        # The rates of receptive fields add up to a constant.
        (spikes * torch.linspace(0, 1, spikes.numel()).reshape(spikes.shape).to(kind)).sum().backward()
        assert signal.grad.dtype == kind and signal.grad.shape == shape and signal.grad.abs().sum() > 0


def test_a_channel_has_its_own_threshold():
    module = Encoder(spikekit.StepForward([0.1, 0.4]), learn="threshold")
    signal = torch.sin(torch.linspace(0, 9, 80)).repeat(3, 2, 1)
    module(signal)[:, 1].sum().backward()
    assert module.threshold.shape == (2,) and module.threshold.grad[0] == 0 and module.threshold.grad[1] != 0
    assert module.threshold.grad.dtype == torch.float32
    module(signal.double())[:, 1].sum().backward()
    assert module.threshold.grad.dtype == torch.float32
    assert module.trained == spikekit.StepForward([0.1, 0.4])
    assert set(module.state_dict()) == {"threshold"}


def test_far_from_zero_has_the_gradients_of_near_zero():
    values = torch.round(torch.sin(torch.linspace(0, 9, 80)).double() * 1024) / 1024
    grads = []
    for offset in (0, 1e9):
        signal = (values + offset).requires_grad_()
        Encoder(spikekit.StepForward(0.25))(signal).sum().backward()
        grads.append(signal.grad)
    torch.testing.assert_close(grads[0], grads[1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("conversion, dialect", [("poisson", "standard"), ("deterministic", "standard")])
def test_spikes_of_rates_have_the_gradient_of_the_rate(conversion, dialect):
    codec = spikekit.RateCode(10, conversion=conversion, dialect=dialect, minimum=-1, maximum=3, maximum_rate=0.5)
    signal = torch.tensor([0.0, 5.0, -2.0, 2.9]).requires_grad_()
    spikes = Encoder(codec)(signal)
    assert torch.equal(spikes, codec.encode(signal).spikes.float())
    spikes.sum().backward()
    # Ten steps of rate 0.5 · (x + 1)/4; clipped values have none.
    assert signal.grad.tolist() == [1.25, 0, 0, 1.25]


def test_spikes_of_fields_have_the_gradient_of_their_rates():
    codec = spikekit.ReceptiveFields(5, sigma=0.2, steps=8, minimum=-2, maximum=2, maximum_rate=0.7)
    signal = torch.tensor([[-1.9, 0.3, 1.2], [0.0, 0.5, -0.7]]).double().requires_grad_()
    weights = torch.from_numpy(np.random.default_rng(1).normal(size=(10, 24)))
    (Encoder(codec)(signal) * weights).sum().backward()

    def rates(values):
        scaled = (values + 2) / 4
        response = np.exp(-((scaled[:, None] - np.linspace(0, 1, 5)[:, None]) ** 2) / (2 * 0.04))
        return (0.7 * response / response.sum(axis=1, keepdims=True)).reshape(10, 3).repeat(8, axis=1)

    values = signal.detach().numpy()
    for place in itertools.product(range(2), range(3)):
        moved = np.zeros((2, 3))
        moved[place] = 1e-6
        difference = ((rates(values + moved) - rates(values - moved)) * weights.numpy()).sum() / 2e-6
        assert abs(signal.grad[place].item() - difference) < 1e-6


def test_pulse_width_passes_the_gradient_straight_through():
    signal = torch.randn(2, 30, generator=torch.Generator().manual_seed(3)).requires_grad_()
    weights = torch.randn(2, 30, generator=torch.Generator().manual_seed(4))
    spikes = Encoder("pwm")(signal)
    assert torch.equal(spikes, spikekit.PulseWidthModulation().encode(signal).spikes.float())
    (spikes * weights).sum().backward()
    assert torch.equal(signal.grad, weights)


def test_without_a_surrogate_there_is_no_gradient():
    signal = torch.randn(2, 30).requires_grad_()
    for name in spikekit.Codec.all:
        assert not Encoder(name, surrogate=None)(signal).requires_grad


@pytest.mark.parametrize("make, message", [
    (lambda: Encoder("pwm", learn="frequency"), "pwm: 'frequency' has no gradient; these have: none"),
    (lambda: Encoder("bsa", learn=["order"]), "bsa: 'order' has no gradient; these have: threshold"),
    (lambda: Encoder("lif", learn="threshold", surrogate=None), "lif: learning threshold needs a surrogate"),
    (lambda: Encoder("rate-step-forward", learn="threshold"), "rate-step-forward: give the threshold to learn"),
    (lambda: Encoder("lif", surrogate="sigmoid"), "surrogate must be a Surrogate, got 'sigmoid'"),
    (lambda: Encoder("lif")(np.zeros(3)), "the recording must be a tensor, got ndarray"),
    (lambda: Surrogate.sigmoid(0), "sigmoid: slope must be finite and > 0, got 0"),
    (lambda: Surrogate.rectangle(float("nan")), "rectangle: width must be finite and > 0, got nan"),
    (lambda: Surrogate("round", 1), "the kind of a surrogate must be sigmoid, arctangent, .* or rectangle, got"),
])
def test_messages(make, message):
    with pytest.raises((CodecError, TypeError, ValueError), match=message):
        make()


def test_second_derivatives_are_refused():
    signal = torch.randn(2, 30).requires_grad_()
    first, = torch.autograd.grad(Encoder("lif")(signal).square().sum(), signal, create_graph=True)
    with pytest.raises(RuntimeError, match="differentiate twice"):
        first.sum().backward()


def test_training_through_spikes_lowers_the_loss():
    # A gain before the encoder and its threshold are learned, so that spikes tell two frequencies apart.
    torch.manual_seed(2)
    torch.set_num_threads(1)
    time = torch.linspace(0, 6, 120)
    slow, fast = torch.sin(time), torch.sin(3 * time)
    signals = torch.stack([slow, fast]).repeat(20, 1) + 0.05 * torch.randn(40, 120)
    labels = torch.tensor([0.0, 1.0]).repeat(20)
    gain = torch.nn.Parameter(torch.tensor(0.3))
    encoder = Encoder(spikekit.StepForward(1.5), learn="threshold")
    readout = torch.nn.Linear(2, 1)
    optimizer = torch.optim.Adam([gain, *encoder.parameters(), *readout.parameters()], lr=0.03)
    losses = []
    for _ in range(200):
        spikes = encoder((gain * signals)[:, None])[:, 0]
        counts = torch.stack([spikes.clamp(min=0).mean(dim=1), (-spikes).clamp(min=0).mean(dim=1)], dim=1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(readout(20 * counts)[:, 0], labels)
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    # At first there are no spikes at all; only gradients through them can make the encoder spike.
    assert not spikekit.StepForward(1.5).encode(0.3 * signals).spikes.any()
    assert losses[0] > 0.6 and losses[-1] < 0.3, losses[::20]


def test_the_first_samples_of_codecs_that_begin_at_the_second():
    signal = torch.tensor([4.0, 3.0, 5.0]).requires_grad_()
    sizes = Encoder(spikekit.RateStepForward(2, padding="zero"))(signal)
    assert sizes.tolist() == [0, 1.5, 1]
    grads = [torch.autograd.grad(size, signal, retain_graph=True)[0].tolist() for size in sizes]
    assert grads == [[0, 0, 0], [0, 0.5, 0], [0, -0.5, 0.5]]
    spikes = Encoder(spikekit.LeakyIntegrateAndFire(0.5))(signal)
    assert spikes[0] == 0 and torch.autograd.grad(spikes[0], signal)[0].tolist() == [0, 0, 0]
