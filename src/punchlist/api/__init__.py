"""HTTP: the doors. Bytes become values, values become bytes, and nothing is decided here."""
