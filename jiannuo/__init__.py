"""践诺: after-sales service that keeps its promises."""

__version__ = "0.1.0"
