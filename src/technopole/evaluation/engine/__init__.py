"""The rules of evaluation as pure functions: packs and facts in, findings out, no Django."""
