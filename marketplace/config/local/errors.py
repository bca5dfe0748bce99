"""The one error of this package: something on this machine stands in the way."""


class StartError(Exception):
    """What is wrong, where, and what to do; `code` is stable, for scripts and searches."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
