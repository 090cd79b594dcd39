"""The API: assembles every folder's routers; tokens, errors, pagination."""
