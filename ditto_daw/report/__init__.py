"""One self-contained page that shows what a render did: to hear, to see, and in figures."""

from ditto_daw.report.page import Section, page, picture, player, table

__all__ = ["Section", "page", "picture", "player", "table"]
