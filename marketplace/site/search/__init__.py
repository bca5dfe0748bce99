"""Text search over the market."""
