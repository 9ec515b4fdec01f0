"""Live updates: an open page hears that its subject has news, and fetches them itself.

`topics`: what one may listen to. `tail`: rows that came since the last look. `looking`: one look
at the database for all pages of a process. `hub`: the open streams and what each is to hear.
`views`: the door of a stream; its words go out in `site/streams.py`.
"""
