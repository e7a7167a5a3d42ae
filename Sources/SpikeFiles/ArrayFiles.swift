// Importing SpikeFiles also gives access to NPY arrays, file errors and atomic writing.
@_exported import ArrayFiles
