"""The modules of the package spike-encoding 1.8.2, computed by spikekit.

Arguments, defaults and shapes are those of that package. Its outputs are reproduced, also where they depart from the
publications; `dialect="standard"` gives the published algorithms. Inputs are never changed.
"""
