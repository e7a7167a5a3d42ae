"""The files of the Spiking Heidelberg Digits."""

import zipfile
from pathlib import Path

from ._download import download


def load_shd():
    """The paths of the files of training and test in `data/`, which are downloaded if they are missing."""
    folder, paths = Path("data"), []
    for part in ("train", "test"):
        path = folder / f"shd_{part}.h5"
        paths.append(path)
        if path.exists():
            continue
        folder.mkdir(exist_ok=True)
        archive = folder / f"shd_{part}.h5.zip"
        download(f"https://zenkelab.org/datasets/shd_{part}.h5.zip", archive)
        try:
            with zipfile.ZipFile(archive) as file:
                file.extract(path.name, folder)
        except (zipfile.BadZipFile, KeyError, OSError) as error:
            raise RuntimeError(f"{archive} cannot be unpacked: {error}") from None
        finally:
            archive.unlink(missing_ok=True)
    return tuple(paths)
