"""Step 2, evaluation: readiness, the five-value assessment, reviewers and the collective decision."""
