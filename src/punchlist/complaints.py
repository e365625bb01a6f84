"""Errors that are meant for the person who started the program."""


class Complaint(Exception):
    """Something outside of the code is not as it must be; the text is one sentence that says what, and
    what would mend it. The command line prints it and exits with 1."""
