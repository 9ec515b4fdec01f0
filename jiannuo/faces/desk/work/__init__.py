"""My work: everything that waits for whoever is signed in, most urgent first, each with one action.

`items.Item` is one thing that waits. What may wait stands in a file each: cases (`turns`),
decisions (`deciding`), the stores, and what is left (`besides`).
"""
