"""Titles: proposed, received, told of by SMS and collected (requirement E6)."""
