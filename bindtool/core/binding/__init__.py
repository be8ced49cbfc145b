"""A run: order and rate of its requests, retries, bisection of refused batches, and the events it reports."""
