"""The transfer project on its way: subject, stage, owner, clock; the steps register their gates."""
