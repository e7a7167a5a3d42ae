"""The codecs.

Written by Scripts/generate.py from what `spike codecs --json` prints; change the descriptions in Swift.
"""

from typing import Literal, Optional

from ._types import PerChannel, PerChannelInt
from .observation_codec import ObservationCodec, ReceptiveFieldsCodec
from .parameter import Limit, Parameter
from .recording_codec import RecordingCodec

__all__ = [
    "StepForward",
    "BensSpiker",
    "PulseWidthModulation",
    "LeakyIntegrateAndFire",
    "DeltaModulation",
    "LevelCrossing",
    "RateStepForward",
    "RateCode",
    "ReceptiveFields",
]


class StepForward(RecordingCodec):
    """Step-forward: a spike when the signal has moved by a threshold from where the last spikes left it.

    :param threshold: The move that makes a spike; about the error you accept. Unit: the signal's. Must be finite and >
        0. One value, or one per channel.
    :param polarity: Unipolar leaves down spikes out of the output. bipolar or unipolar.
    :param dialect: Where decoding starts. standard or reference.
    :raises CodecError: For a value outside of its bounds.

    Dialect "reference": Decoding starts at 0 instead of the first sample.

    Source: N. Kasabov et al., Neural Networks 78 (2016), doi:10.1016/j.neunet.2015.09.011.
    """

    __slots__ = ()

    name = "step-forward"
    title = "Step-forward"
    purpose = "A spike when the signal has moved by a threshold from where the last spikes left it."
    source = "N. Kasabov et al., Neural Networks 78 (2016), doi:10.1016/j.neunet.2015.09.011"

    threshold = Parameter(
        'threshold', 'The move that makes a spike; about the error you accept.', default=0.5, unit="the signal's",
        is_per_channel=True, is_single=True, lower=Limit(0, False), requirement='finite and > 0',
        searched="1/2000 of the channel's range to all of it, logarithmic")
    polarity = Parameter(
        'polarity', 'Unipolar leaves down spikes out of the output.', default='bipolar',
        choices=('bipolar', 'unipolar'))
    dialect = Parameter(
        'dialect', 'Where decoding starts.', default='standard', choices=('standard', 'reference'))

    def __init__(
        self,
        threshold: PerChannel = 0.5,
        *,
        polarity: Literal['bipolar', 'unipolar'] = 'bipolar',
        dialect: Literal['standard', 'reference'] = 'standard',
    ) -> None:
        super().__init__(threshold=threshold, polarity=polarity, dialect=dialect)


class BensSpiker(RecordingCodec):
    """Ben's spiker algorithm: spikes that, filtered, add up to the signal.

    :param order: Order of the low-pass filter; longer is smoother, and lags more. Unit: samples. Must be >= 1 and <=
        65536. One value, or one per channel.
    :param cutoff: Cutoff of the filter: the highest frequency to keep, over the sampling rate. Unit: of the sampling
        rate. Must be > 0 and < 0.5. One value, or one per channel.
    :param threshold: How much a spike must lower the summed error; higher is sparser. Unit: of the scaled error,
        summed. Must be finite and >= 0. One value, or one per channel.
    :param dialect: Where the filter starts. standard or reference.
    :raises CodecError: For a value outside of its bounds.

    Dialect "reference": Encoding starts at the second sample and leaves out the filter's first tap; decoding shifts the
        filter.

    Source: B. Schrauwen & J. Van Campenhout, IJCNN 2003, doi:10.1109/IJCNN.2003.1224019.
    """

    __slots__ = ()

    name = "bsa"
    title = "Ben's spiker algorithm"
    purpose = "Spikes that, filtered, add up to the signal."
    source = "B. Schrauwen & J. Van Campenhout, IJCNN 2003, doi:10.1109/IJCNN.2003.1224019"
    needs_range = True

    order = Parameter(
        'order', 'Order of the low-pass filter; longer is smoother, and lags more.', default=10, unit='samples',
        is_integer=True, is_per_channel=True, lower=Limit(1, True), upper=Limit(65536, True),
        requirement='>= 1 and <= 65536', searched='2 to 64, less in short recordings')
    cutoff = Parameter(
        'cutoff', 'Cutoff of the filter: the highest frequency to keep, over the sampling rate.', default=0.2,
        unit='of the sampling rate', is_per_channel=True, is_single=True, lower=Limit(0, False),
        upper=Limit(0.5, False), requirement='> 0 and < 0.5', searched='0.002 to 0.45, logarithmic')
    threshold = Parameter(
        'threshold', 'How much a spike must lower the summed error; higher is sparser.', default=0.5,
        unit='of the scaled error, summed', is_per_channel=True, is_single=True, lower=Limit(0, True),
        requirement='finite and >= 0', searched='0 to 1.5')
    dialect = Parameter(
        'dialect', 'Where the filter starts.', default='standard', choices=('standard', 'reference'))

    def __init__(
        self,
        order: PerChannelInt = 10,
        *,
        cutoff: PerChannel = 0.2,
        threshold: PerChannel = 0.5,
        dialect: Literal['standard', 'reference'] = 'standard',
    ) -> None:
        super().__init__(order=order, cutoff=cutoff, threshold=threshold, dialect=dialect)


class PulseWidthModulation(RecordingCodec):
    """Pulse-width modulation: a spike where the signal meets a sawtooth.

    :param frequency: A few periods within the shortest feature of the signal. Unit: carrier periods per thousand
        samples. Must be > 0 and <= 999. One value, or one per channel.
    :param polarity: Unipolar has no down level. bipolar or unipolar.
    :param dialect: How decoding starts and ends. standard or reference.
    :raises CodecError: For a value outside of its bounds.

    Dialect "reference": Decoding takes the last sample, where it has no spike, for a down spike, and starts channel k
        from sample k of channel 0.

    Source: A. Arriandiaga et al., IEEE TNNLS 31 (2020), doi:10.1109/TNNLS.2019.2947380.
    """

    __slots__ = ()

    name = "pwm"
    title = "Pulse-width modulation"
    purpose = "A spike where the signal meets a sawtooth."
    source = "A. Arriandiaga et al., IEEE TNNLS 31 (2020), doi:10.1109/TNNLS.2019.2947380"
    needs_range = True

    frequency = Parameter(
        'frequency', 'A few periods within the shortest feature of the signal.', default=1.0,
        unit='carrier periods per thousand samples', is_per_channel=True, is_single=True, lower=Limit(0, False),
        upper=Limit(999, True), requirement='> 0 and <= 999', searched='1 to 750, logarithmic')
    polarity = Parameter(
        'polarity', 'Unipolar has no down level.', default='bipolar', choices=('bipolar', 'unipolar'))
    dialect = Parameter(
        'dialect', 'How decoding starts and ends.', default='standard', choices=('standard', 'reference'))

    def __init__(
        self,
        frequency: PerChannel = 1.0,
        *,
        polarity: Literal['bipolar', 'unipolar'] = 'bipolar',
        dialect: Literal['standard', 'reference'] = 'standard',
    ) -> None:
        super().__init__(frequency=frequency, polarity=polarity, dialect=dialect)


class LeakyIntegrateAndFire(RecordingCodec):
    """LIF-based encoding: a leaky sum of the signal that fires upwards and downwards.

    :param threshold: The potential that fires; higher is sparser. Unit: of the signal scaled to −1…1. Must be finite
        and > 0. One value, or one per channel.
    :param membrane_constant: What stays of the membrane potential after a step; 1 does not leak. Unit: share per step.
        Must be > 0 and <= 1. One value, or one per channel.
    :param polarity: Unipolar leaves down spikes out of the output. bipolar or unipolar.
    :param dialect: How comparisons start. standard or reference.
    :raises CodecError: For a value outside of its bounds.

    Dialect "reference": Comparisons subtract the second sample until the channel's first spike, and that sample never
        fires.

    Source: S. Y. A. Yarga, J. Rouat & S. U. N. Wood, ICONS 2022, doi:10.1145/3546790.3546803.
    """

    __slots__ = ()

    name = "lif"
    title = "LIF-based encoding"
    purpose = "A leaky sum of the signal that fires upwards and downwards."
    source = "S. Y. A. Yarga, J. Rouat & S. U. N. Wood, ICONS 2022, doi:10.1145/3546790.3546803"
    needs_range = True

    threshold = Parameter(
        'threshold', 'The potential that fires; higher is sparser.', default=0.5, unit='of the signal scaled to −1…1',
        is_per_channel=True, is_single=True, lower=Limit(0, False), requirement='finite and > 0',
        searched='0.005 to 2, logarithmic')
    membrane_constant = Parameter(
        'membraneConstant', 'What stays of the membrane potential after a step; 1 does not leak.', default=0.9,
        unit='share per step', is_per_channel=True, is_single=True, lower=Limit(0, False), upper=Limit(1, True),
        requirement='> 0 and <= 1', searched='0.01 to 1')
    polarity = Parameter(
        'polarity', 'Unipolar leaves down spikes out of the output.', default='bipolar',
        choices=('bipolar', 'unipolar'))
    dialect = Parameter(
        'dialect', 'How comparisons start.', default='standard', choices=('standard', 'reference'))

    def __init__(
        self,
        threshold: PerChannel = 0.5,
        *,
        membrane_constant: PerChannel = 0.9,
        polarity: Literal['bipolar', 'unipolar'] = 'bipolar',
        dialect: Literal['standard', 'reference'] = 'standard',
    ) -> None:
        super().__init__(
            threshold=threshold, membrane_constant=membrane_constant, polarity=polarity, dialect=dialect)


class DeltaModulation(RecordingCodec):
    """Delta modulation: a spike when one sample differs from the last by a threshold.

    :param threshold: The change that makes a spike; above the noise between samples. Unit: the signal's, per sample.
        Must be finite and > 0. One value, or one per channel.
    :param padding: What stands before the first sample. zero or edge.
    :param polarity: Unipolar leaves down spikes out of the output. bipolar or unipolar.
    :raises CodecError: For a value outside of its bounds.

    Source: B. Petro, N. Kasabov & R. M. Kiss, IEEE TNNLS 31 (2020), doi:10.1109/TNNLS.2019.2906158.
    """

    __slots__ = ()

    name = "delta"
    title = "Delta modulation"
    purpose = "A spike when one sample differs from the last by a threshold."
    source = "B. Petro, N. Kasabov & R. M. Kiss, IEEE TNNLS 31 (2020), doi:10.1109/TNNLS.2019.2906158"

    threshold = Parameter(
        'threshold', 'The change that makes a spike; above the noise between samples.', default=0.1,
        unit="the signal's, per sample", is_per_channel=True, is_single=True, lower=Limit(0, False),
        requirement='finite and > 0',
        searched="1/2000 of the channel's range to its largest step, or to 1/1000 of the range if that is more, logarithmic")
    padding = Parameter(
        'padding', 'What stands before the first sample.', default='zero', choices=('zero', 'edge'))
    polarity = Parameter(
        'polarity', 'Unipolar leaves down spikes out of the output.', default='bipolar',
        choices=('bipolar', 'unipolar'))

    def __init__(
        self,
        threshold: PerChannel = 0.1,
        *,
        padding: Literal['zero', 'edge'] = 'zero',
        polarity: Literal['bipolar', 'unipolar'] = 'bipolar',
    ) -> None:
        super().__init__(threshold=threshold, padding=padding, polarity=polarity)


class LevelCrossing(RecordingCodec):
    """Level-crossing: a spike when the signal crosses one of many evenly spaced levels; a hysteresis passes over noise.

    :param threshold: The distance between levels; about twice the error you accept. Unit: the signal's. Must be finite
        and > 0. One value, or one per channel.
    :param hysteresis: How far beyond a level a spike comes; as much as the noise, and 1 for send-on-delta. Unit: of
        half the threshold. Must be >= 0 and <= 1. One value, or one per channel.
    :param polarity: Unipolar leaves down spikes out of the output. bipolar or unipolar.
    :raises CodecError: For a value outside of its bounds.

    Source: M. Miskowicz, Sensors 6 (2006), doi:10.3390/s6010049; K. M. Guan, S. S. Kozat & A. C. Singer, EURASIP JASP
        (2008), doi:10.1155/2008/513706.
    """

    __slots__ = ()

    name = "level-crossing"
    title = "Level-crossing"
    purpose = "A spike when the signal crosses one of many evenly spaced levels; a hysteresis passes over noise."
    source = "M. Miskowicz, Sensors 6 (2006), doi:10.3390/s6010049; K. M. Guan, S. S. Kozat & A. C. Singer, EURASIP JASP (2008), doi:10.1155/2008/513706"

    threshold = Parameter(
        'threshold', 'The distance between levels; about twice the error you accept.', default=0.5,
        unit="the signal's", is_per_channel=True, is_single=True, lower=Limit(0, False), requirement='finite and > 0',
        searched="1/2000 of the channel's range to all of it, logarithmic")
    hysteresis = Parameter(
        'hysteresis', 'How far beyond a level a spike comes; as much as the noise, and 1 for send-on-delta.',
        default=0.5, unit='of half the threshold', is_per_channel=True, is_single=True, lower=Limit(0, True),
        upper=Limit(1, True), requirement='>= 0 and <= 1', searched='0 to 1')
    polarity = Parameter(
        'polarity', 'Unipolar leaves down spikes out of the output.', default='bipolar',
        choices=('bipolar', 'unipolar'))

    def __init__(
        self,
        threshold: PerChannel = 0.5,
        *,
        hysteresis: PerChannel = 0.5,
        polarity: Literal['bipolar', 'unipolar'] = 'bipolar',
    ) -> None:
        super().__init__(threshold=threshold, hysteresis=hysteresis, polarity=polarity)


class RateStepForward(RecordingCodec):
    """Rate step-forward: graded spikes, the differences themselves; nothing is lost.

    :param threshold: The change of size 1; give it for streams and for comparisons between recordings. Unit: the
        signal's, per sample. Must be finite and > 0. One value, or one per channel. By default, the largest step.
    :param padding: What stands before the first sample. zero or edge.
    :raises CodecError: For a value outside of its bounds.

    Source: the step coder of the Python package spike-encoding; a normalised first difference.
    """

    __slots__ = ()

    name = "rate-step-forward"
    title = "Rate step-forward"
    purpose = "Graded spikes, the differences themselves; nothing is lost."
    source = "the step coder of the Python package spike-encoding; a normalised first difference"
    is_graded = True

    threshold = Parameter(
        'threshold', 'The change of size 1; give it for streams and for comparisons between recordings.', default=None,
        unit="the signal's, per sample", is_per_channel=True, is_single=True, lower=Limit(0, False),
        requirement='finite and > 0', from_data='the largest step')
    padding = Parameter(
        'padding', 'What stands before the first sample.', default='edge', choices=('zero', 'edge'))

    def __init__(
        self,
        threshold: Optional[PerChannel] = None,
        *,
        padding: Literal['zero', 'edge'] = 'edge',
    ) -> None:
        super().__init__(threshold=threshold, padding=padding)


class RateCode(ObservationCodec):
    """Rate code: the value is the firing rate of one unit.

    :param steps: Steps per value; more steps, finer values for more time and spikes. Unit: steps. Must be >= 1 and <=
        1000000.
    :param conversion: How rates become spikes: deterministic for repeatable tests, Poisson for training with noise.
        deterministic or poisson.
    :param seed: Seed of Poisson spikes.
    :param maximum_rate: Rate of the largest value; below 1 to bound activity. Unit: spikes per step. Must be > 0 and <=
        1.
    :param minimum: The value of rate 0. Unit: the value's. Must be finite. One value, or one per channel.
    :param maximum: The value of the maximum rate, above the minimum. Unit: the value's. Must be finite. One value, or
        one per channel.
    :param dialect: How deterministic spikes are placed. standard or reference.
    :raises CodecError: For a value outside of its bounds.

    Dialect "reference": Deterministic spikes are placed as the Python package does; Poisson spikes are refused.

    Source: E. D. Adrian & Y. Zotterman, J. Physiol. 61 (1926), doi:10.1113/jphysiol.1926.sp002281.
    """

    __slots__ = ()

    name = "rate"
    title = "Rate code"
    purpose = "The value is the firing rate of one unit."
    source = "E. D. Adrian & Y. Zotterman, J. Physiol. 61 (1926), doi:10.1113/jphysiol.1926.sp002281"

    steps = Parameter(
        'steps', 'Steps per value; more steps, finer values for more time and spikes.', default=16, unit='steps',
        is_integer=True, lower=Limit(1, True), upper=Limit(1000000, True), requirement='>= 1 and <= 1000000')
    conversion = Parameter(
        'conversion', 'How rates become spikes: deterministic for repeatable tests, Poisson for training with noise.',
        default='deterministic', choices=('deterministic', 'poisson'))
    seed = Parameter(
        'seed', 'Seed of Poisson spikes.', default=0, is_integer=True, is_in_files=False)
    maximum_rate = Parameter(
        'maximumRate', 'Rate of the largest value; below 1 to bound activity.', default=1.0, unit='spikes per step',
        lower=Limit(0, False), upper=Limit(1, True), requirement='> 0 and <= 1')
    minimum = Parameter(
        'minimum', 'The value of rate 0.', default=0.0, unit="the value's", is_per_channel=True, requirement='finite')
    maximum = Parameter(
        'maximum', 'The value of the maximum rate, above the minimum.', default=1.0, unit="the value's",
        is_per_channel=True, requirement='finite')
    dialect = Parameter(
        'dialect', 'How deterministic spikes are placed.', default='standard', choices=('standard', 'reference'))

    def __init__(
        self,
        steps: int = 16,
        *,
        conversion: Literal['deterministic', 'poisson'] = 'deterministic',
        seed: int = 0,
        maximum_rate: float = 1.0,
        minimum: PerChannel = 0.0,
        maximum: PerChannel = 1.0,
        dialect: Literal['standard', 'reference'] = 'standard',
    ) -> None:
        super().__init__(
            steps=steps, conversion=conversion, seed=seed, maximum_rate=maximum_rate, minimum=minimum, maximum=maximum,
            dialect=dialect)


class ReceptiveFields(ReceptiveFieldsCodec):
    """Receptive fields: a row of units, each for a part of the value's range: a population code.

    :param bins: Resolution against the size of the network. Unit: units per feature. Must be >= 2 and <= 65536.
    :param sigma: Width of the fields; about the distance of centres, 1/(bins − 1). Unit: of the value scaled to 0…1.
        Must be finite and > 0.
    :param steps: Steps per value; more steps, finer values for more time and spikes. Unit: steps. Must be >= 1 and <=
        1000000.
    :param conversion: How rates become spikes: deterministic for repeatable tests, Poisson for training with noise.
        deterministic or poisson.
    :param seed: Seed of Poisson spikes.
    :param maximum_rate: Rate of a feature's units together; below 1 to bound activity. Unit: spikes per step. Must be >
        0 and <= 1.
    :param minimum: The value at the first unit's centre. Unit: the value's. Must be finite. One value, or one per
        channel.
    :param maximum: The value at the last unit's centre, above the minimum. Unit: the value's. Must be finite. One
        value, or one per channel.
    :param dialect: How deterministic spikes are placed. standard or reference.
    :raises CodecError: For a value outside of its bounds.

    Dialect "reference": Deterministic spikes are placed as the Python package does; Poisson spikes are refused.

    Source: S. M. Bohte, H. La Poutré & J. N. Kok, IEEE TNN 13 (2002), doi:10.1109/72.991428.
    """

    __slots__ = ()

    name = "receptive-fields"
    title = "Receptive fields"
    purpose = "A row of units, each for a part of the value's range: a population code."
    source = "S. M. Bohte, H. La Poutré & J. N. Kok, IEEE TNN 13 (2002), doi:10.1109/72.991428"

    bins = Parameter(
        'bins', 'Resolution against the size of the network.', default=10, unit='units per feature', is_integer=True,
        lower=Limit(2, True), upper=Limit(65536, True), requirement='>= 2 and <= 65536')
    sigma = Parameter(
        'sigma', 'Width of the fields; about the distance of centres, 1/(bins − 1).', default=0.1,
        unit='of the value scaled to 0…1', lower=Limit(0, False), requirement='finite and > 0')
    steps = Parameter(
        'steps', 'Steps per value; more steps, finer values for more time and spikes.', default=16, unit='steps',
        is_integer=True, lower=Limit(1, True), upper=Limit(1000000, True), requirement='>= 1 and <= 1000000')
    conversion = Parameter(
        'conversion', 'How rates become spikes: deterministic for repeatable tests, Poisson for training with noise.',
        default='poisson', choices=('deterministic', 'poisson'))
    seed = Parameter(
        'seed', 'Seed of Poisson spikes.', default=0, is_integer=True, is_in_files=False)
    maximum_rate = Parameter(
        'maximumRate', "Rate of a feature's units together; below 1 to bound activity.", default=1.0,
        unit='spikes per step', lower=Limit(0, False), upper=Limit(1, True), requirement='> 0 and <= 1')
    minimum = Parameter(
        'minimum', "The value at the first unit's centre.", default=0.0, unit="the value's", is_per_channel=True,
        requirement='finite')
    maximum = Parameter(
        'maximum', "The value at the last unit's centre, above the minimum.", default=1.0, unit="the value's",
        is_per_channel=True, requirement='finite')
    dialect = Parameter(
        'dialect', 'How deterministic spikes are placed.', default='standard', choices=('standard', 'reference'))

    def __init__(
        self,
        bins: int = 10,
        *,
        sigma: float = 0.1,
        steps: int = 16,
        conversion: Literal['deterministic', 'poisson'] = 'poisson',
        seed: int = 0,
        maximum_rate: float = 1.0,
        minimum: PerChannel = 0.0,
        maximum: PerChannel = 1.0,
        dialect: Literal['standard', 'reference'] = 'standard',
    ) -> None:
        super().__init__(
            bins=bins, sigma=sigma, steps=steps, conversion=conversion, seed=seed, maximum_rate=maximum_rate,
            minimum=minimum, maximum=maximum, dialect=dialect)
