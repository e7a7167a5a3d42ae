"""The codecs.

Written by Scripts/generate.py from what `spike codecs --json` prints; change the descriptions in Swift.
"""

from typing import Literal, Optional, Tuple, Union

from ._types import PerChannel, PerChannelInt
from .observation_codec import ObservationCodec, ReceptiveFieldsCodec
from .recording_codec import RecordingCodec

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

    def __init__(
        self,
        threshold: PerChannel = 0.5,
        *,
        polarity: Literal['bipolar', 'unipolar'] = 'bipolar',
        dialect: Literal['standard', 'reference'] = 'standard',
    ) -> None: ...
    @property
    def threshold(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def polarity(self) -> str: ...
    @property
    def dialect(self) -> str: ...

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

    def __init__(
        self,
        order: PerChannelInt = 10,
        *,
        cutoff: PerChannel = 0.2,
        threshold: PerChannel = 0.5,
        dialect: Literal['standard', 'reference'] = 'standard',
    ) -> None: ...
    @property
    def order(self) -> Union[int, Tuple[int, ...]]: ...
    @property
    def cutoff(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def threshold(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def dialect(self) -> str: ...

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

    def __init__(
        self,
        frequency: PerChannel = 1.0,
        *,
        polarity: Literal['bipolar', 'unipolar'] = 'bipolar',
        dialect: Literal['standard', 'reference'] = 'standard',
    ) -> None: ...
    @property
    def frequency(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def polarity(self) -> str: ...
    @property
    def dialect(self) -> str: ...

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

    def __init__(
        self,
        threshold: PerChannel = 0.5,
        *,
        membrane_constant: PerChannel = 0.9,
        polarity: Literal['bipolar', 'unipolar'] = 'bipolar',
        dialect: Literal['standard', 'reference'] = 'standard',
    ) -> None: ...
    @property
    def threshold(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def membrane_constant(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def polarity(self) -> str: ...
    @property
    def dialect(self) -> str: ...

class DeltaModulation(RecordingCodec):
    """Delta modulation: a spike when one sample differs from the last by a threshold.

    :param threshold: The change that makes a spike; above the noise between samples. Unit: the signal's, per sample.
        Must be finite and > 0. One value, or one per channel.
    :param padding: What stands before the first sample. zero or edge.
    :param polarity: Unipolar leaves down spikes out of the output. bipolar or unipolar.
    :raises CodecError: For a value outside of its bounds.

    Source: B. Petro, N. Kasabov & R. M. Kiss, IEEE TNNLS 31 (2020), doi:10.1109/TNNLS.2019.2906158.
    """

    def __init__(
        self,
        threshold: PerChannel = 0.1,
        *,
        padding: Literal['zero', 'edge'] = 'zero',
        polarity: Literal['bipolar', 'unipolar'] = 'bipolar',
    ) -> None: ...
    @property
    def threshold(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def padding(self) -> str: ...
    @property
    def polarity(self) -> str: ...

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

    def __init__(
        self,
        threshold: PerChannel = 0.5,
        *,
        hysteresis: PerChannel = 0.5,
        polarity: Literal['bipolar', 'unipolar'] = 'bipolar',
    ) -> None: ...
    @property
    def threshold(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def hysteresis(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def polarity(self) -> str: ...

class RateStepForward(RecordingCodec):
    """Rate step-forward: graded spikes, the differences themselves; nothing is lost.

    :param threshold: The change of size 1; give it for streams and for comparisons between recordings. Unit: the
        signal's, per sample. Must be finite and > 0. One value, or one per channel. By default, the largest step.
    :param padding: What stands before the first sample. zero or edge.
    :raises CodecError: For a value outside of its bounds.

    Source: the step coder of the Python package spike-encoding; a normalised first difference.
    """

    def __init__(
        self,
        threshold: Optional[PerChannel] = None,
        *,
        padding: Literal['zero', 'edge'] = 'edge',
    ) -> None: ...
    @property
    def threshold(self) -> Optional[Union[float, Tuple[float, ...]]]: ...
    @property
    def padding(self) -> str: ...

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
    ) -> None: ...
    @property
    def steps(self) -> int: ...
    @property
    def conversion(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def maximum_rate(self) -> float: ...
    @property
    def minimum(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def maximum(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def dialect(self) -> str: ...

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
    ) -> None: ...
    @property
    def bins(self) -> int: ...
    @property
    def sigma(self) -> float: ...
    @property
    def steps(self) -> int: ...
    @property
    def conversion(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def maximum_rate(self) -> float: ...
    @property
    def minimum(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def maximum(self) -> Union[float, Tuple[float, ...]]: ...
    @property
    def dialect(self) -> str: ...
