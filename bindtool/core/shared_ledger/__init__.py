"""What other benches have bound: PostgreSQL behind many laptops, or a folder that all of them can reach.

`ledger` is the entry to it all, `factory` opens what a profile names. `protocols` says what is asked of a server
and of whatever keeps benches in step; `postgres` and `folder` do so. `sync_thread` runs a sync for as long as a
profile is open; a run asks `claims` and `lease`. The bench's own database stays the truth of the bench: no scan
waits for anything here.
"""
