"""What other benches have bound: PostgreSQL behind many laptops, or a folder that all of them can reach.

Owns the way between this bench's store and the others. `server` says what is asked of a server, `client` asks it of
a PostgreSQL over a `session`, `schema` has laid the tables and functions down there. `sync_thread` is the thread
that keeps this bench in step, by `sync` or `sync`; `claims`, `lease` and `clipboard_blocks` are what a run and a
label ask for. `ledger` is the face of it all, `factory` puts it together. The bench's own database stays the truth
of the bench: no scan waits for anything here.
"""
