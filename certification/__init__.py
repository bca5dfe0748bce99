"""From guideline to certificate. `certification.engine` is pure; the rest needs Django."""
