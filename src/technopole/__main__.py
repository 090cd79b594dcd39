"""`python -m technopole` is the command `technopole`."""

from technopole.cli.main import main

main()
