"""The chat channel that ships with Goalward: rooms in the store, an HTTP interface, a page."""

from adapters.local import light as light  # before all that imports FastAPI
from adapters.local.adapter import PAGE, LocalAdapter
from adapters.local.feed import Feed
from adapters.local.port import LocalPort

__all__ = ["PAGE", "Feed", "LocalAdapter", "LocalPort"]
