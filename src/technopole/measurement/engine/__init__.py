"""The arithmetic of the figures, on plain values."""
