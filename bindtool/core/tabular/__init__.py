"""Lists of devices in: files of every kind that an office writes, and the clipboard.

Everything between a file's bytes and rows with an id and a label. Cells come out as a person saw them: what is an
id is decided in `core.barcode` and `core.model.device`, what makes a row in `core.intake`.

    bytes ── reader ──> a reader of `formats` ──> Grid ── columns ──> Layout ── rows ──> ReadList

Each arrow can be taken by itself, so that a window shows what was guessed and lets a person guess better.
"""
