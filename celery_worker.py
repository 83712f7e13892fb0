"""What ``celery -A celery_worker worker`` and ``celery -A celery_worker beat`` start."""

from app import create_app

celery = create_app().extensions["celery"]
