"""What the house counts for Prometheus."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("coldlot_requests_total", "Requests answered", ["endpoint", "status"])
SECONDS = Histogram("coldlot_request_seconds", "Time to answer", ["endpoint"])


def count_request(endpoint: str | None, status: int, seconds: float) -> None:
    """Count one answered request; unknown addresses share one name so that nobody can make endless series."""
    name = endpoint or "unknown"
    REQUESTS.labels(name, status).inc()
    SECONDS.labels(name).observe(seconds)
