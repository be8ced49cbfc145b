"""One request to Coze, from the proxy to what its answer means."""
