"""The bulk record: works, authors and organisations as dated, immutable Parquet snapshots."""
