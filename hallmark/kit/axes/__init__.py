"""Scenarios and tests, one module for each group of axes of the guideline."""
