"""The files of the Google Speech Commands."""

import shutil
import sys
import tarfile
from pathlib import Path

from ._download import download


def load_gsc(version=2) -> Path:
    """The folder of the data set below `data/`, which is downloaded if it is missing."""
    folder = Path("data")
    data = folder / f"speech_commands_v0.0{version}"
    if data.exists():
        return data
    folder.mkdir(exist_ok=True)
    archive, part = folder / f"{data.name}.tar.gz", folder / f"{data.name}.part"
    download(f"https://storage.googleapis.com/download.tensorflow.org/data/{data.name}.tar.gz", archive)
    try:
        part.mkdir(exist_ok=True)
        with tarfile.open(archive, "r:gz") as file:
            # The filter refuses paths outside of the folder; older Pythons do not have it.
            file.extractall(part, **({"filter": "data"} if sys.version_info >= (3, 12) else {}))
        part.rename(data)
    except (tarfile.TarError, OSError, EOFError) as error:
        shutil.rmtree(part, ignore_errors=True)
        raise RuntimeError(f"{archive} cannot be unpacked: {error}") from None
    finally:
        archive.unlink(missing_ok=True)
    return data
