"""Downloads, whole or not at all."""

import os
import urllib.request


def download(url, path):
    """Downloads a file; RuntimeError if that fails."""
    part = path.with_name(path.name + ".part")
    try:
        urllib.request.urlretrieve(url, part)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RuntimeError(f"{url} cannot be downloaded: {error}") from None
