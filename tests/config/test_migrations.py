"""The migrations say what the models say; the other tests make their tables from the models."""

from django.core.management import call_command


def test_no_model_changed_without_its_migration(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
