"""What other benches have bound: PostgreSQL behind many laptops, or a folder that all of them can reach.

`ledger` opens what a profile names, and is the entry to it all. `sync_thread` keeps benches in step for as long as
a profile is open, by `postgres` or by `folder`; on a channel that replaces its list a run has its turn in `lease`.
The bench's own database stays the truth of the bench: no scan waits for anything here.
"""
