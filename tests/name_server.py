"""A name server that says what a test lets it say."""

from __future__ import annotations

import socket
import threading

import dns.message
import dns.rcode
import dns.rrset


class NameServer:
    """A server of the DNS on the loopback: `texts` by name, `fault` for every name.

    Port 0: any that is free."""

    def __init__(self, port: int = 0) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.texts: dict[str, list[str]] = {}
        self.fault: dns.rcode.Rcode | None = None
        self.silent = False
        self.asked: list[str] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.socket.getsockname()
        return host, port

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self.address)
        self.thread.join()
        self.socket.close()

    def _serve(self) -> None:
        while True:
            wire, peer = self.socket.recvfrom(4096)
            if not wire:
                return
            query = dns.message.from_wire(wire)
            if not self.silent:
                self.socket.sendto(self._answer(query).to_wire(), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query)
        name = query.question[0].name
        self.asked.append(name.to_text())
        texts = self.texts.get(name.to_text().rstrip("."))
        if self.fault is not None:
            answer.set_rcode(self.fault)
        elif texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            quoted = [" ".join(f'"{part}"' for part in text.split("|")) for text in texts]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
        return answer
