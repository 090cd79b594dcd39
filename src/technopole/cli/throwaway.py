"""The loop on a throw-away database: set up in a temporary folder, run, reported, removed."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path


def run_loop(*, results: str, needs: str, sites: str, out: str, sample: str, as_json: bool) -> int:
    """Run the loop and print what came of it; 2 and one line on bad input."""
    with tempfile.TemporaryDirectory(prefix="technopole-loop-") as folder:
        os.environ["TECHNOPOLE_VAR"] = folder
        os.environ["TECHNOPOLE_DATABASE_URL"] = f"sqlite:///{folder}/records.sqlite3"
        os.environ["TECHNOPOLE_SECRET_KEY"] = "only for a database that is about to be removed"
        if sample:
            os.environ["TECHNOPOLE_SAMPLE"] = str(Path(sample).resolve())
        from technopole.cli.main import django_ready

        django_ready()
        from django.apps import apps
        from django.conf import settings
        from django.core.management import call_command

        from technopole.cli import loop, own_files
        from technopole.cli.progress import steps
        from technopole.cli.sample import SampleError
        from technopole.onboarding.imports import ImportFailed
        from technopole.planning import jobs

        # A database that lives for a minute has no past to migrate from.
        settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
        call_command("migrate", run_syncdb=True, verbosity=0)
        try:
            with steps() as progress, jobs.paused():
                if results or needs or sites:
                    outcome = own_files.run(
                        results=results, needs=needs, sites=sites, out=out, progress=progress
                    )
                else:
                    outcome = loop.run_sample(progress)
        except (SampleError, ImportFailed) as wrong:
            print(wrong, file=sys.stderr)
            return 2
        if as_json:
            print(json.dumps(outcome.as_dict(), ensure_ascii=False, indent=1))
        else:
            print(outcome.as_text())
    return 0
