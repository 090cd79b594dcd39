"""Shared facilities and service providers: CRO, CMO, test houses, suppliers."""
