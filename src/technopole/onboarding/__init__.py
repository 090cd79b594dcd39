"""Step 1, 成果入驻: disclose, harvest, import, de-duplicate, summarise without secrets."""
