"""What every record shares: identity, history, visibility, money, documents, bilingual fields, exports."""
