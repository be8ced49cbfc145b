"""Reads lists of devices: files of every kind that an office writes, and the clipboard.

Everything between a file's bytes and rows with an id and a label. Cells come out as displayed: ids are recognised
in `core.barcode` and `core.model.device`, rows are made in `core.intake`.

    bytes ── reader ──> a reader of `formats` ──> Grid ── columns ──> Layout ── rows ──> ReadList

Each arrow can be called by itself, so that a window shows the guess and lets a person correct it.
"""
