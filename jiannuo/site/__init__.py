"""The Django project: settings, urls, wiring, the launcher. The only place that knows everybody."""
