"""What Celery is told of its broker, its queue and its beat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.config import Settings

# Redis hands a task that has waited for an hour to another worker as well: every wait and every run is shorter.
LONGEST_WAIT_SECONDS = 3000
BEAT_SECONDS = 30
BROKER_SECONDS = 3


def configuration(settings: Settings, beats: Mapping[str, Any]) -> dict[str, Any]:
    """For Celery; ``beats``: each periodic task's entry by its name."""
    return {
        "broker_url": settings.redis_url,
        "broker_connection_retry_on_startup": True,
        # A page whose nudge finds no Redis must not wait for it: kombu's own habit is to try for six seconds.
        "broker_transport_options": {
            "socket_connect_timeout": BROKER_SECONDS,
            "socket_timeout": BROKER_SECONDS * 10,
            "max_retries": 0,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
        },
        "task_default_queue": "behorig",
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_time_limit": LONGEST_WAIT_SECONDS,
        "worker_prefetch_multiplier": 1,
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        "timezone": settings.timezone,
        "beat_schedule": dict(beats),
        "beat_scheduler": "redbeat.RedBeatScheduler",
        "beat_max_loop_interval": BEAT_SECONDS,
        "redbeat_redis_url": settings.redis_url,
        "redbeat_key_prefix": "behorig:beat:",
        # Another beat takes over after five missed turns.
        "redbeat_lock_timeout": BEAT_SECONDS * 5,
    }
