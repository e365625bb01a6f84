"""What both dialects share of HTTP: reading requests, authentication, ETags, idempotency, observation."""
