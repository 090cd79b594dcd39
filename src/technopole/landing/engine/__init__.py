"""The rules of landing as pure functions: requirements, offers and histories in, findings out, no Django."""
