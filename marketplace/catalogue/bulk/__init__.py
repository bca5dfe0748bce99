"""Vendors, products and releases in bulk, from CSV and JSON."""
