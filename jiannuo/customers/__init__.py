"""Whom we promised what: organisations, sites, persons with flags, contracts, prices, profiles.

Owns acceptance and the versions of the service profile too.

Refuses: devices (equipment) and anything that happened (archive).
"""
