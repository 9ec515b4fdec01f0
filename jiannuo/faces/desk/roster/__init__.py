"""The duty roster as a week: who stands where, which promise of 7x24 is short of people, and every
change of it as a step of its own."""
