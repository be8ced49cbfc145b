"""How many devices go into one request: as many as wanted, until the server turns out to take fewer.

Coze's limit is not known, and a request above it is refused like one with a bad device in it. Pure. Owns what such
refusals say of the size. Taking a request apart is for `bisection`, remembering the size for `store`.
"""

from __future__ import annotations

_FIRM = 2
"""One refusal of good devices may be a passing one; two of them are the size."""


class RequestSize:
    """The size of a run's requests.

    Args:
        wanted: devices a request, at least 1.
    """

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._largest_accepted = 0
        self._refusals = 0

    @property
    def current(self) -> int:
        """Devices a request, from now on."""
        return self._wanted if self.found is None else self.found

    @property
    def found(self) -> int | None:
        """The largest size that was accepted, once larger ones were refused for their size; None before."""
        return min(self._wanted, self._largest_accepted) if self._refusals >= _FIRM else None

    def accepted(self, count: int) -> None:
        """Note that a request with `count` devices was accepted."""
        self._largest_accepted = max(self._largest_accepted, count)

    def refused_for_nothing(self, count: int, times: int) -> None:
        """Note that `count` devices were refused `times` times, and each of them was accepted in a smaller request.

        Where as many were accepted at once in this run, it was not their number.
        """
        if count > self._largest_accepted:
            self._refusals += times
