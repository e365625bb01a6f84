"""What the channels have in common: how one says that it could not deliver."""


class ChannelError(Exception):
    """A notification did not get out; `final` where it never will, however often it is tried."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final
