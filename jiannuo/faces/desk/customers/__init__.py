"""Whom we serve: customers, their people and sites, contracts, claims and complaints, the archive."""
