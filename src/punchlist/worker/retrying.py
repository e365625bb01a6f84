"""How a job says that it is to be done again."""

import datetime as dt


class Retry(Exception):
    """A job is to be done again after a while, for it could not be done now."""

    def __init__(self, after: dt.timedelta) -> None:
        super().__init__(f"again in {after.total_seconds():g} s")
        self.after = after
