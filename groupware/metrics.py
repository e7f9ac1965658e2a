"""What a process counts about itself, for Prometheus.

Each process has its own registry and, where a port was named (`--metrics-port`), offers it as `/metrics` on an address of
the machine itself. Labels are names of endpoints, kinds and outcomes: never a person, an address or a text.
"""

import threading
import time
from collections.abc import Callable, Iterator
from wsgiref.simple_server import WSGIServer

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_wsgi_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from groupware.actor import system
from groupware.db import db, in_unit, unit
from groupware.health import free_bytes, parts
from groupware.jobs import queries as jobs

REGISTRY = CollectorRegistry(auto_describe=True)
RETRY_SECONDS = 1.0
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Counter(
    "groupware_requests", "Requests that were answered.", ("endpoint", "status"), registry=REGISTRY
)
REQUEST_SECONDS = Histogram(
    "groupware_request_seconds",
    "From a request's arrival to the last byte of its answer.",
    ("endpoint",),
    registry=REGISTRY,
    buckets=SECONDS,
)
QUERIES = Counter("groupware_queries", "Statements sent to the database by requests.", registry=REGISTRY)
UNITS = Counter(
    "groupware_units", "Units of work that reached the database.", ("mode", "outcome"), registry=REGISTRY
)
JOBS = Counter("groupware_jobs", "Attempts at jobs in this process.", ("kind", "outcome"), registry=REGISTRY)
JOB_SECONDS = Histogram(
    "groupware_job_seconds", "Duration of an attempt at a job.", ("kind",), registry=REGISTRY, buckets=SECONDS
)
SIGN_INS = Counter("groupware_sign_ins", "Attempts to sign in.", ("outcome",), registry=REGISTRY)
ERRORS = Counter(
    "groupware_errors", "Faults: fault, database, full, step, job.", ("kind",), registry=REGISTRY
)
SOCKETS = Gauge("groupware_sockets", "Sockets that are connected now.", registry=REGISTRY)
DELIVERIES = Counter("groupware_deliveries", "Messages handed to sockets.", registry=REGISTRY)

ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)


@event.listens_for(Session, "after_commit")
def _count_commit(_session: Session) -> None:
    UNITS.labels(in_unit() or "none", "committed").inc()


@event.listens_for(Session, "after_rollback")
def _count_rollback(_session: Session) -> None:
    UNITS.labels(in_unit() or "none", "rolled_back").inc()


class Present:
    """What is asked at the moment of looking: pool, jobs, parts, room on the disk."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: registering asks no database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families; those of the jobs are missing while the database is away."""
        ready = GaugeMetricFamily("groupware_part_up", "1 while a part is well.", labels=["part"])
        for part in parts(self.app):
            ready.add_metric([part.name], 0.0 if part.fault else 1.0)
        yield ready
        free = free_bytes(self.app.extensions["groupware_settings"])
        yield GaugeMetricFamily("groupware_disk_free_bytes", "Room on the disk of the instance.", value=free)
        with self.app.app_context():
            yield _pool()
            try:
                yield from _jobs()
            except SQLAlchemyError:
                return


def _pool() -> GaugeMetricFamily:
    pool = db.engine.pool
    family = GaugeMetricFamily("groupware_pool_connections", "Connections to the database.", labels=["state"])
    family.add_metric(["used"], _ask(pool, "checkedout"))
    family.add_metric(["idle"], _ask(pool, "checkedin"))
    return family


def _ask(pool: object, name: str) -> float:
    asked: Callable[[], int] | None = getattr(pool, name, None)
    return float(asked()) if asked is not None else 0.0


def _jobs() -> Iterator[GaugeMetricFamily]:
    with unit("read"):
        counted, late = jobs.counts(), jobs.lag(system("job"))
    states = GaugeMetricFamily(
        "groupware_jobs_rows",
        "Jobs of the installation by state, of those that are over at most 10,000.",
        labels=["state"],
    )
    for state, number in counted.items():
        states.add_metric([state.value], number)
    yield states
    yield GaugeMetricFamily(
        "groupware_jobs_lag_seconds", "By how much the job that waits longest is late.", value=late
    )


def offer_when_free(app: Flask, port: int) -> None:
    """The same without waiting: a process that is being replaced gives its port up when it has finished."""

    def insist() -> None:
        while True:
            try:
                offer(app, port)
            except OSError:
                time.sleep(RETRY_SECONDS)
            else:
                return

    threading.Thread(target=insist, daemon=True).start()


def offer(app: Flask, port: int) -> WSGIServer:
    """Answer `/metrics` on a port of the setting `metrics_host` from a thread. OSError if it is taken."""
    host = app.extensions["groupware_settings"].metrics_host
    server: WSGIServer = start_wsgi_server(port, addr=host, registry=REGISTRY)[0]
    REGISTRY.register(Present(app))
    return server
