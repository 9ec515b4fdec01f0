"""The JSON face: what programs do here, with the same steps, permits and refusals as people.

It owns addresses, bodies and answers; it decides nothing and writes nothing itself. Whoever calls
is one of our people, by a token of his or by his sign-in.
"""
