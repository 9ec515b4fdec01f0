"""Our own people: staff, offices, roles, skills, deputies, duty rosters, and what each role may do.

Owns: who is on duty at a moment; the table of permits.
Refuses: customer persons (they belong to customers).
"""
