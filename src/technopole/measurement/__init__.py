"""The regional figures; every figure opens its rows, its definition and its date."""
