"""Downloading and reading of data sets."""
