"""Punchlist: a task server with its own PostgreSQL."""

__version__ = "0.1.0"
