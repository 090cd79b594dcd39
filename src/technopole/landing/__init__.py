"""Step 4, landing: the fitting park and providers, the landing history and its mode."""
