"""Several server processes on one port, supervised by uvicorn."""

from uvicorn.supervisors import Multiprocess


class Workers(Multiprocess):
    """Starts the processes, replaces one that dies or hangs, and ends them all on a signal."""

    def terminate_all(self) -> None:
        """Gives the port up, then tells each process to finish its work and stop.

        The supervisor's own hold on the port, which is for processes to come, would else let clients connect
        whom nobody is going to answer.
        """
        for listener in self.sockets:
            listener.close()
        super().terminate_all()
