"""A run: requests in order and at a rate, retries, the search for a refused device, what is told of it."""
