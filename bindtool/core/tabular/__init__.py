"""Lists of devices in: files of every kind that an office writes, and the clipboard.

Owns everything between a file's bytes and rows with an id and a label. Cells come out as a person saw them: what is
an id is for `classify` and `device`, what makes a row for `intake`, and the report is for `report`.

    bytes ── kind ──> a reader (text, xlsx, xls, ods, html) ──> Grid ── layout ──> which columns ── taking ──> rows

Each arrow can be taken by itself, so that a window shows what was guessed and lets a person guess better.
"""
