"""`make run`: Hallmark with its own PostgreSQL and Redis on one machine, without Django here."""
