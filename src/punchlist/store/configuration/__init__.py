"""A workspace's configuration in PostgreSQL: read whole, written step by step, and asked what hangs on it."""
