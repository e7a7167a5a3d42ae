"""The modules of `spike_encoding` under the name that they have in the package's repository."""

import importlib
import importlib.abc
import importlib.util
import sys


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports `encoding.x` as the module `spike_encoding.x` itself, so that classes are the same under both names."""

    def find_spec(self, name, path=None, target=None):
        if not name.startswith("encoding."):
            return None
        real = "spike_encoding" + name[len("encoding"):]
        return importlib.util.spec_from_loader(name, self) if importlib.util.find_spec(real) else None

    def create_module(self, spec):
        module = importlib.import_module("spike_encoding" + spec.name[len("encoding"):])
        self._spec = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = self._spec


sys.meta_path.insert(0, _Alias())

from spike_encoding.step_forward_converter import StepForwardConverter  # noqa: E402

__all__ = ["StepForwardConverter"]
