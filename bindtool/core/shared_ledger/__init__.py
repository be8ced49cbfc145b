"""The ledger that benches share: PostgreSQL behind many laptops, or a folder that all of them can reach.

`ledger` opens the profile's ledger, and is the entry point. `sync_thread` keeps benches in sync for as long as a
profile is open, by `postgres` or by `folder`; on a channel that replaces its list a run takes a turn in
`channel_turn`.
The bench's own database remains its source of truth: no scan waits for anything here.
"""
