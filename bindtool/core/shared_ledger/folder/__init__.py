"""The shared ledger in a folder that all benches can reach."""
