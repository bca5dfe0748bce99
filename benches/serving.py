"""The list as data, a page known already, 304 and the badge, each against a view that does nothing:
`python -m benches.serving [most products]`."""

from __future__ import annotations

from benches.catalogue import measured_by

_MEASURE = "import django; django.setup(); from benches.serving_requests import main; main()"


def main() -> None:
    measured_by(_MEASURE)


if __name__ == "__main__":
    main()
