"""What ``celery -A celery_worker worker`` and ``celery -A celery_worker beat`` start."""

import gc

from app import create_app

# As in app/serving.py: what the application is made of never dies, and looking at it costs a third of the start.
gc.disable()
celery = create_app().extensions["celery"]
gc.freeze()
gc.enable()
