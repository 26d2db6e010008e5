"""`python -m benchmarks.contenders.celery_worker worker …`: Celery's worker with Django set up."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from benchmarks.contenders.celery_app import app

    app.worker_main([*sys.argv[1:], "-l", "WARNING"])
