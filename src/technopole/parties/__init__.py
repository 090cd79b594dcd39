"""People, organisations, roles, sign-in, what each role may do, non-disclosure agreements, the audit trail."""
