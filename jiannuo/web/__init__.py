"""What all faces share: the actor on a request, the base template, static files."""
