// Whoever reads recordings gets NPY arrays, errors and atomic writing with them.
@_exported import ArrayFiles
