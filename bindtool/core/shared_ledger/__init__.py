"""What other benches have bound: PostgreSQL behind many laptops, or a folder that all of them can reach.

Owns the way between this bench's store and the others. `server` says what is asked of a server, `postgres` asks it
of a PostgreSQL over a `session`, `schema` has laid the tables and functions down there. `link` is the thread that
keeps this bench in step, by `server_exchange` or `folder_exchange`; `claims`, `turn` and `blocks` are what a run
and a label ask for. `ledger` is the face of it all, `opening` puts it together. The bench's own database stays the
truth of the bench: no scan waits for anything here.
"""
