"""Shapes, states and searches as in the package, and results where the package fails."""

import importlib
import json
import sys
import wave

import numpy as np
import pytest
import torch
from spike_encoding.base_converter import BaseConverter
from spike_encoding.bens_spiker_algorithm import BensSpikerAlgorithm
from spike_encoding.bin_encoder import BinEncoder, gaussian_response, transform_firing_rates
from spike_encoding.delta_modulation_converter import DeltaModulationConverter
from spike_encoding.encoder_common import poisson, rate
from spike_encoding.gymnasium_bounds_finder import (
    ConverterFactory, MinMaxScaler, ScalerFactory, get_path_from_dirs, get_runs, load_presaved_env_data, load_treshold,
    save_scaler, save_treshold)
from spike_encoding.gymnasium_encoder import GymnasiumEncoder
from spike_encoding.lif_based_encoding import LIFBasedEncoding
from spike_encoding.pulse_width_modulation import PulseWidthModulation
from spike_encoding.rate_step_forward_converter import RateStepForwardConverter
from spike_encoding.step_forward_converter import StepForwardConverter

SIGNAL = torch.stack([torch.sin(torch.linspace(0, 10, 200)), 3 * torch.cos(torch.linspace(0, 20, 200))])
CONVERTERS = [StepForwardConverter, BensSpikerAlgorithm, PulseWidthModulation, LIFBasedEncoding]
pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")


@pytest.mark.parametrize("kind", CONVERTERS)
def test_round_trips(kind):
    converter, before = kind(), SIGNAL.clone()
    spikes = converter.encode(SIGNAL)
    decoded = torch.as_tensor(converter.decode(spikes))
    assert decoded.shape == SIGNAL.shape
    assert torch.equal(torch.as_tensor(converter.decode(spikes)), decoded)
    assert torch.equal(SIGNAL, before)
    assert isinstance(converter, torch.nn.Module) and isinstance(converter, BaseConverter)


@pytest.mark.parametrize("kind", CONVERTERS)
def test_dialects(kind):
    def error(dialect):
        converter = kind(0.3, dialect=dialect) if kind is not PulseWidthModulation else kind(40, dialect=dialect)
        if kind is BensSpikerAlgorithm:
            converter.filter_order, converter.filter_cutoff = torch.tensor([20]), torch.tensor([0.05])
        signal = SIGNAL[1:] + 2
        return float(((torch.as_tensor(converter.decode(converter.encode(signal))) - signal) ** 2).mean())

    assert error("standard") != error("reference")
    if kind in (StepForwardConverter, BensSpikerAlgorithm):
        assert error("standard") < error("reference")
    with pytest.raises(ValueError, match="dialect must be reference or standard"):
        kind(dialect="other")


@pytest.mark.parametrize("kind, shapes", [
    (StepForwardConverter, [(2,)]), (LIFBasedEncoding, [(2,), (2,)]), (PulseWidthModulation, [(2,)]),
    (BensSpikerAlgorithm, [(2,), (2,), (2,)]),
])
def test_optimize(kind, shapes):
    converter = kind()
    found = converter.optimize(SIGNAL, trials=60)
    found = found if isinstance(found, tuple) else (found,)
    assert [tuple(tensor.shape) for tensor in found] == shapes
    start = SIGNAL[:, 0] if kind is StepForwardConverter else None
    decoded = torch.as_tensor(
        converter.decode(converter.encode(SIGNAL), start) if start is not None
        else converter.decode(converter.encode(SIGNAL)))
    assert float(((decoded - SIGNAL) ** 2).mean()) < 0.35 * float(SIGNAL.var())
    again = kind().optimize(SIGNAL, trials=60)
    assert all(torch.equal(a, b) for a, b in zip(found, again if isinstance(again, tuple) else (again,)))
    one = kind().optimize(SIGNAL[0], trials=3)
    assert (one[0] if isinstance(one, tuple) else one).shape == (1,)
    with pytest.raises(ValueError, match="3 dimensions"):
        kind().optimize(torch.zeros(2, 3, 4))


def test_optimize_bsa_returns_whole_orders():
    order, cutoff, threshold = BensSpikerAlgorithm().optimize(SIGNAL, trials=20)
    assert order.dtype == torch.int and cutoff.dtype == threshold.dtype == torch.float


def test_optimize_with_another_error():
    seen = []

    def error(decoded, original):
        seen.append((decoded.shape, original.shape))
        return (decoded - original).abs().mean()

    StepForwardConverter().optimize(SIGNAL[0], error, trials=30)
    assert set(seen) == {((1, 200), (1, 200))} and len(seen) <= 30


def test_optimize_3d():
    converter = StepForwardConverter()
    found = converter.optimize_3d(torch.stack([SIGNAL, -SIGNAL, 2 * SIGNAL]))
    assert found.shape == (2,) and (found > 0).all() and torch.equal(converter.threshold, found)


def test_plot_history(monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    StepForwardConverter().optimize(SIGNAL[0], trials=5, plot_history=True)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match="plot_history needs matplotlib"):
        StepForwardConverter().optimize(SIGNAL[0], trials=5, plot_history=True)


def test_step_forward_thresholds():
    one = StepForwardConverter(0.1)
    assert torch.equal(one.encode(SIGNAL), StepForwardConverter([0.1, 0.1]).encode(SIGNAL))
    with pytest.warns(UserWarning, match="threshold has 2 values for 3 features"):
        StepForwardConverter([0.1, 0.5]).encode(torch.zeros(3, 9))
    with pytest.warns(SyntaxWarning, match="threshold has 7 values for 1 features; the first are taken"):
        StepForwardConverter().encode(SIGNAL[0])
    assert torch.equal(one.encode(SIGNAL, threshold=torch.tensor(0.3)), StepForwardConverter(0.3).encode(SIGNAL))
    for wrong in ("a", {}):
        with pytest.raises(ValueError, match="threshold must be a float, int, list, tuple, or torch.Tensor"):
            StepForwardConverter(wrong)
        with pytest.raises(TypeError, match="threshold must be a float, int or torch.Tensor"):
            one.encode(SIGNAL, threshold=wrong)
    assert StepForwardConverter._threshold_as_tensor(0.5).shape == (1,)


def test_step_forward_batches():
    # The package fails for thresholds that are not one per feature, or are given in the call.
    batch = torch.stack([SIGNAL, 2 * SIGNAL, -SIGNAL])
    for converter, given in ((StepForwardConverter(0.2), None), (StepForwardConverter(), [0.2, 0.2])):
        spikes = converter.encode(batch, threshold=given)
        assert spikes.shape == (2, 3, 2, 200)
        decoded = converter.decode(spikes, batch[:, :, 0], given)
        assert decoded.shape == batch.shape
        single = StepForwardConverter(0.2).encode(batch[2])
        assert (spikes[:, 2] != single).float().mean() < 0.01
    with pytest.raises(ValueError, match="two|3|dimensions"):
        StepForwardConverter().encode(torch.zeros(1, 2, 3, 4))


def test_one_time_step():
    assert StepForwardConverter().decode(torch.zeros(2, 2, 1)).shape == (2, 1)
    for kind in CONVERTERS:
        converter = kind()
        assert torch.as_tensor(converter.decode(converter.encode(torch.tensor([[0.5]])))).shape == (1, 1)


def test_membrane_constant_of_step_forward_is_refused():
    with pytest.raises(NotImplementedError, match="use LIFBasedEncoding.optimize"):
        StepForwardConverter().optimizeWithMembraneConstant(SIGNAL)


def test_numbers_are_taken_where_the_package_needs_tensors():
    assert BensSpikerAlgorithm().encode(SIGNAL[:1], 20, 0.1, 0.4).shape == (1, 200)
    assert PulseWidthModulation().encode(SIGNAL, 40.0).shape == (2, 2, 200)
    lif = LIFBasedEncoding()
    assert lif.encode(SIGNAL, 0.3, 0.5).shape == (2, 2, 200)
    assert lif.decode(lif.encode(SIGNAL), initial_value=0.5, threshold=0.5, membrane_constant=0.9).shape == (2, 200)


def test_pwm_without_down_spikes():
    for converter in (PulseWidthModulation(40, down_spike=False), PulseWidthModulation(40)):
        spikes = converter.encode(SIGNAL, down_spike=False)
        assert spikes.shape == (2, 2, 200) and spikes[0].any() and not spikes[1].any()


def test_pwm_with_more_features_than_frequencies():
    pwm = PulseWidthModulation([20, 40])
    many = torch.cat([SIGNAL] * 3)
    spikes = pwm.encode(many)
    assert torch.equal(spikes[:, :2], spikes[:, 2:4]) and pwm.decode(spikes).shape == many.shape
    short = torch.rand(5, 3)
    assert pwm.decode(pwm.encode(short)).shape == short.shape


def test_lif_batches():
    lif, batch = LIFBasedEncoding([0.2, 0.4]), torch.stack([SIGNAL, -SIGNAL])
    spikes = lif.encode(batch)
    assert torch.equal(spikes[:, 1], LIFBasedEncoding([0.2, 0.4]).encode(-SIGNAL))
    assert lif.decode(spikes).shape == batch.shape


@pytest.mark.parametrize("kind", [BensSpikerAlgorithm, LIFBasedEncoding])
def test_decoding_needs_a_range(kind):
    with pytest.raises(ValueError, match="decode needs the range of the signal; encode it first"):
        kind().decode(torch.zeros(1, 9))


def test_bsa_needs_a_value_for_each_feature():
    with pytest.raises(ValueError, match="threshold need one value for each of 9 features"):
        BensSpikerAlgorithm().encode(torch.rand(9, 20))
    with pytest.raises(ValueError, match="dimensions"):
        BensSpikerAlgorithm().encode(torch.rand(2, 3, 20))


def test_constant_signals():
    for kind in CONVERTERS:
        converter = kind()
        spikes = converter.encode(torch.full((1, 20), 2.5))
        assert torch.isfinite(torch.as_tensor(converter.decode(spikes))).all()
        assert torch.equal(converter.normalize_tensor(torch.full((2, 9), 3.0)), torch.zeros(2, 9))


def test_flaws_are_named():
    flawed = SIGNAL.clone()
    flawed[1, 3] = float("nan")
    for kind in CONVERTERS:
        with pytest.raises(ValueError, match="channel 1, sample 3 is nan"):
            kind().encode(flawed)


def test_signals_with_gradients_and_other_types():
    for kind in CONVERTERS:
        expected = kind().encode(SIGNAL.round())
        assert torch.equal(kind().encode(SIGNAL.round().requires_grad_()), expected)
        assert torch.equal(kind().encode(SIGNAL.round().int()).float(), expected)
        assert torch.equal(kind().encode(SIGNAL.round().double()).float(), expected)


def test_delta_encodes_and_decodes():
    delta = DeltaModulationConverter(0.05, off_spike=True)
    spikes = delta.encode(SIGNAL)
    assert torch.equal(spikes, delta(SIGNAL)) and spikes.shape == (2, 2, 200)
    assert delta.decode(spikes).shape == SIGNAL.shape
    standard = DeltaModulationConverter(0.05, off_spike=True, dialect="standard")
    assert torch.equal(standard(torch.stack([SIGNAL, SIGNAL]))[:, 1], spikes)
    batch = delta(torch.stack([SIGNAL.T, SIGNAL.T]))
    assert torch.equal(batch[:, 1].transpose(1, 2), spikes)
    assert torch.equal(delta.decode(batch)[1].T, delta.decode(spikes))
    with pytest.raises(NotImplementedError):
        delta.optimize(SIGNAL)


def test_rate_step_forward_decodes():
    batch = torch.stack([SIGNAL, -SIGNAL, 2 * SIGNAL])
    converter = RateStepForwardConverter(2, torch.tensor([0.5, 0.25]))
    differences = converter.encode(batch)
    torch.testing.assert_close(converter.decode(differences, batch[:, :, 0]), batch, rtol=1e-4, atol=1e-4)
    array = converter.encode(batch.numpy())
    assert isinstance(array, np.ndarray) and np.array_equal(array, differences.numpy())
    assert isinstance(converter.decode(array), np.ndarray)
    spikes = (differences.clamp(-1, 1)[..., None] > torch.linspace(0, 0.99, 50)).int()
    assert converter.decode(spikes).shape == batch.shape
    with pytest.raises(ValueError, match="batch, features, time_steps"):
        converter.encode(SIGNAL)


def test_rate_step_forward_optimizes():
    data = torch.tensor([[[0.0, 1, 3, np.inf], [0, 0, 0, np.inf]], [[0, -5, 0, 0], [0, 0, 0, 0]]])
    assert RateStepForwardConverter(2).optimize(data).tolist() == [5, 1]
    assert RateStepForwardConverter(2).optimize(data.numpy()).tolist() == [5, 1]


def test_poisson():
    np.random.seed(3)
    first = poisson(np.array([[0.0, 0.5, 1.0]]), 1000)
    assert first.shape == (1000, 1, 3) and first.dtype == int
    assert first[..., 0].sum() == 0 and first[..., 2].sum() == 1000 and 400 < first[..., 1].sum() < 600
    np.random.seed(3)
    assert np.array_equal(poisson(np.array([[0.0, 0.5, 1.0]]), 1000), first)


def test_rate():
    spikes = rate(np.array([[0.0, 0.5], [1.0, 1.7], [-1, 0.01]]), 10)
    assert spikes.sum(axis=0).tolist() == [[0, 5], [10, 10], [0, 1]]
    assert rate(np.zeros((0, 3)), 10).shape == (10, 0, 3)
    for wrong in (0, -1, 10**7):
        with pytest.raises(ValueError, match="max_t must be"):
            rate(np.zeros(3), wrong)
    with pytest.raises(ValueError, match="a rate is NaN"):
        rate(np.array([np.nan]), 5)


def test_bins():
    encoder = BinEncoder(10, min_values=np.array([-2, -5]), max_values=np.array([2, 5]), n_bins=3)
    assert encoder.encode(np.array([1.8, 0])).shape == (10, 1, 6)
    assert encoder.encode(np.array([[1.8, 0], [0, 0]])).shape == (10, 2, 6)
    assert gaussian_response(0.5, 0.5) == 1
    np.testing.assert_allclose(transform_firing_rates([0.2, 0.9], 4).reshape(2, 4).sum(axis=1), 1)
    assert np.array_equal(transform_firing_rates([0.0], 3, 1e-9), [1, 0, 0])


def shown(spikes):
    return "".join(map(str, spikes.ravel()))


def test_random_bins_are_those_of_the_package():
    # What version 1.8.2 of the package gives for these calls, with what other draws from NumPy's generator get.
    np.random.seed(9)
    encoder = BinEncoder(6, [0, -1], [1, 1], n_bins=4)
    state = np.array([[0.2, 0.5]])
    assert shown(encoder.encode(state)) == "000000100100001001000010000000101000001011000010"
    assert np.random.random_sample() == 0.5467102793432796
    assert shown(encoder.encode(state)) == "100000101100001001000011010000100100001001000010"
    np.random.seed(7)
    assert shown(encoder.encode(state)) == "100000100100001011000010010000100100001001000010"


def test_random_observations_are_those_of_the_package():
    bounds = ScalerFactory().from_known_values([0, -1], [1, 1])
    encoder = GymnasiumEncoder(2, 1, 12, bounds, spike_train_conversion_method="poisson", seed=5)
    state = np.array([[0.2, 0.5]])
    first = encoder.encode(state)
    assert shown(first) == "001000000110010001000110011001100010000000000100"
    assert np.random.random_sample() == 0.8137324775869181
    assert shown(encoder.encode(state)) == "001001100010000001100110001000000010000000100010"
    encoder.reset()
    assert np.array_equal(encoder.encode(state), first)
    # Without a seed, the generator is left as it is.
    np.random.seed(3)
    before = np.random.get_state()[1].copy()
    GymnasiumEncoder(2, 1, 12, bounds).reset()
    assert np.array_equal(np.random.get_state()[1], before)


def scaler(values):
    return ScalerFactory().from_known_values([-value for value in values], values)


def test_gymnasium_encoder():
    encoder = GymnasiumEncoder(1, 1, 10, scaler([2.4]))
    assert encoder.encode(np.array([[2.4]])).sum(axis=0).tolist() == [[10, 0]]
    assert encoder.encode(np.array([[-2.4]])).sum(axis=0).tolist() == [[0, 10]]
    assert encoder.encode([[0.0], [2.4]]).shape == (10, 2, 2)
    spikes, rates = encoder.encode(np.array([[1.2]]), return_norm=True)
    np.testing.assert_allclose(rates, [[0.5, 0]])
    whole = GymnasiumEncoder(1, 1, 10, scaler([1]), split_exc_inh=False, add_inverted_inputs=True)
    assert whole.encode([[1]]).sum(axis=0).tolist() == [[10, 0]]
    low = GymnasiumEncoder(
        1, 1, 100, scaler([1]), split_exc_inh=False, add_inverted_inputs=True, max_firing_rate=0.5,
        dialect="standard")
    assert low.encode([[1]]).sum(axis=0).tolist() == [[50, 0]]
    assert low.encode([[-1]]).sum(axis=0).tolist() == [[0, 50]]


def test_gymnasium_encoder_is_seeded():
    def spikes():
        encoder = GymnasiumEncoder(1, 1, 50, scaler([1]), spike_train_conversion_method="poisson", seed=4)
        return encoder.encode([[0.5]])

    assert np.array_equal(spikes(), spikes())


def test_step_coder():
    # The package fails with step_coder, as its object is no module yet when it keeps the converter.
    converter = RateStepForwardConverter(2, torch.tensor([0.1, 0.1]))
    encoder = GymnasiumEncoder(
        2, 1, 10, scaler([1, 1]), np.array([0.1, 0.1]), converter, rate_coder=False, step_coder=True)
    encoder.reset([[0, 0]])
    assert encoder.encode([[0.3, 0]]).sum(axis=0).tolist() == [[10, 0, 0, 0]]
    assert encoder.encode([[0.0, 0]]).sum(axis=0).tolist() == [[0, 0, 10, 0]]
    with pytest.raises(ValueError, match="step_coder needs a converter"):
        GymnasiumEncoder(2, 1, 10, scaler([1, 1]), step_coder=True)
    with pytest.raises(ValueError, match="there is nothing to encode"):
        GymnasiumEncoder(2, 1, 10, scaler([1, 1]), rate_coder=False)


def test_scaler():
    found = MinMaxScaler().fit([[0, 5, 1], [2, 5, 3]])
    assert found.transform([[1, 5, 1]]).tolist() == [[0.5, 0, 0]]
    np.testing.assert_allclose(found.inverse_transform(found.transform([[1.5, 5, 2]])), [[1.5, 5, 2]])


def test_scaler_and_threshold_files(tmp_path, monkeypatch, capsys):
    path = str(tmp_path / "scaler.save")
    assert save_scaler(path, scaler([1, 2]), True) and "Saved scaler at" in capsys.readouterr().out
    assert load_presaved_env_data(path).transform([[0, 0]]).tolist() == [[0.5, 0.5]]
    (tmp_path / "scaler.save").write_text('{"minimum": 3')
    with pytest.raises(ValueError, match="is no scaler in JSON"):
        load_presaved_env_data(path)
    assert save_treshold(path, torch.tensor([0.5, 2.0])) and load_treshold(path).tolist() == [0.5, 2]
    (tmp_path / "scaler.save").write_text("__import__('os')")
    with pytest.raises(ValueError, match="is no list of numbers"):
        load_treshold(path)
    monkeypatch.chdir(tmp_path)
    assert get_path_from_dirs(["a", "b"]) == str(tmp_path / "a" / "b")
    assert ScalerFactory().has_presaved_env_data() is False


def test_scalers_of_joblib(tmp_path, monkeypatch):
    joblib = pytest.importorskip("joblib")
    path = str(tmp_path / "scaler.save")
    for compressed in (0, 3):
        joblib.dump(scaler([1, 2]), path, compress=compressed)
        assert load_presaved_env_data(path).transform([[0, 2]]).tolist() == [[0.5, 1]]
    (tmp_path / "scaler.save").write_bytes(b"\x80\x04junk")
    with pytest.raises(ValueError, match="is no scaler in JSON or of joblib; delete the file, and it is made again"):
        load_presaved_env_data(path)
    joblib.dump([1, 2], path)
    with pytest.raises(ValueError, match="is no scaler in JSON or of joblib"):
        load_presaved_env_data(path)
    monkeypatch.setitem(sys.modules, "joblib", None)
    with pytest.raises(ImportError, match="if joblib wrote it, run: pip install joblib scikit-learn; else delete"):
        load_presaved_env_data(path)


def test_scalers_that_the_package_wrote(tmp_path):
    joblib = pytest.importorskip("joblib")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    path = str(tmp_path / "scaler.save")
    joblib.dump(preprocessing.MinMaxScaler().fit([[-1.0, 0], [1, 4]]), path)
    found = load_presaved_env_data(path)
    assert found.transform([[0, 1]]).tolist() == [[0.5, 0.25]]
    encoder = GymnasiumEncoder(2, 1, 10, found, split_exc_inh=False)
    assert encoder.encode([[0.0, 4.0]]).sum(axis=0).tolist() == [[5, 10]]
    # Scalers of either kind are written as JSON.
    save_scaler(path, found)
    assert load_presaved_env_data(path).transform([[0, 1]]).tolist() == [[0.5, 0.25]]


def test_factories(tmp_path, monkeypatch):
    gymnasium = pytest.importorskip("gymnasium")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ScalerFactory, "num_steps", 2)
    monkeypatch.setattr(ScalerFactory, "workers", 2)
    monkeypatch.setattr(ConverterFactory, "num_steps", 4)
    monkeypatch.setattr(ConverterFactory, "workers", 2)
    environment = gymnasium.make("CartPole-v1")
    found = ScalerFactory().from_env(environment)
    assert np.array_equal(ScalerFactory().from_env(environment).data_max_, found.data_max_)
    np.testing.assert_allclose(found.transform([found.data_max_]), [[1, 1, 1, 1]])
    converter, thresholds = ConverterFactory(environment, found).generate()
    again, read = ConverterFactory(environment, found).generate()
    np.testing.assert_allclose(thresholds, read)
    assert thresholds.shape == (4,) and (thresholds > 0).all()
    encoder = GymnasiumEncoder(4, 1, 10, found, thresholds, converter, step_coder=True)
    assert encoder.encode(environment.reset()[0]).shape == (10, 1, 16)
    runs = get_runs("CartPole-v1", 4, 2)
    assert len(runs) == 4 and runs[0].shape[0] == 4


def test_without_gymnasium(monkeypatch):
    monkeypatch.setitem(sys.modules, "gymnasium", None)
    with pytest.raises(ImportError, match="environments need Gymnasium; run: pip install gymnasium"):
        get_runs("CartPole-v1", 4, 2)


def test_heidelberg_digits(tmp_path, monkeypatch):
    h5py = pytest.importorskip("h5py")
    from spike_encoding.datasets import load_processed_shd

    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    for part in ("train", "test"):
        with h5py.File(tmp_path / "data" / f"shd_{part}.h5", "w") as file:
            times = file.create_dataset("spikes/times", (2,), dtype=h5py.vlen_dtype("f4"))
            units = file.create_dataset("spikes/units", (2,), dtype=h5py.vlen_dtype("u2"))
            times[0], units[0] = np.array([0, 0.7, 5.0], "f4"), np.array([3, 699, 800], "u2")
            times[1], units[1] = np.array([], "f4"), np.array([], "u2")
            file["labels"] = [4, 7]
    matrices, labels, _, _ = load_processed_shd(10)
    assert labels.tolist() == [4, 7] and matrices[0].shape == (10, 700) and matrices[1].nnz == 0
    dense = matrices[0].toarray()
    assert dense[0, 3] == 1 and dense[5, 699] == 1 and dense[9, 699] == 1 and dense.sum() == 3


def test_speech_commands(tmp_path, monkeypatch):
    from spike_encoding.datasets import load_processed_gsc

    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "data" / "speech_commands_v0.02"
    for word, level in (("no", 100), ("yes", -200)):
        (folder / word).mkdir(parents=True)
        for index in range(3):
            with wave.open(str(folder / word / f"{index}.wav"), "wb") as file:
                file.setparams((1, 2, 16000, 0, "NONE", ""))
                file.writeframes(np.full(100, level, "<i2").tobytes())
    (folder / "validation_list.txt").write_text("no/0.wav\n")
    (folder / "testing_list.txt").write_text("yes/2.wav\n")
    for _ in range(2):
        x_train, y_train, x_valid, y_valid, x_test, y_test, about = load_processed_gsc()
        assert len(x_train) == 4 and y_train.tolist() == [0, 0, 1, 1] and y_valid.tolist() == [0]
        assert y_test.tolist() == [1] and len(x_test[0]) == 16000 and x_valid[0][0] == 100 / 32768
        assert about["class_labels"] == ["no", "yes"] and about["n_samples"] == 6
    assert json.loads((tmp_path / "data" / "speech_commands_v0.02_processed" / "metadata.json").read_text()) == about


def test_downloads_fail_clearly(tmp_path, monkeypatch):
    from spike_encoding.dataset_utils import _download
    from spike_encoding.datasets import load_gsc, load_shd

    def fail(url, path):
        raise OSError("no network")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_download.urllib.request, "urlretrieve", fail)
    for load in (load_gsc, load_shd):
        with pytest.raises(RuntimeError, match="cannot be downloaded: no network"):
            load()
    assert not [file for file in (tmp_path / "data").iterdir()]


def test_delta_modulation_of_three_dimensions():
    # Dimension 1 is time, as in the package; the standard dialect has time last.
    signal = torch.tensor([[[0.0, 5.0], [1.0, 5.0], [1.0, 3.0]]])
    up, down = DeltaModulationConverter(0.5, padding=True, off_spike=True)(signal)
    assert up.tolist() == [[[0, 0], [1, 0], [0, 0]]] and down.tolist() == [[[0, 0], [0, 0], [0, -1]]]
    up, down = DeltaModulationConverter(0.5, padding=True, off_spike=True, dialect="standard")(signal)
    assert up.tolist() == [[[0, 1], [0, 1], [0, 1]]] and not down.any()
    # An entry of dimension 0 is scaled as a whole: steps of 0.2 and −0.4.
    up, down = DeltaModulationConverter(0.3, normalized=False, padding=True, off_spike=True)(signal)
    assert not up.any() and down.tolist() == [[[0, 0], [0, 0], [0, -1]]]


def test_constant_features_of_pulse_width_modulation():
    signal = torch.stack([torch.full((50,), 2.0), torch.sin(torch.arange(50.0))])
    converter = PulseWidthModulation(200)
    spikes = converter.encode(signal)
    assert not spikes[:, 0].any() and spikes[:, 1].any()
    assert converter.decode(spikes)[0].tolist() == [2.0] * 50
    assert torch.equal(spikes[:, 1], PulseWidthModulation(200).encode(signal[1])[:, 0])


def test_types_follow_the_input():
    signal = torch.tensor([[1, 3, 2, 7, 7, 0, 5]])
    for kind in (torch.float32, torch.float64):
        for converter in (StepForwardConverter(0.5), DeltaModulationConverter(0.5)):
            spikes = converter.encode(signal.to(kind))
            assert spikes.dtype == kind and converter.decode(spikes).dtype == kind
        for converter in (PulseWidthModulation(40.0), LIFBasedEncoding(0.5)):
            assert converter.decode(converter.encode(signal.to(kind)).to(kind)).dtype == kind
        rates = RateStepForwardConverter(1)
        encoded = rates.encode(signal.to(kind)[None])
        assert encoded.dtype == kind and rates.decode(encoded).dtype == kind
        assert rates.encode(signal.to(kind)[None].numpy()).dtype == str(kind).partition(".")[2]
        assert rates.optimize(signal.to(kind)[None]).dtype == kind
    assert float(rates.optimize(torch.tensor([[[1.0, 1.1]]], dtype=torch.float64))[0]) == 1.1 - 1.0
    # Whole numbers stay whole numbers, as in the package.
    assert DeltaModulationConverter(0.5)(signal)[0].tolist() == [[1, 1, 0, 1, 0, 0, 1]]
    assert DeltaModulationConverter(0.5)(signal).dtype == torch.int64
    found = RateStepForwardConverter(1, torch.tensor([2.0])).encode(signal[None])
    assert found.dtype == torch.int64 and found.tolist() == [[[0, 1, 0, 2, 0, -3, 2]]]
    assert RateStepForwardConverter(1).optimize(signal[None]).tolist() == [7]


@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", ["BensSpikerAlgorithm", "LIFBasedEncoding", "PulseWidthModulation"])
def test_ranges_have_the_type_of_the_signal(name, kind):
    module = {
        "BensSpikerAlgorithm": "bens_spiker_algorithm", "LIFBasedEncoding": "lif_based_encoding",
        "PulseWidthModulation": "pulse_width_modulation"}[name]
    converter = getattr(importlib.import_module(f"spike_encoding.{module}"), name)()
    signal = torch.tensor([[1e6 + 0.1, 1e6 + 0.7, 1e6 + 0.3, 1e6 + 0.2], [0.1, 0.2, 0.9, 0.4]], dtype=kind)
    spikes = converter.encode(signal)
    assert torch.equal(converter.min_value, signal.amin(dim=1)) and converter.min_value.dtype == kind
    assert torch.equal(converter.max_value, signal.amax(dim=1)) and converter.max_value.dtype == kind
    assert torch.equal(converter.scale_factor, 1 / (signal.amax(dim=1) - signal.amin(dim=1)))
    assert converter.scale_factor.dtype == kind
    assert torch.isfinite(torch.as_tensor(converter.decode(spikes))).all()
