"""What runs by itself: the table, the real worker and the real beat."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import Retry
from celery.schedules import crontab
from flask import Flask, current_app
from structlog.testing import capture_logs

from app import worker
from app.config import Settings
from app.directory.services import MassLeave
from app.errors import DirectoryUnavailable
from app.notifications.services import SEND_TASK, nudge
from app.worker import JOBS, Job, back_off
from tests.servers.celery_worker import celery_beat
from tests.servers.redis import TestRedis


def _until(true: Callable[[], Any], seconds: float = 20) -> Any:
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
    return found


@pytest.fixture
def celery(app: Flask) -> Any:
    """The Celery application of the test's application."""
    return app.extensions["celery"]


def test_every_job_is_a_task_with_a_schedule_and_a_reason(celery: Any) -> None:
    for name, job in JOBS.items():
        assert name in celery.tasks
        assert celery.conf.beat_schedule[name]["task"] == name
        assert job.why
        assert job.run.__doc__


def test_the_directory_is_read_at_half_past_two_local_time(celery: Any) -> None:
    assert JOBS["behorig.directory_sync"].when == crontab(hour="2", minute="30")
    assert celery.conf.timezone == "Europe/Stockholm"


def test_a_job_that_nobody_took_is_dropped_before_the_next_one(celery: Any) -> None:
    for name, job in JOBS.items():
        assert celery.conf.beat_schedule[name]["options"]["expires"] == job.lasts.total_seconds()
        assert not isinstance(job.when, timedelta) or job.lasts <= job.when


def test_only_json_goes_over_the_queue_and_no_result_is_kept(celery: Any) -> None:
    assert celery.conf.accept_content == ["json"]
    assert celery.conf.task_ignore_result
    assert celery.conf.task_acks_late
    assert celery.conf.worker_prefetch_multiplier == 1


def test_no_wait_is_so_long_that_redis_hands_the_task_to_another() -> None:
    assert [back_off(n) // 60 for n in range(worker.RETRIES)] == [5, 10, 20, 40, 50, 50]
    assert sum(back_off(n) for n in range(worker.RETRIES)) < JOBS["behorig.directory_sync"].lasts.total_seconds()


def _run(celery: Any, monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> Any:
    """Run a job of our own as the worker would."""
    name = "behorig.test"
    task = celery.task(name=name, bind=True, shared=False, max_retries=worker.RETRIES)(
        worker._body(name, Job(act, timedelta(minutes=1), "a test", timedelta(minutes=1)))
    )
    # Only what is put on the queue is taken away: there is no worker here that would wait five minutes.
    monkeypatch.setattr(task, "apply_async", lambda *_, **__: None)
    monkeypatch.setattr(type(task), "signature_from_request", lambda *_, **options: _Queued(options))
    return task()


class _Queued:
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options

    def apply_async(self) -> None:
        """Nobody takes it."""


def test_a_job_runs_inside_the_application(celery: Any, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    seen: list[Flask] = []
    _run(celery, monkeypatch, lambda: seen.append(current_app._get_current_object()))  # type: ignore[attr-defined]  # werkzeug's own way out of the proxy
    assert seen == [app]


def test_a_directory_that_is_down_is_asked_again(celery: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise DirectoryUnavailable(server="dc1", cause="timed out")

    celery.tasks.pop("behorig.test", None)
    task = celery.task(name="behorig.test", bind=True, shared=False)(
        worker._body("behorig.test", Job(down, timedelta(minutes=1), "a test", timedelta(minutes=1)))
    )
    task.push_request(called_directly=False, retries=0, is_eager=False, id="x")
    queued: list[dict[str, Any]] = []

    def queue(*_: object, **options: Any) -> _Queued:
        queued.append(options)
        return _Queued(options)

    monkeypatch.setattr(type(task), "signature_from_request", queue)
    with pytest.raises(Retry):
        task.run()
    assert queued[0]["countdown"] == 300


def test_a_mass_leave_is_not_tried_again(celery: Any) -> None:
    def mass_leave() -> None:
        raise MassLeave(ending=400)

    job = Job(mass_leave, timedelta(minutes=1), "a test", timedelta(minutes=1))
    with capture_logs() as lines:
        celery.task(name="behorig.test_leave", bind=True, shared=False)(worker._body("behorig.test_leave", job))()
    assert lines == [{"event": "mass_leave_refused", "log_level": "error", "job": "behorig.test_leave", "ending": 400}]


def test_a_nudge_without_redis_is_lost_quickly(
    application_for: Callable[[Settings], Flask], settings: Settings
) -> None:
    away = application_for(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"}))
    began = time.monotonic()
    with away.app_context():
        nudge()
    assert time.monotonic() - began < 2


def test_the_real_worker_takes_a_nudge(app: Flask, worker: Path) -> None:
    nudge()
    _until(lambda: f"Task {SEND_TASK}" in (log := worker.read_text()) and "succeeded" in log)


def test_the_real_beat_starts_what_is_due_and_a_second_one_waits(
    settings: Settings, redis: TestRedis, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with celery_beat(settings, first):
        _until(lambda: redis.client.exists("behorig:beat::lock"))
        scheduled = {
            str(key, "utf-8") if isinstance(key, bytes) else key for key in redis.client.keys("behorig:beat:behorig.*")
        }
        assert scheduled == {f"behorig:beat:{name}" for name in JOBS}
        with celery_beat(settings, second):
            time.sleep(1)
            assert "Acquired lock" not in (second / "beat.log").read_text()
