"""A simulated gateway for text messages and calls: for the demo, for tests, and for trying out
what happens when a gateway fails. 模拟网关：不发出任何短信，不拨打任何电话。

Owns: a small HTTP server that takes messages, keeps them in a log and posts signed call-backs, and
the ways in which it can be told to misbehave.
Refuses: to send anything to anybody, and to know anything of the product but how posts are signed.
"""
