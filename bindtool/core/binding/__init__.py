"""A run: requests in order and at a rate, retries, the bisection of refused batches, the events of a run."""
