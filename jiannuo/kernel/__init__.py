"""What every room stands on and none of them owns: the moment, ids, refusals, money. No domain word lives here."""
