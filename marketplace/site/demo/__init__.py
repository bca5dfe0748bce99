"""What a trial starts with. Refused in production."""
