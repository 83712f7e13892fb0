"""gunicorn's settings, for production, the demonstration and the tests: ``gunicorn --config python:app.serving``."""

from __future__ import annotations

import gc

control_socket_disable = True
# What an application is made of never dies, so the collector need not look at it; and a page makes more objects
# than Python's default threshold in a moment. Together they are a sixth of a step (docs/performance.md).
COLLECT_AFTER = (20_000, 20, 20)


def post_fork(_server: object, _worker: object) -> None:
    """In each worker, before the application is loaded: nothing dies meanwhile, and looking costs a third of it."""
    gc.disable()


def post_worker_init(_worker: object) -> None:
    """In each worker, when the application is made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    gc.enable()
