"""SQL and nothing else: the pool, one module for each aggregate, the migrations, the embedded server."""
