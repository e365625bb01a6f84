"""The two APIs as a good developer would usually write them: FastAPI, pydantic, SQLAlchemy's ORM.

It is the yardstick, so it must be fair: no needless query, indexes like Punchlist's, the same
checks, one history row per change in the same transaction.
"""
