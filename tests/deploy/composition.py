"""docker-compose.yml as Compose would read it: merged, with variables filled in."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE = CHECKOUT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::([-?])([^}]*))?\})")


def image_contents() -> list[str]:
    """Names that .dockerignore lets into the image."""
    lines = (CHECKOUT / ".dockerignore").read_text().splitlines()
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


class VariableMissing(LookupError):
    """Compose stops here too."""


def example_variables() -> dict[str, str]:
    """deploy/example.env as it lies there."""
    lines = (CHECKOUT / "deploy" / "example.env").read_text().splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def filled_in_variables() -> dict[str, str]:
    """deploy/example.env with a fresh secret wherever the operator has to fill one in."""
    return {
        name: secrets.token_hex(32) if value == "fill-in" else value
        for name, value in example_variables().items()
    }


def composition(variables: dict[str, str]) -> dict[str, Any]:
    """Raises VariableMissing."""
    filled: dict[str, Any] = _filled(yaml.safe_load(COMPOSE.read_text()), variables)
    return filled


def _filled(node: Any, variables: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _filled(value, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, variables) for value in node]
    if not isinstance(node, str):
        return node

    def value_of(match: re.Match[str]) -> str:
        dollar, name, mark, text = match.groups()
        if dollar:
            return "$"
        if found := variables.get(name):
            return found
        if mark == "-":
            return str(text)
        raise VariableMissing(f"{name}: {text or 'unset, without a default'}")

    return _VARIABLE.sub(value_of, node)
