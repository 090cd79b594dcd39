"""Text → ranked, explained links between needs and results, in Chinese and English."""

from technopole.matching.rank import Document, Match, Query, Ranker, Text, rank_all

__all__ = ["Document", "Match", "Query", "Ranker", "Text", "rank_all"]
