"""Discord: the same product, on discord.py."""
