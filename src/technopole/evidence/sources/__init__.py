"""One reader per source; each turns the source's own records into the tables of `evidence.schema`."""
