"""What other benches have bound: PostgreSQL behind many laptops, or a folder that all of them can reach.

Owns the way between this bench's store and the others. `server` says what is asked of a server, `postgres` is the
one that speaks to it, `schema` the tables there; `link` is the thread that keeps this bench in step. The bench's
own database stays the truth of the bench: nothing here is waited for by a scan.
"""
