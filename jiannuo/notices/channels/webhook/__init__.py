"""Signed posts to a system of the company's or the customer's own, out in the internet."""
