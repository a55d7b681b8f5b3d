"""The store: everything that must outlive the process, on SQLite or PostgreSQL."""

from goals.store.schema import migrate
from goals.store.store import Store, open_store
from goals.store.trouble import Trouble

__all__ = ["Store", "Trouble", "migrate", "open_store"]
