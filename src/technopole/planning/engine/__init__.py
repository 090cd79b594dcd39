"""The rules of planning as pure functions: packs and facts in, findings out, no Django."""
