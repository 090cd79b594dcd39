"""Settings, addresses and the server's entry: the only place that reads the environment."""
