"""Invoices from order lines."""
