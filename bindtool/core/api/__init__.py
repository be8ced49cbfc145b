"""One request to Coze: connection, response, and the verdict on it."""
