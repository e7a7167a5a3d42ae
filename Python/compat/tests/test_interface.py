"""The public names, arguments and defaults of the package."""

import importlib
import inspect

import pytest
import torch

# Every public function and method of version 1.8.2 with its arguments; a "=" marks those with a default.
INTERFACE = """
base_converter.BaseConverter()
base_converter.BaseConverter.encode(tensor)
base_converter.BaseConverter.decode(spikes)
base_converter.BaseConverter.optimize(data)
bens_spiker_algorithm.BensSpikerAlgorithm(threshold= down_spike= min_value= max_value= scale_factor= filter_order= filter_cutoff=)
bens_spiker_algorithm.BensSpikerAlgorithm.encode(signal filter_order= filter_cutoff= threshold= isNormed=)
bens_spiker_algorithm.BensSpikerAlgorithm.decode(spikes)
bens_spiker_algorithm.BensSpikerAlgorithm.optimize(data trials= error_function= plot_history=)
bens_spiker_algorithm.BensSpikerAlgorithm.normalize_tensor(tensor)
bens_spiker_algorithm.BensSpikerAlgorithm.fir_filter()
bin_encoder.gaussian_response(x mu sigma=)
bin_encoder.transform_firing_rates(firing_rates n_bins sigma=)
bin_encoder.BinEncoder(seq_length min_values max_values spike_train_conversion_method= n_bins= max_firing_rate= sigma=)
bin_encoder.BinEncoder.encode(state)
dataset_utils.download_gsc.load_gsc(version=)
dataset_utils.download_shd.load_shd()
dataset_utils.process_gsc.process_gsc(data_dir)
dataset_utils.process_shd.load_spikes_from_h5(h5_path)
dataset_utils.process_shd.convert_to_sparse_tensor(times_data units_data max_time n_features n_timesteps)
dataset_utils.process_shd.process_shd_to_sparse(train_path test_path n_timesteps)
datasets.load_processed_shd(n_timesteps=)
datasets.load_processed_gsc(version=)
delta_modulation_converter.DeltaModulationConverter(delta= normalized= padding= off_spike=)
delta_modulation_converter.DeltaModulationConverter.forward(tensor)
delta_modulation_converter.DeltaModulationConverter.decode(spikes)
encoder_common.poisson(spike_probabilities max_t)
encoder_common.rate(spike_probabilities max_t)
gymnasium_bounds_finder.len_2(arr)
gymnasium_bounds_finder.get_runs(env_name num_steps workers print_updates=)
gymnasium_bounds_finder.save_scaler(path scaler print_updates=)
gymnasium_bounds_finder.load_presaved_env_data(path print_updates=)
gymnasium_bounds_finder.save_treshold(path treshold print_updates=)
gymnasium_bounds_finder.load_treshold(path print_updates=)
gymnasium_bounds_finder.get_path_from_dirs(dirs)
gymnasium_bounds_finder.ScalerFactory(print_updates=)
gymnasium_bounds_finder.ScalerFactory.has_presaved_env_data()
gymnasium_bounds_finder.ScalerFactory.from_env(env)
gymnasium_bounds_finder.ScalerFactory.from_known_values(minima maxima)
gymnasium_bounds_finder.ScalerFactory.run_env(env)
gymnasium_bounds_finder.ConverterFactory(env scaler print_updates=)
gymnasium_bounds_finder.ConverterFactory.initialize(runs)
gymnasium_bounds_finder.ConverterFactory.generate()
gymnasium_bounds_finder.ConverterFactory.initialized()
gymnasium_encoder.GymnasiumEncoder(n_features batch_size seq_length scaler converter_th= converter= rate_coder= step_coder= split_exc_inh= spike_train_conversion_method= add_inverted_inputs= max_firing_rate= seed=)
gymnasium_encoder.GymnasiumEncoder.reset(state=)
gymnasium_encoder.GymnasiumEncoder.encode(state return_norm=)
lif_based_encoding.LIFBasedEncoding(threshold= membrane_constant= padding= down_spike= min_value= max_value= scale_factor= initial_value=)
lif_based_encoding.LIFBasedEncoding.encode(signal threshold= membrane_constant= down_spike=)
lif_based_encoding.LIFBasedEncoding.decode(spikes initial_value= threshold= membrane_constant=)
lif_based_encoding.LIFBasedEncoding.optimize(data error_function= trials= plot_history=)
lif_based_encoding.LIFBasedEncoding.normalize_tensor(tensor)
pulse_width_modulation.PulseWidthModulation(frequency= init_val= min_value= max_value= scale_factor= down_spike=)
pulse_width_modulation.PulseWidthModulation.encode(signal frequency= down_spike= isNormed=)
pulse_width_modulation.PulseWidthModulation.decode(spikes init_val=)
pulse_width_modulation.PulseWidthModulation.optimize(data error_function= trials= down_spike= plot_history=)
pulse_width_modulation.PulseWidthModulation.sawtooth(freq lenght)
pulse_width_modulation.PulseWidthModulation.normalize_tensor(tensor)
pulse_width_modulation.PulseWidthModulation.moving_average(signal window_size)
rate_step_forward_converter.RateStepForwardConverter(n_feat threshold= padding=)
rate_step_forward_converter.RateStepForwardConverter.encode(signal threshold=)
rate_step_forward_converter.RateStepForwardConverter.decode(spikes initial_value= threshold=)
rate_step_forward_converter.RateStepForwardConverter.optimize(data)
step_forward_converter.StepForwardConverter(threshold= membrane_constant= padding= down_spike= min_value= max_value= scale_factor=)
step_forward_converter.StepForwardConverter.encode_3d(signal threshold)
step_forward_converter.StepForwardConverter.encode(signal threshold= down_spike=)
step_forward_converter.StepForwardConverter.decode_3d(spikes initial_value= threshold=)
step_forward_converter.StepForwardConverter.decode(spikes initial_value= threshold=)
step_forward_converter.StepForwardConverter.optimize_3d(data error_function= tolerance=)
step_forward_converter.StepForwardConverter.optimize(data error_function= trials= plot_history=)
step_forward_converter.StepForwardConverter.optimizeWithMembraneConstant(data error_function= trials=)
step_forward_converter.StepForwardConverter.normalize_tensor(tensor)
"""


@pytest.mark.parametrize("line", INTERFACE.split("\n")[1:-1])
@pytest.mark.parametrize("package", ["spike_encoding", "encoding"])
def test_arguments(package, line):
    name, _, arguments = line.rstrip(")").partition("(")
    parts = name.split(".")
    count = next(i for i, part in enumerate(parts + ["X"]) if part[0].isupper())
    count = count if count < len(parts) else len(parts) - 1
    found = importlib.import_module(".".join([package, *parts[:count]]))
    for part in parts[count:]:
        found = getattr(found, part)
    parameters = list(inspect.signature(found).parameters.values())
    if len(parts) - count == 2:
        parameters = parameters[1:]
    shown = [f"{p.name}{'' if p.default is p.empty else '='}" for p in parameters if p.kind != p.KEYWORD_ONLY]
    expected = arguments.split()
    assert shown[: len(expected)] == expected
    # More arguments may follow, if they need not be given.
    assert all(more.endswith("=") for more in shown[len(expected):])


def test_defaults():
    from spike_encoding.bens_spiker_algorithm import BensSpikerAlgorithm
    from spike_encoding.delta_modulation_converter import DeltaModulationConverter
    from spike_encoding.lif_based_encoding import LIFBasedEncoding
    from spike_encoding.pulse_width_modulation import PulseWidthModulation
    from spike_encoding.rate_step_forward_converter import RateStepForwardConverter
    from spike_encoding.step_forward_converter import StepForwardConverter

    for converter in (StepForwardConverter(), LIFBasedEncoding()):
        assert torch.equal(converter.threshold, torch.full((7,), 0.5))
        assert torch.equal(converter.membrane_constant, torch.full((7,), 0.9))
        assert converter.padding is False and converter.down_spike is True and converter.min_value is None
    bsa = BensSpikerAlgorithm()
    assert torch.equal(bsa.threshold, torch.full((7,), 0.5)) and torch.equal(bsa.filter_cutoff, torch.full((7,), 0.2))
    assert torch.equal(bsa.filter_order, torch.full((7,), 10)) and bsa.filter_order.dtype == torch.int
    pwm = PulseWidthModulation()
    for value, tensors in ((1, (pwm.frequency, pwm.max_value, pwm.scale_factor)), (0, (pwm.init_val, pwm.min_value))):
        assert all(torch.equal(tensor, torch.full((9,), float(value))) for tensor in tensors)
    delta = DeltaModulationConverter()
    assert (delta.delta, delta.normalized, delta.padding, delta.off_spike) == (0.1, True, False, False)
    rate = RateStepForwardConverter(3)
    assert torch.equal(rate.threshold, torch.ones(3)) and rate.padding is True
    trials = [
        inspect.signature(kind.optimize).parameters["trials"].default
        for kind in (StepForwardConverter, BensSpikerAlgorithm, PulseWidthModulation, LIFBasedEncoding)
    ]
    assert trials == [100] * 4


# The names that modules of version 1.8.2 have because they import them from other modules of the package.
IMPORTED = """
bens_spiker_algorithm base_converter.BaseConverter
bin_encoder base_converter.BaseConverter gymnasium_bounds_finder.ScalerFactory encoder_common.poisson encoder_common.rate
datasets dataset_utils.download_shd.load_shd dataset_utils.process_shd.process_shd_to_sparse
datasets dataset_utils.download_gsc.load_gsc dataset_utils.process_gsc.process_gsc
delta_modulation_converter base_converter.BaseConverter
gymnasium_encoder base_converter.BaseConverter encoder_common.poisson encoder_common.rate
lif_based_encoding base_converter.BaseConverter
pulse_width_modulation base_converter.BaseConverter
rate_step_forward_converter base_converter.BaseConverter
step_forward_converter base_converter.BaseConverter
"""


@pytest.mark.parametrize("line", IMPORTED.split("\n")[1:-1])
@pytest.mark.parametrize("package", ["spike_encoding", "encoding"])
def test_imported_names(package, line):
    module, *names = line.split()
    for name in names:
        origin, _, name = name.rpartition(".")
        expected = getattr(importlib.import_module(f"{package}.{origin}"), name)
        assert getattr(importlib.import_module(f"{package}.{module}"), name) is expected


def test_renamed_and_private_names():
    from spike_encoding import datasets, gymnasium_bounds_finder, gymnasium_encoder
    from spike_encoding.rate_step_forward_converter import RateStepForwardConverter

    assert gymnasium_encoder.Converter is gymnasium_bounds_finder.Converter is RateStepForwardConverter
    assert datasets._GSC_ARRAY_NAMES == ["X_train", "y_train", "X_valid", "y_valid", "X_test", "y_test"]


def test_the_start_of_decoding_is_zero():
    from spike_encoding.step_forward_converter import StepForwardConverter

    for method, shown in ((StepForwardConverter.decode, "0"), (StepForwardConverter.decode_3d, "0.0")):
        default = inspect.signature(method).parameters["initial_value"].default
        assert repr(default) == shown and default == 0 and isinstance(default, type(eval(shown)))


def test_the_repositorys_name():
    import encoding.bens_spiker_algorithm
    import spike_encoding.bens_spiker_algorithm

    assert encoding.bens_spiker_algorithm is spike_encoding.bens_spiker_algorithm
    assert encoding.StepForwardConverter is spike_encoding.step_forward_converter.StepForwardConverter
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("encoding.sonar")
    assert spike_encoding.bens_spiker_algorithm.__spec__.name == "spike_encoding.bens_spiker_algorithm"
