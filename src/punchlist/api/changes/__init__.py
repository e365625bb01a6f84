"""The change dialect: wire-compatible with Arena's REST API around changes and their implementation tasks."""
